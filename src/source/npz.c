/*
 * npz.c - arrays of NumPy in one archive.
 *
 * The archive's directory stands at its end, so it must be a file: a pipe is
 * refused.
 */
#include "source/npz.h"

#include <string.h>

#include "codec/zip.h"
#include "source/arrays.h"

static const struct field npz_fields[] = {
    FIELD(npz_source, npz,
          .doc = "An archive of NumPy arrays, as numpy.savez and "
                 "savez_compressed write it."),
    FIELD(npz_source, images, .optional = true, .least = 1, .sample = "x_train",
          .aka = "x x_train X_train x_test train_x features inputs",
          .doc = "Which of its arrays holds the samples: [N, H, W], [N, C, H, "
                 "W] or rows of numbers [N, F]; default: the only one."),
    FIELD(npz_source, labels, .optional = true, .least = 1, .sample = "y_train",
          .aka = "y y_train y_test train_y classes",
          .doc = "Which of its arrays holds their integer labels, [N] or [N, "
                 "1]."),
    FIELD(npz_source, targets, .optional = true, .least = 1, .sample = "y",
          .aka = "y_true",
          .doc = "For regression, instead of labels: which of its arrays holds "
                 "the numbers to be predicted, [N] or [N, K]."),
    ARRAYS_FIELDS(npz_source),
    {0},
};

static const char *npz_fault(const void *config, struct text *why)
{
    const struct npz_source *c = config;

    return arrays_fault(&c->label_columns, c->labels, c->targets, why);
}

static const struct text_list *npz_targets(const void *config,
                                           enum target_kind *kind)
{
    const struct npz_source *c = config;

    if (c->targets || c->label_columns.count > 0)
        *kind = c->targets ? TARGET_REAL : TARGET_LABELS;
    return &c->label_columns;
}

/* A member is called NAME.npy; its length without that. */
static size_t name_length(const char *member)
{
    const size_t n = strlen(member);

    return n > 4 && strcmp(member + n - 4, ".npy") == 0 ? n - 4 : n;
}

/* With or without the ending. */
static bool is_called(const struct zip_member *m, const char *name)
{
    const size_t n = name_length(m->name);

    return strcmp(m->name, name) == 0 ||
           (strlen(name) == n && memcmp(m->name, name, n) == 0);
}

enum { LISTED = 12 };

static enum status fail_lookup(const struct zip *z, const char *name,
                               int64_t found, struct err *e)
{
    struct text list = {0};

    for (int64_t i = 0; i < z->count && i < LISTED; i++) {
        text_puts(&list, i ? ", " : "");
        text_add(&list, z->members[i].name, name_length(z->members[i].name));
    }
    if (z->count > LISTED)
        text_printf(&list, " and %lld more", (long long)(z->count - LISTED));
    const char *holds = z->count > 0 ? text_string(&list) : "nothing";
    if (!name)
        err_add(e, ERR_CONFIG, z->name,
                "holds %s; images, or --array of predict and plot, says which "
                "array holds the samples",
                holds);
    else if (found > 0)
        err_add(e, ERR_DATA, z->name, "holds several arrays called '%s'", name);
    else
        err_add(e, ERR_DATA, z->name,
                "holds no array '%s'; the archive holds %s", name, holds);
    text_free(&list);
    return name ? ERR_DATA : ERR_CONFIG;
}

/* Opens the array called `name`; NULL: the only one. */
static enum status open_array(const struct zip *z, const char *name,
                              struct array *a, struct err *e)
{
    const struct zip_member *member = NULL;
    struct stream *stream;
    int64_t found = 0;

    for (int64_t i = 0; i < z->count; i++)
        if (!name || is_called(&z->members[i], name)) {
            member = &z->members[i];
            found++;
        }
    if (found != 1)
        return fail_lookup(z, name, found, e);
    enum status s = zip_stream(z, member, &stream, e);
    if (s == OK)
        s = input_begin(&a->in, stream, e);
    if (s == OK)
        s = arrays_header(a, e);
    return s;
}

/* Both arrays are opened whatever is wrong with the first. */
static enum status open_both(const struct zip *z, const struct npz_source *c,
                             struct source_reader *r, struct err *e)
{
    struct arrays *a = r->state;
    const char *answers = c->targets ? c->targets : c->labels;
    enum status s = open_array(z, c->images, &a->samples, e);

    if (s == OK)
        s = arrays_samples(r, e);
    if (!a->has_answers)
        return s == OK ? arrays_check(r, e) : s;
    enum status other = open_array(z, answers, &a->answers, e);
    if (other == OK)
        other = arrays_answers(r, e);
    s = s != OK ? s : other;
    return s == OK ? arrays_check(r, e) : s;
}

static enum status npz_open(const void *config, const struct source_request *q,
                            struct source_reader *r, struct err *e)
{
    const struct npz_source *c = config;
    const struct arrays_config arrays = {c->layout, c->label_columns,
                                         c->targets != NULL};
    struct zip zip = {.fd = -1};

    /* What has been read of it was its beginning. */
    if (q->opened)
        input_close(q->opened);
    if (!arrays_new(r, q, &arrays, c->targets || c->labels))
        return err_memory(e, "reading arrays");
    enum status s = zip_open(&zip, c->npz.at, e);
    if (s == OK)
        s = open_both(&zip, c, r, e);
    zip_close(&zip);
    return s;
}

/* Archives that hold nothing begin with the record of their end. */
static bool npz_knows(const unsigned char *head, size_t length,
                      const char *path)
{
    (void)path;
    return length >= 4 &&
           (memcmp(head, "PK\3\4", 4) == 0 || memcmp(head, "PK\5\6", 4) == 0);
}

const struct source_ops npz_source_ops = {
    .kind = {.name = "npz",
             .doc = "Arrays of NumPy in one archive.",
             .fields = npz_fields,
             .config_size = sizeof(struct npz_source),
             .aka = "savez archive"},
    .columns = true,
    .fault = npz_fault,
    .targets = npz_targets,
    .knows = npz_knows,
    .open = npz_open,
    .next = arrays_next,
    .whole = arrays_whole,
    .close = arrays_close,
};
