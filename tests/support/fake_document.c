#include "support/fake_document.h"

#include <criterion/criterion.h>
#include <string.h>

/* As layers are named: by `name`, else by the only key and the position. */
static const char *entry_name(struct arena *arena, const struct node *entry)
{
    const struct node *only = entry->first;
    const struct node *name = node_find(only, "name");
    const char *word = only ? only->key : entry->text;

    if (!word || (only && only->next))
        return NULL;
    if (name && name->kind == NODE_SCALAR)
        return name->text;
    return arena_printf(arena, "%s%lld", word, (long long)entry->index);
}

enum status document_parse(struct document *d, const char *text)
{
    const enum status s =
        tree_parse(&d->tree, &d->arena, "t.yaml", text, strlen(text), &d->e);

    if (strncmp(text, "layers:", 7) == 0)
        d->tree.entry_name = entry_name;
    return s;
}

void document_free(struct document *d)
{
    arena_free(&d->arena);
}

const char *document_place(struct document *d, const struct node *n,
                           enum node_place at)
{
    static struct err e;

    e = (struct err){0};
    tree_error(&d->tree, n, at, NULL, &e, "here");
    *strstr(e.text, ": error: ") = '\0';
    return e.text;
}

void document_expect(const struct document *d, const char *want,
                     const char *yaml)
{
    char got[4096] = "";
    size_t used = 0;

    for (const char *p = d->e.text; *p && used + 1 < sizeof got;) {
        if ((p == d->e.text || p[-1] == '\n') && !strncmp(p, "t.yaml:", 7))
            p += 7;
        got[used++] = *p++;
    }
    cr_assert_str_eq(got, want, "%s\ngot:\n%swant:\n%s", yaml, got, want);
}

static void print_start(struct text *out, const struct node *n)
{
    text_puts(out, n->index ? ", " : "");
    if (n->key)
        text_printf(out, "%s: ", n->key);
    if (n->kind == NODE_SCALAR)
        text_printf(out, n->plain ? "%s" : "'%s'", n->text);
    else
        text_puts(out, n->kind == NODE_LIST ? "[" : "{");
}

static void print_end(struct text *out, const struct node *n)
{
    if (n->kind != NODE_SCALAR)
        text_puts(out, n->kind == NODE_LIST ? "]" : "}");
}

void document_print(struct text *out, const struct node *root)
{
    const struct node *n = root;

    for (;;) {
        print_start(out, n);
        if (n->first) {
            n = n->first;
            continue;
        }
        print_end(out, n);
        while (n != root && !n->next) {
            n = n->parent;
            print_end(out, n);
        }
        if (n == root)
            return;
        n = n->next;
    }
}

static const char *const modes[] = {"max", "average_inc_pad", "average_exc_pad",
                                    NULL};
static const char *const pads[] = {"valid", "same", "full", NULL};
static const char *const gains[] = {"relu", NULL};

static const struct field leak_fields[] = {
    FIELD(leak, leakiness, .def = "0.01", .min = 0, .max = 1,
          .doc = "Slope below 0."),
    {0},
};

static const struct field value_fields[] = {
    FIELD(value, val, .min = -10, .max = 10, .doc = "The value."),
    {0},
};

static const struct kind linear = {"linear", "Identity.", NULL, 0, NULL};
static const struct kind rectify = {"rectify", "Cut below 0.", NULL, 0, "relu"};
static const struct kind leaky = {"leaky_rectify", "Leak below 0.", leak_fields,
                                  sizeof(struct leak), NULL};
const struct kind *const act_kinds[] = {&linear, &rectify, &leaky, NULL};

static const struct kind constant = {"constant", "One value.", value_fields,
                                     sizeof(struct value), NULL};
static const struct kind power = {"power", "A power of another.", power_fields,
                                  sizeof(struct power), NULL};
const struct kind *const init_kinds_of_test[] = {&constant, &power, NULL};

const struct field power_fields[] = {
    FIELD(power, exponent, .def = "2", .doc = "The exponent."),
    FIELD(power, inner, .def = "linear", .kinds = act_kinds,
          .doc = "What is raised."),
    {0},
};

const struct field every_fields[] = {
    FIELD(every, count, .min = 1, .max = 4096, .aka = "out_channels filters",
          .unit = "samples", .doc = "How many.  Not too many."),
    FIELD(every, rate, .def = "0.5", .min = 1e-12, .max = 1000,
          .aka = "lr learning_rate", .doc = "How fast."),
    FIELD(every, flag, .def = "false", .doc = "Whether."),
    FIELD(every, name, .optional = true, .doc = "What it is called."),
    FIELD(every, mode, .def = "max", .choices = modes, .doc = "How."),
    FIELD(every, size, .def = "3", .min = 1, .doc = "Rows and columns."),
    FIELD(every, pad, .def = "0", .choices = pads, .max = 9, .doc = "Around."),
    FIELD(every, gain, .optional = true, .choices = gains, .min = 0.5,
          .doc = "Factor."),
    FIELD(every, shape, .def = "[1, 28]", .least = 1, .most = 3, .min = 1,
          .doc = "Extents."),
    FIELD(every, mean, .def = "[0.5]", .least = 1, .doc = "Means."),
    FIELD(every, from, .optional = true, .most = 3, .doc = "Sources."),
    FIELD(every, share, .def = "1/4", .doc = "Part of all."),
    FIELD(every, file, .optional = true, .doc = "Where it is."),
    FIELD(every, act, .def = "rectify", .kinds = act_kinds,
          .doc = "Nonlinearity."),
    FIELD(every, init, .def = "0", .kinds = init_kinds_of_test,
          .number = "constant", .null_ok = true, .doc = "At the start."),
    FIELD(every, maybe, .def = "null", .kinds = act_kinds, .null_ok = true,
          .doc = "Perhaps."),
    {0},
};
