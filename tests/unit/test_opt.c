/* The command line: every way to write an option, every way to get it wrong. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "cli/opt.h"

struct sample {
    bool force;
    int64_t verbose, epochs;
    double share;
    const char *output, *color;
    struct settings set;
};

static const char *const colors[] = {"auto", "never", NULL};

static const struct option rows[] = {
    OPTION(sample, force, "force", .letter = 'f'),
    OPTION(sample, verbose, "verbose", .letter = 'v'),
    OPTION(sample, epochs, "epochs", .argument = "N", .min = 1, .max = 1e9),
    OPTION(sample, share, "share", .argument = "X", .max = 1),
    OPTION(sample, output, "output", .letter = 'o', .argument = "FILE"),
    OPTION(sample, color, "color", .choices = colors),
    OPTION(sample, set, "set", .letter = 's', .argument = "KEY=VALUE"),
    {0},
};

enum { MAX_ARGS = 8 };

struct reading {
    struct arena arena;
    struct sample got;
    const char *operands[MAX_ARGS];
    int64_t operand_count;
    enum status status;
    struct err e;
};

/* Blanks separate the words of `line`; `_` stands for an empty word. */
static void read_line(struct reading *r, const char *line)
{
    const struct opt_binding bindings[] = {{rows, &r->got}, {NULL, NULL}};
    const char *args[MAX_ARGS + 1] = {NULL};
    char *copy = arena_take(&r->arena, strlen(line) + 1, 1), *rest = NULL;
    const char *operand;

    memcpy(copy, line, strlen(line));
    char *word = strtok_r(copy, " ", &rest);
    for (int i = 0; word && i < MAX_ARGS; i++) {
        args[i] = strcmp(word, "_") == 0 ? "" : word;
        word = strtok_r(NULL, " ", &rest);
    }
    struct opt_scan scan = {
        .place = "cnnctl fit",
        .bindings = bindings,
        .args = args,
        .arena = &r->arena,
    };
    while ((r->status = opt_next(&scan, &operand, &r->e)) == OK && operand)
        r->operands[r->operand_count++] = operand;
}

Test(opt, long_and_short_forms)
{
    struct reading r = {0};

    read_line(&r, "--epochs=3 -vfv -oa --share 0.5 --color never");
    cr_assert_eq(r.status, OK, "%s", r.e.text);
    cr_assert_eq(r.got.epochs, 3);
    cr_assert_eq(r.got.verbose, 2);
    cr_assert(r.got.force);
    cr_assert_str_eq(r.got.output, "a");
    cr_assert_eq(r.got.share, 0.5);
    cr_assert_str_eq(r.got.color, "never");
    cr_assert_eq(r.operand_count, 0);
    arena_free(&r.arena);
}

Test(opt, operands_between_dash_and_after_dashes)
{
    struct reading r = {0};
    static const char *const want[] = {"a", "-", "--force", "--"};

    read_line(&r, "a -v - -- --force --");
    cr_assert_eq(r.status, OK, "%s", r.e.text);
    cr_assert_eq(r.got.verbose, 1);
    cr_assert_not(r.got.force);
    cr_assert_eq(r.operand_count, 4, "got %ld", (long)r.operand_count);
    for (int i = 0; i < 4; i++)
        cr_assert_str_eq(r.operands[i], want[i]);
    arena_free(&r.arena);
}

Test(opt, the_last_value_wins_and_lists_grow)
{
    struct reading r = {0};

    read_line(&r, "--epochs 1 -s a=1 --epochs=2 --set b=2 -sc=3");
    cr_assert_eq(r.status, OK, "%s", r.e.text);
    cr_assert_eq(r.got.epochs, 2);
    cr_assert_eq(r.got.set.count, 3);
    cr_assert_str_eq(r.got.set.at[0], "a=1");
    cr_assert_str_eq(r.got.set.at[1], "b=2");
    cr_assert_str_eq(r.got.set.at[2], "c=3");
    arena_free(&r.arena);
}

Test(opt, a_value_may_look_like_an_option)
{
    struct reading r = {0};

    read_line(&r, "-o - -o --force");
    cr_assert_eq(r.status, OK, "%s", r.e.text);
    cr_assert_str_eq(r.got.output, "--force");
    cr_assert_not(r.got.force);
    arena_free(&r.arena);
}

struct bad_case {
    char line[40], message[90];
};

ParameterizedTestParameters(opt, refusals)
{
    static struct bad_case cases[] = {
        {"--epochs x", "--epochs: 'x' is not an integer"},
        {"--epochs=1e3", "--epochs: '1e3' is not an integer"},
        {"--epochs 0", "--epochs: 0 is not in [1, 1000000000]"},
        {"--epochs _", "--epochs: '' is not an integer"},
        {"--share nan", "--share: 'nan' is not a number"},
        {"--share 1.5", "--share: 1.5 is not in [0, 1]"},
        {"--epochs", "--epochs: needs a value: N"},
        {"-o", "--output: needs a value: FILE"},
        {"--output=", "--output: is empty"},
        {"--color=red", "--color: expected auto|never, got 'red'"},
        {"--color", "--color: needs a value: auto|never"},
        {"--force=yes", "--force: takes no value, got 'yes'"},
        {"--epoch 3", "--epoch: unknown option; did you mean --epochs?"},
        {"--verb", "--verb: unknown option; did you mean --verbose?"},
        {"--zzz=1", "--zzz: unknown option"},
        {"---force", "---force: unknown option; did you mean --force?"},
        {"-x", "-x: unknown option"},
        {"-vx", "-x: unknown option"},
        {"--=3", "--: unknown option"},
    };
    return cr_make_param_array(struct bad_case, cases, ARRAY_LEN(cases));
}

ParameterizedTest(struct bad_case *c, opt, refusals)
{
    struct reading r = {0};
    char want[200];

    snprintf(want, sizeof want, "cnnctl fit: error: %s\n", c->message);
    read_line(&r, c->line);
    cr_assert_eq(r.status, ERR_USAGE, "'%s': status %d", c->line, r.status);
    cr_assert_str_eq(r.e.text, want, "'%s': got %s", c->line, r.e.text);
    arena_free(&r.arena);
}
