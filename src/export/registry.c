/*
 * registry.c - the list of forms that networks are exported in.
 */
#include <string.h>

#include "export/export.h"

/* A new one: its file, one line here. */
#define FORMATS(X) X(onnx) X(c)

#define DECLARE(name) extern const struct export_format export_##name;
#define ADDRESS(name) &export_##name,
FORMATS(DECLARE)

const struct export_format *const export_formats[] = {FORMATS(ADDRESS) NULL};

const struct export_format *export_format_of(const char *path)
{
    const size_t length = strlen(path);

    for (size_t i = 0; export_formats[i]; i++) {
        const size_t end = strlen(export_formats[i]->ending);
        if (length > end &&
            strcmp(path + length - end, export_formats[i]->ending) == 0)
            return export_formats[i];
    }
    return NULL;
}

void exported_free(struct exported *x)
{
    text_free(&x->file);
    text_free(&x->header);
    arena_free(&x->arena);
    *x = (struct exported){0};
}
