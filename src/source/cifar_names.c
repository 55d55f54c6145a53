/*
 * cifar_names.c - a class a line.
 */
#include "source/cifar_names.h"

#include <string.h>

#include "base/file.h"

enum {
    MAX_NAMES = 256, /* what a byte can number */
    NAMES_BYTES = 1 << 16,
};

/* The lines of a file of names, blank ones at its end left out. */
static enum status split_names(struct cifar_names *c, char *text,
                               struct arena *arena, struct err *e)
{
    const char **names = arena_take(arena, MAX_NAMES, sizeof *names);
    int64_t blank = 0;

    for (char *rest; names && *text; text = rest) {
        const size_t line = strcspn(text, "\n");
        size_t n = line;
        rest = text + line + (text[line] == '\n');
        while (n > 0 && strchr(" \t\r", text[n - 1]))
            n--;
        blank += n == 0;
        if (n == 0)
            continue;
        const char *name = arena_strndup(arena, text, n);
        bool twin = false;
        for (int64_t i = 0; i < c->count; i++)
            twin = twin || strcmp(names[i], name) == 0;
        if (twin || blank > 0 || c->count == MAX_NAMES)
            return err_add(e, ERR_DATA, c->file,
                           twin        ? "line %lld: a class has the name of "
                                         "another"
                           : blank > 0 ? "line %lld: follows an empty line"
                                       : "line %lld: more classes than a byte "
                                         "can number",
                           (long long)(c->count + blank + 1));
        names[c->count++] = name;
    }
    c->at = names;
    return arena_check(arena, e, "reading batches");
}

enum status cifar_names_read(struct cifar_names *n, struct arena *arena,
                             struct err *e)
{
    struct bytes bytes;

    if (!n->file || !file_exists(n->file))
        return OK;
    enum status s = file_read_all(n->file, NAMES_BYTES, &bytes, e);
    if (s != OK)
        return s;
    if (strlen((char *)bytes.at) < bytes.length)
        s = err_add(e, ERR_DATA, n->file, "is no text");
    else
        s = split_names(n, (char *)bytes.at, arena, e);
    mem_free(bytes.at);
    if (s == OK && n->count == 0)
        s = err_add(e, ERR_DATA, n->file, "names no classes");
    return s;
}
