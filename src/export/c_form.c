/*
 * c_form.c - a network as one C99 file, in floats.
 */
#include "export/c_check.h"
#include "export/c_file.h"
#include "export/export.h"

/* The memory plan is of floats; one at least. */
static struct c_shell shell_of(const struct network *n)
{
    const int64_t count = (int64_t)(n->plan.lane_bytes / sizeof(float));

    return (struct c_shell){
        .work_type = "float",
        .work_count = count > 0 ? count : 1,
        .tolerance = NETWORK_TOLERANCE,
        .answers = n->answers,
    };
}

/* C counts with int. */
static enum status check_size(const struct network *n, struct err *e)
{
    const struct graph *g = &n->fold.graph;

    if (n->plan.lane_bytes <= INT32_MAX &&
        g->weight_size <= INT32_MAX / (int64_t)sizeof(float))
        return OK;
    return err_add(e, ERR_CONFIG, NULL,
                   "the network is too large for C: %lld weights, a work area "
                   "of %zu bytes; at most 2 GiB of each",
                   (long long)g->weight_size, n->plan.lane_bytes);
}

static enum status write_floats(struct c_file *f, struct c_shell *shell,
                                struct err *e)
{
    *shell = shell_of(f->net);
    c_begin(f);
    const enum status s = c_network(f, e);
    if (s == OK)
        c_end(f, c_place(f, f->net->fold.graph.count - 1));
    return s;
}

static enum status finish(struct c_file *f, const struct c_shell *shell,
                          struct exported *out, struct err *e)
{
    out->constants = f->constant_bytes;
    out->work = shell->work_count * (int64_t)sizeof(float);
    if (f->constants.failed || f->calls.failed || f->arena.failed)
        return err_memory(e, "writing C");
    c_header(f, shell, &out->header);
    c_source(f, shell, &out->file);
    if (out->file.failed || out->header.failed)
        return err_memory(e, "writing C");
    out->advice = arena_printf(
        &out->arena, "cc -std=c99 -O2 -D%s_TEST FILE.c -lm && ./a.out",
        f->prefix);
    const enum status s = arena_check(&out->arena, e, "writing C");
    return s == OK ? c_check(&out->file, f->prefix, &out->checked, e) : s;
}

static enum status make(const struct network *n, const struct export_wish *w,
                        struct exported *out, struct err *e)
{
    struct c_file f = {.net = n};
    struct c_shell shell;
    enum status s = check_size(n, e);

    f.prefix = w->prefix ? w->prefix : c_name(&f.arena, w->path);
    if (s == OK)
        s = write_floats(&f, &shell, e);
    if (s == OK)
        s = finish(&f, &shell, out, e);
    text_free(&f.constants);
    text_free(&f.calls);
    arena_free(&f.arena);
    return s;
}

const struct export_format export_c = {
    .ending = ".c",
    .doc = "One file of C99 without dependencies.",
    .has_header = true,
    .has_prefix = true,
    .make = make,
};
