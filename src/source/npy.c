/*
 * npy.c - arrays of NumPy in files of their own.
 */
#include "source/npy.h"

#include "source/arrays.h"

static const struct field npy_fields[] = {
    FIELD(npy_source, npy,
          .doc = "A NumPy array of samples, gzip or not, in C order: [N, H, "
                 "W], [N, C, H, W] or rows of numbers [N, F], of bool, "
                 "integers or floats of 4 or 8 bytes."),
    FIELD(npy_source, labels, .optional = true,
          .aka = "y y_train y_test train_y classes",
          .doc = "A NumPy array of as many integer labels, [N] or [N, 1]."),
    FIELD(npy_source, targets, .optional = true, .aka = "targets_file y_true",
          .doc = "For regression, instead of labels: a NumPy array of the "
                 "numbers to be predicted, [N] or [N, K]."),
    ARRAYS_FIELDS(npy_source),
    {0},
};

static const char *npy_fault(const void *config, struct text *why)
{
    const struct npy_source *c = config;

    return arrays_fault(&c->label_columns, c->labels.at, c->targets.at, why);
}

static const struct text_list *npy_targets(const void *config,
                                           enum target_kind *kind)
{
    const struct npy_source *c = config;

    if (c->targets.at || c->label_columns.count > 0)
        *kind = c->targets.at ? TARGET_REAL : TARGET_LABELS;
    return &c->label_columns;
}

/* Both files are opened whatever is wrong with the first: one run names every
 * fault. */
static enum status npy_open(const void *config, const struct source_request *q,
                            struct source_reader *r, struct err *e)
{
    const struct npy_source *c = config;
    const struct path *answers = c->targets.at ? &c->targets : &c->labels;
    const struct arrays_config arrays = {c->layout, c->label_columns,
                                         c->targets.at != NULL};
    struct arrays *a = arrays_new(r, q, &arrays, answers->at != NULL);

    if (!a)
        return err_memory(e, "reading arrays");
    enum status s = source_input(q, c->npy.at, &a->samples.in, e);
    if (s == OK)
        s = arrays_header(&a->samples, e);
    if (s == OK)
        s = arrays_samples(r, e);
    if (s == OK)
        s = arrays_choose_place(r, q, e);
    if (!a->has_answers)
        return s == OK ? arrays_check(r, e) : s;
    enum status other = input_open(&a->answers.in, answers->at, e);
    if (other == OK)
        other = arrays_header(&a->answers, e);
    if (other == OK)
        other = arrays_answers(r, e);
    s = s != OK ? s : other;
    return s == OK ? arrays_check(r, e) : s;
}

static bool npy_file_knows(const unsigned char *head, size_t length,
                           const char *path)
{
    (void)path;
    return npy_knows(head, length);
}

const struct source_ops npy_source_ops = {
    .kind = {.name = "npy",
             .doc = "Arrays of NumPy, in files of their own.",
             .fields = npy_fields,
             .config_size = sizeof(struct npy_source),
             .aka = "numpy ndarray x x_train X_train x_test train_x"},
    .columns = true,
    .fault = npy_fault,
    .targets = npy_targets,
    .knows = npy_file_knows,
    .open = npy_open,
    .next = arrays_next,
    .fetch = arrays_fetch,
    .fetch_run = arrays_fetch_run,
    .whole = arrays_whole,
    .close = arrays_close,
};
