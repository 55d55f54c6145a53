/*
 * c_form.c - a network as one C99 file.
 */
#include "base/num.h"
#include "export/c_check.h"
#include "export/c_file.h"
#include "export/c_integers.h"
#include "export/export.h"

/* The memory plan is of floats, of which there is one at least; as many bytes
 * do for integers. */
static struct c_shell shell_of(const struct c_file *f,
                               const struct export_wish *w)
{
    const struct network *n = f->net;
    const int64_t count =
        num_max(1, (int64_t)(n->plan.lane_bytes / sizeof(float)) + f->patch);

    return (struct c_shell){
        .work_type = w->bytes ? "int8_t" : "float",
        .work_count = count,
        .work_bytes = count * (w->bytes ? 1 : (int64_t)sizeof(float)),
        .tolerance = NETWORK_TOLERANCE,
        .answers = w->bytes ? w->answers : n->answers,
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

static enum status write_floats(struct c_file *f, struct err *e)
{
    c_begin(f, "", "");
    const enum status s = c_network(f, e);
    if (s != OK)
        return s;
    text_puts(&f->calls, "\n");
    c_copy(f, shape_count(f->net->own.out),
           c_place(f, f->net->fold.graph.count - 1), "output");
    c_end(f);
    return OK;
}

static enum status finish(struct c_file *f, const struct export_wish *w,
                          struct exported *out, struct err *e)
{
    const struct c_shell shell = shell_of(f, w);
    const char *compiler = NULL;

    if (f->constants.failed || f->calls.failed || f->arena.failed)
        return err_memory(e, "writing C");
    c_header(f, &shell, &out->header);
    c_source(f, &shell, &out->file);
    if (out->file.failed || out->header.failed)
        return err_memory(e, "writing C");
    out->advice = arena_printf(
        &out->arena, "cc -std=c99 -O2 -D%s_TEST FILE.c -lm && ./a.out",
        f->prefix);
    out->words = arena_printf(
        &out->arena, "%lld bytes of constants, a work area of %lld bytes",
        (long long)f->constant_bytes, (long long)shell.work_bytes);
    enum status s = arena_check(&out->arena, e, "writing C");
    if (s == OK)
        s = c_check(&out->file, f->prefix, &compiler, e);
    if (s == OK && compiler)
        out->checked = arena_printf(&out->arena, "compiled by %s", compiler);
    return s == OK ? arena_check(&out->arena, e, "writing C") : s;
}

static enum status make(const struct network *n, const struct export_wish *w,
                        struct exported *out, struct err *e)
{
    struct c_file f = {.net = n};
    enum status s = check_size(n, e);

    f.prefix = w->prefix ? w->prefix : c_name(&f.arena, w->path);
    if (s == OK && w->bytes)
        c_integers(&f, w->bytes);
    else if (s == OK)
        s = write_floats(&f, e);
    if (s == OK)
        s = finish(&f, w, out, e);
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
    .has_bytes = true,
    .make = make,
};
