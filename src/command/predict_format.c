/*
 * predict_format.c - plain, csv, tsv and jsonl.
 */
#include "command/predict_format.h"

#include <string.h>

#include "codec/json.h"
#include "data/convert.h"
#include "train/infer.h"

static bool has_classes(const struct predict_format *f)
{
    return f->target->kind == TARGET_CLASS;
}

static void put_name(struct text *out, const struct predict_format *f,
                     int64_t i)
{
    char room[TARGET_NAME_BYTES];
    const char *name = target_name(f->target, i, room);

    if (f->layout == PREDICT_CSV)
        csv_put(out, name);
    else
        text_shown(out, name);
}

static const char *separator(const struct predict_format *f)
{
    return f->layout == PREDICT_CSV ? "," : "\t";
}

/* All outputs: numbers, or the probabilities of the classes. */
static void put_numbers(struct text *out, const struct predict_format *f,
                        const real *y)
{
    for (int64_t i = 0; i < f->target->width; i++)
        text_printf(out, "%s%.9g", i ? separator(f) : "", (double)y[i]);
}

void predict_header(struct text *out, const struct predict_format *f)
{
    const char *between = separator(f);

    if (f->layout == PREDICT_PLAIN || f->layout == PREDICT_JSONL)
        return;
    if (!has_classes(f) || f->probabilities)
        for (int64_t i = 0; i < f->target->width; i++) {
            text_puts(out, i ? between : "");
            put_name(out, f, i);
        }
    else if (f->top > 0)
        for (int64_t i = 1; i <= f->top; i++)
            text_printf(out, "%sclass%lld%sprobability%lld",
                        i > 1 ? between : "", (long long)i, between,
                        (long long)i);
    else
        text_puts(out, "class");
    text_puts(out, "\n");
}

/* order[0 .. top) become the most likely classes; of equals the first in
 * output order comes first. */
static void find_top(const struct predict_format *f, const real *y)
{
    for (int32_t i = 0; i < f->target->width; i++) {
        int64_t at = i < f->top ? i : f->top;
        while (at > 0 && y[i] > y[f->order[at - 1]]) {
            if (at < f->top)
                f->order[at] = f->order[at - 1];
            at--;
        }
        if (at < f->top)
            f->order[at] = i;
    }
}

static void put_top(struct text *out, const struct predict_format *f,
                    const real *y)
{
    const char *within = f->layout == PREDICT_PLAIN ? " " : separator(f);

    for (int64_t i = 0; i < f->top; i++) {
        text_puts(out, i ? separator(f) : "");
        put_name(out, f, f->order[i]);
        text_printf(out, "%s%.9g", within, (double)y[f->order[i]]);
    }
}

static void put_json_numbers(struct json_writer *w,
                             const struct predict_format *f, const real *y)
{
    if (f->target->width == 1) {
        json_put_real(w, "target", (double)y[0]);
        return;
    }
    json_begin_list(w, "target");
    for (int64_t i = 0; i < f->target->width; i++)
        json_put_real(w, NULL, (double)y[i]);
    json_end(w);
}

static enum status put_json(struct text *out, const struct predict_format *f,
                            const real *y, struct err *e)
{
    struct json_writer w = {0};

    json_begin_map(&w, NULL);
    if (!has_classes(f)) {
        put_json_numbers(&w, f, y);
        json_end(&w);
        json_finish(&w, JSON_FLOATS, out);
        return out->failed ? err_memory(e, "writing JSON") : OK;
    }
    json_put_text(&w, "class",
                  f->target->names[infer_argmax(y, f->target->width)]);
    if (f->probabilities) {
        json_begin_map(&w, "probabilities");
        for (int32_t i = 0; i < f->target->width; i++)
            json_put_real(&w, f->target->names[i], (double)y[i]);
        json_end(&w);
    } else if (f->top > 0) {
        json_begin_list(&w, "top");
        for (int64_t i = 0; i < f->top; i++) {
            json_begin_list(&w, NULL);
            json_put_text(&w, NULL, f->target->names[f->order[i]]);
            json_put_real(&w, NULL, (double)y[f->order[i]]);
            json_end(&w);
        }
        json_end(&w);
    }
    json_end(&w);
    json_finish(&w, JSON_FLOATS, out);
    return out->failed ? err_memory(e, "writing JSON") : OK;
}

/* As many columns as any other record, all of them empty. */
static void put_bad(struct text *out, const struct predict_format *f)
{
    const bool all = f->probabilities || !has_classes(f);
    const int64_t columns = all ? f->target->width : 2 * f->top;

    if (f->layout == PREDICT_JSONL)
        text_puts(out, "null");
    for (int64_t i = 1; i < columns; i++)
        if (f->layout == PREDICT_CSV || f->layout == PREDICT_TSV)
            text_puts(out, separator(f));
    text_puts(out, "\n");
}

enum status predict_record(struct text *out, const struct predict_format *f,
                           const real *y, struct err *e)
{
    enum status s = OK;

    if (!y) {
        put_bad(out, f);
        return OK;
    }
    if (f->top > 0)
        find_top(f, y);
    if (f->layout == PREDICT_JSONL)
        s = put_json(out, f, y, e);
    else if (f->probabilities || !has_classes(f))
        put_numbers(out, f, y);
    else if (f->top > 0)
        put_top(out, f, y);
    else
        put_name(out, f, infer_argmax(y, f->target->width));
    text_puts(out, "\n");
    return s;
}
