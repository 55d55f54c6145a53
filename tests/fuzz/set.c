/*
 * set.c - documents with --set options: a line each, before an empty line.
 */
#include <string.h>

#include "base/arena.h"
#include "fuzz/document.h"
#include "fuzz/fuzz.h"

enum { MOST = 8 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    const char *at[MOST];
    struct settings set = {.at = at};
    struct arena arena = {0};
    char *next = arena_take(&arena, length + 1, 1);
    const char *end = next + length;

    memcpy(next, bytes, length);
    while (set.count < MOST && next < end && *next != '\n') {
        at[set.count++] = next;
        next += strcspn(next, "\n");
        if (next < end)
            *next++ = '\0';
    }
    if (next < end)
        next++;
    document_check(fuzz_file(0, next, (size_t)(end - next)), &set);
    arena_free(&arena);
    return 0;
}
