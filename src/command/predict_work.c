/*
 * predict_work.c - a record out for every record in.
 */
#include "command/predict_work.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "cli/say.h"
#include "tensor/finite.h"

const char *const *predict_words(const struct call *call)
{
    static const char *const piped[] = {"-", NULL};

    return call->word_count > 1 ? call->words + 1 : piped;
}

/* Is it what the network makes of its input, to be printed as that was? */
static bool is_raw(const struct predict *p)
{
    return p->format.target->kind == TARGET_INPUTS &&
           p->format.what == PREDICT_ANSWER;
}

/* Normalized as training samples are, by the same code. */
static void compute(struct predict *p, int64_t count)
{
    const struct model *m = p->job->model;
    struct dataset set = {
        .count = count,
        .holes = m->missing.count > 0,
        .shape = p->graph->in,
        .pixel = PIXEL_F32,
        .pixels = p->raw,
    };

    dataset_fill(&set, &m->missing);
    const struct subset all = {&set, p->ids, count};
    const enum status s = batch_fill(&all, &m->norm, p->x, NULL, NULL);
    assert(s == OK); /* in memory */
    (void)s;
    infer_outputs(p->infer, count, p->x, p->y);
    for (int64_t i = 0; is_raw(p) && i < count; i++)
        batch_raw(&m->norm, p->graph->in, p->y + i * p->format.width);
    if (p->format.what == PREDICT_ANSWER)
        batch_raw_targets(&m->scale, count, p->y);
    if (p->logits)
        infer_logits(p->infer, count, p->x, p->logits);
}

/* Are all numbers of a record numbers? */
static bool is_finite(const struct predict *p, int64_t record)
{
    const int64_t width = p->format.width, at = record * width;

    return all_finite(p->y + at, width) &&
           (!p->logits || all_finite(p->logits + at, width));
}

static enum status fail_finite(const struct predict *p, int64_t sample,
                               struct err *e)
{
    if (p->paths)
        return err_add(e, ERR_DATA, file_shown(p->paths[sample]),
                       "the network's output is not finite");
    return err_add(e, ERR_DATA, p->name,
                   "sample %lld: the network's output is not finite",
                   (long long)sample);
}

/* Outputs that are no numbers are no answer.  *count becomes the records that
 * can be printed: up to the first such one, unless they are kept. */
static enum status check_outputs(struct predict *p, int64_t *count,
                                 struct err *e)
{
    struct err *fault = p->job->keep_bad ? &p->fault : e;

    for (int64_t i = 0; i < *count; i++) {
        struct bad_record *bad = &p->bad[i];
        if (bad->bad) {
            p->unread++;
            continue;
        }
        if (is_finite(p, i))
            continue;
        err_clear(fault);
        const enum status s = fail_finite(p, p->first + i, fault);
        if (!p->job->keep_bad) {
            *count = i;
            return s;
        }
        bad->bad = true;
        snprintf(bad->why, sizeof bad->why, "%.*s",
                 (int)strcspn(fault->text, "\n"), fault->text);
        p->unanswered++;
    }
    p->first += *count;
    return OK;
}

/* Behind the cells of a record are those of the next. */
static const char *next_cells(const char *cells, int64_t count)
{
    for (; count > 0; count--)
        cells += strlen(cells) + 1;
    return cells;
}

/* `cells`: the passed ones of all records. */
static enum status print_records(struct predict *p, int64_t count,
                                 const char *cells, struct err *e)
{
    const int64_t width = p->format.width;
    struct text t = {0};
    enum status s = OK;

    for (int64_t i = 0; i < count && s == OK; i++) {
        const struct prediction one = {
            .y = p->bad[i].bad ? NULL : p->y + i * width,
            .logits = p->logits ? p->logits + i * width : NULL,
            .cells = cells,
        };
        s = predict_record(&t, &p->format, &one, e);
        cells = next_cells(cells, p->format.passed.count);
    }
    p->written += count;
    out_text(p->out, &t);
    /* The reasons come after the records that stand before them. */
    const enum status flushed = out_flush(p->out);
    for (int64_t i = 0; i < count; i++)
        if (p->bad[i].bad)
            fprintf(stderr, "%s\n", p->bad[i].why);
    return s != OK ? s : flushed;
}

enum status predict_records(struct predict *p, struct intake *from,
                            struct err *e)
{
    int64_t count;
    enum status s;

    do {
        s = intake_next(from, PREDICT_ROOM, p->raw, p->bad, &count, e);
        if (count == 0)
            break;
        if (from->odd && !p->told)
            warn(p->job->call, "%s", from->odd);
        p->told = p->told || from->odd;
        /* Records before a fault are answered. */
        compute(p, count);
        const enum status checked = check_outputs(p, &count, e);
        const enum status printed =
            print_records(p, count, text_string(from->cells), e);
        s = checked != OK ? checked : s != OK ? s : printed;
    } while (s == OK);
    return s;
}
