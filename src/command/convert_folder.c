/*
 * convert_folder.c - samples as a folder of images.
 */
#include "command/convert_folder.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/interrupt.h"
#include "base/num.h"
#include "source/convert.h"

/* NULL, or why a class cannot be a folder that is read again. */
static const char *name_fault(const char *name)
{
    if (strchr(name, '/'))
        return "holds a slash";
    if (name[0] == '.')
        return "begins with a dot, and such folders are passed over";
    return strlen(name) > NAME_MAX ? "is too long" : NULL;
}

static enum status check(const struct subset *from, const char *name,
                         struct err *e)
{
    const struct target *classes = &from->set->target;
    enum status s = OK;

    if (!from->set->labels)
        return err_add(e, ERR_CONFIG, name,
                       "the samples have targets, a folder of images holds "
                       "classes");
    for (int64_t k = 0; k < classes->width; k++) {
        const char *fault = name_fault(classes->names[k]);
        if (fault)
            s = err_add(e, ERR_DATA, name,
                        "class '%s' cannot be a folder: its name %s",
                        classes->names[k], fault);
    }
    return s;
}

/* So many digits that names sort as numbers do. */
static int digits_for(int64_t count)
{
    enum { FEWEST = 6 };
    char text[24];
    const int digits = snprintf(text, sizeof text, "%lld", (long long)count);

    return digits > FEWEST ? digits : FEWEST;
}

static enum status add_sample(struct folder_new *to, const struct subset *from,
                              int64_t i, int64_t number, const char *name,
                              struct err *e)
{
    const struct dataset *d = from->set;
    const int64_t id = from->ids[i];
    struct text png = {0};
    char file[40];

    snprintf(file, sizeof file, "%0*lld.png", digits_for(from->count),
             (long long)number);
    enum status s = convert_print_png(&png, d, id, name, e);
    if (s == OK && png.failed)
        s = err_memory(e, "converting samples");
    if (s == OK)
        s = folder_add(to, d->target.names[d->labels[id]], file, png.at,
                       png.length, e);
    text_free(&png);
    return s;
}

/* A file that is being written vanishes with its writer, a folder does not: who
 * is to end takes it away first. */
static enum status heed_signals(const char *name, struct err *e)
{
    const enum status signalled = interrupt_pending();

    return signalled == OK ? OK
                           : err_add(e, signalled, name, "%s, nothing was kept",
                                     status_text(signalled));
}

enum status convert_folder(struct folder_new *to, const struct subset *from,
                           const char *name, struct err *e)
{
    const struct dataset *d = from->set;
    struct arena arena = {0};
    enum status s = check(from, name, e);
    int64_t *counts =
        s == OK ? arena_take(&arena, (size_t)d->target.width, sizeof *counts)
                : NULL;

    if (s == OK)
        s = arena_check(&arena, e, "converting samples");
    for (int64_t i = 0; s == OK && i < from->count; i++) {
        s = heed_signals(name, e);
        if (s == OK)
            s = add_sample(to, from, i, ++counts[d->labels[from->ids[i]]], name,
                           e);
    }
    arena_free(&arena);
    return s;
}
