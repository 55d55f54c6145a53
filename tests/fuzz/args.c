/*
 * args.c - command lines: the first byte chooses a command, the rest are its
 * words, a line each.
 */
#include <string.h>

#include "base/arena.h"
#include "command/registry.h"
#include "fuzz/fuzz.h"

enum { MOST = 32 };

static const struct command *command_of(uint8_t byte)
{
    int64_t count = 0;

    while (cnnctl.commands[count])
        count++;
    return cnnctl.commands[byte % count];
}

/* Binds options up to the end of the line; how many operands there were. */
static int64_t scan(struct opt_scan *s)
{
    struct err e = {0};
    const char *operand = NULL;
    int64_t operands = -1;
    enum status status;

    do {
        operands++;
        fuzz_require(operands <= MOST, "a line has as many words as it has");
        status = opt_next(s, &operand, &e);
    } while (status == OK && operand);
    fuzz_require(fuzz_outcome(status, &e) || status == ERR_USAGE,
                 "a wrong line is wrong usage");
    return operands;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    const char *words[MOST + 1] = {NULL};
    struct arena arena = {0};
    struct global global = {0};
    int64_t count = 0;

    if (length == 0)
        return 0;
    const struct command *c = command_of(bytes[0]);
    char *next = arena_take(&arena, length, 1);
    memcpy(next, bytes + 1, length - 1);
    while (count < MOST && *next) {
        words[count++] = next;
        next += strcspn(next, "\n");
        if (*next)
            *next++ = '\0';
    }
    struct opt_binding bindings[] = {
        {global_options, &global},
        {c->options, arena_take(&arena, c->options_size + 1, 1)},
        {NULL, NULL},
    };
    struct opt_scan s = {
        .place = "fuzz", .bindings = bindings, .args = words, .arena = &arena};
    fuzz_require(scan(&s) <= count, "no more operands than words");
    arena_free(&arena);
    return 0;
}
