/*
 * document.c - YAML documents, read, printed and read again.
 */
#include "fuzz/document.h"

#include <stdio.h>
#include <string.h>

#include "fuzz/fuzz.h"

/* Reads and prints; nothing when the document is refused. */
static struct text resolve(const char *path, const struct settings *set,
                           struct err *e)
{
    struct experiment x;
    struct text out = {0};

    if (fuzz_outcome(experiment_read(&x, path, set, 0, NULL, e), e))
        experiment_print(&out, &x, LAYERS_WRITTEN_OUT);
    fuzz_require(!out.failed, "what was read can be printed");
    experiment_free(&x);
    return out;
}

void document_check(const char *path, const struct settings *set)
{
    const struct settings none = {0};
    struct err first = {.source_lines = true}, second = {0};
    struct text once = resolve(path, set, &first), twice = {0};

    if (once.at) {
        twice = resolve(fuzz_file(1, once.at, once.length), &none, &second);
        if (!twice.at || strcmp(once.at, twice.at) != 0)
            fprintf(stderr, "printed:\n%s\nread and printed again:\n%s%s\n",
                    once.at, text_string(&twice), second.text);
        fuzz_require(twice.at && strcmp(once.at, twice.at) == 0,
                     "a resolved document resolves to itself");
    }
    text_free(&once);
    text_free(&twice);
}
