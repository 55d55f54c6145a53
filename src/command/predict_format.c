/*
 * predict_format.c - plain, csv, tsv and jsonl.
 */
#include "command/predict_format.h"

#include <math.h>
#include <string.h>

#include "codec/json.h"
#include "source/convert.h"
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

/* Is a record a row of numbers, and not a class? */
static bool has_numbers(const struct predict_format *f)
{
    return f->what >= PREDICT_PROBABILITIES || !has_classes(f);
}

/* Is it yes or no to each label? */
static bool has_labels(const struct predict_format *f)
{
    return f->what == PREDICT_ANSWER && f->target->kind == TARGET_LABELS;
}

static bool is_yes(const struct predict_format *f, const real *y, int64_t i)
{
    return (double)y[i] > f->threshold;
}

/* Their names, or in columns 1 and 0. */
static void put_labels(struct text *out, const struct predict_format *f,
                       const real *y)
{
    const bool plain = f->layout == PREDICT_PLAIN;
    const char *between = "";

    for (int64_t i = 0; i < f->width; i++) {
        if (plain && !is_yes(f, y, i))
            continue;
        text_puts(out, between);
        between = separator(f);
        if (plain)
            put_name(out, f, i);
        else
            text_puts(out, is_yes(f, y, i) ? "1" : "0");
    }
}

static const real *numbers_of(const struct predict_format *f,
                              const struct prediction *p)
{
    return f->what == PREDICT_LOGITS ? p->logits : p->y;
}

static void put_numbers(struct text *out, const struct predict_format *f,
                        const real *y)
{
    for (int64_t i = 0; i < f->width; i++)
        text_printf(out, "%s%.9g", i ? separator(f) : "", (double)y[i]);
}

/* `y` NULL: as many that are none. */
static void put_floats(struct text *out, const struct predict_format *f,
                       const real *y)
{
    for (int64_t i = 0; i < f->width; i++) {
        const float number = y ? (float)y[i] : NAN;
        text_add(out, (const char *)&number, sizeof number);
    }
}

static const char *class_of(const struct predict_format *f, const real *y)
{
    const int32_t best = infer_argmax(y, f->target->width);

    return f->unsure && (double)y[best] < f->threshold ? f->unsure
                                                       : f->target->names[best];
}

/* What number i is called: "dense1_0" of a layer. */
static void put_number_name(struct text *out, const struct predict_format *f,
                            int64_t i)
{
    if (f->what == PREDICT_LAYER)
        text_printf(out, "%s_%lld", f->layer, (long long)i);
    else
        put_name(out, f, i);
}

void predict_header(struct text *out, const struct predict_format *f)
{
    const char *between = separator(f);

    if (f->layout != PREDICT_CSV && f->layout != PREDICT_TSV)
        return;
    passed_head(out, &f->passed, between);
    if (has_numbers(f))
        for (int64_t i = 0; i < f->width; i++) {
            text_puts(out, i ? between : "");
            put_number_name(out, f, i);
        }
    else if (f->what == PREDICT_TOP)
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

static void put_json_targets(struct json_writer *w,
                             const struct predict_format *f, const real *y)
{
    if (f->width == 1) {
        json_put_real(w, "target", (double)y[0]);
        return;
    }
    json_begin_list(w, "target");
    for (int64_t i = 0; i < f->width; i++)
        json_put_real(w, NULL, (double)y[i]);
    json_end(w);
}

static void put_json_top(struct json_writer *w, const struct predict_format *f,
                         const real *y)
{
    json_begin_list(w, "top");
    for (int64_t i = 0; i < f->top; i++) {
        json_begin_list(w, NULL);
        json_put_text(w, NULL, f->target->names[f->order[i]]);
        json_put_real(w, NULL, (double)y[f->order[i]]);
        json_end(w);
    }
    json_end(w);
}

static void put_json_labels(struct json_writer *w,
                            const struct predict_format *f, const real *y)
{
    char room[TARGET_NAME_BYTES];

    json_begin_list(w, "labels");
    for (int64_t i = 0; i < f->width; i++)
        if (is_yes(f, y, i))
            json_put_text(w, NULL, target_name(f->target, i, room));
    json_end(w);
}

/* Probabilities or logits by name. */
static void put_json_numbers(struct json_writer *w,
                             const struct predict_format *f, const char *key,
                             const real *numbers)
{
    char room[TARGET_NAME_BYTES];

    json_begin_map(w, key);
    for (int64_t i = 0; i < f->width; i++)
        json_put_real(w, target_name(f->target, i, room), (double)numbers[i]);
    json_end(w);
}

const char *const predict_members[] = {
    "class", "labels", "target", "top", "probabilities", "logits", NULL};

static void put_json(struct text *out, const struct predict_format *f,
                     const struct prediction *p)
{
    struct json_writer w = {0};

    json_begin_map(&w, NULL);
    passed_json(&w, &f->passed, p->cells);
    if (has_classes(f))
        json_put_text(&w, "class", class_of(f, p->y));
    else if (f->target->kind == TARGET_LABELS)
        put_json_labels(&w, f, p->y);
    else
        put_json_targets(&w, f, p->y);
    if (f->what == PREDICT_TOP)
        put_json_top(&w, f, p->y);
    if (f->what == PREDICT_LOGITS)
        put_json_numbers(&w, f, "logits", p->logits);
    if (f->what == PREDICT_PROBABILITIES || (has_labels(f) && f->probable))
        put_json_numbers(&w, f, "probabilities", p->y);
    json_end(&w);
    json_finish(&w, JSON_FLOATS, out);
}

/* As many columns as any other record, all of them empty. */
static void put_bad(struct text *out, const struct predict_format *f)
{
    const int64_t columns = has_numbers(f)           ? f->width
                            : f->what == PREDICT_TOP ? 2 * f->top
                                                     : 1;

    if (f->layout == PREDICT_JSONL)
        text_puts(out, "null");
    for (int64_t i = 1; i < columns; i++)
        if (f->layout == PREDICT_CSV || f->layout == PREDICT_TSV)
            text_puts(out, separator(f));
}

/* One with outputs, but for what stands in front of it. */
static void put_good(struct text *out, const struct predict_format *f,
                     const struct prediction *p)
{
    if (f->what == PREDICT_TOP)
        find_top(f, p->y);
    if (f->layout == PREDICT_JSONL)
        put_json(out, f, p);
    else if (has_labels(f))
        put_labels(out, f, p->y);
    else if (has_numbers(f))
        put_numbers(out, f, numbers_of(f, p));
    else if (f->what == PREDICT_TOP)
        put_top(out, f, p->y);
    else if (f->layout == PREDICT_CSV)
        csv_put(out, class_of(f, p->y));
    else
        text_shown(out, class_of(f, p->y));
}

enum status predict_record(struct text *out, const struct predict_format *f,
                           const struct prediction *p, struct err *e)
{
    if (f->layout == PREDICT_NPY) {
        put_floats(out, f, p->y ? numbers_of(f, p) : NULL);
    } else {
        if (f->layout != PREDICT_JSONL)
            passed_cells(out, &f->passed, p->cells, separator(f));
        if (p->y)
            put_good(out, f, p);
        else
            put_bad(out, f);
        text_puts(out, "\n");
    }
    return out->failed ? err_memory(e, "writing the predictions") : OK;
}
