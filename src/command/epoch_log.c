/*
 * epoch_log.c - lines added at the end, and put in order before a resumed run.
 */
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/text.h"
#include "codec/json.h"
#include "command/epochs.h"
#include "train/history.h"

enum { LOG_MAX_BYTES = 1 << 30 };

static void put_layers(struct json_writer *w, const struct layer_log *layers)
{
    json_begin_map(w, "layers");
    for (int64_t i = 0; i < layers->count; i++) {
        const struct layer_row *row = &layers->rows[i];
        json_begin_map(w, row->name);
        json_put_real(w, "weight_norm", row->weight_norm);
        json_put_real(w, "update_norm", row->update_norm);
        json_put_real(w, "gradient_norm", row->gradient_norm);
        json_put_real(w, "dead", row->dead);
        json_end(w);
    }
    json_end(w);
}

static void add_row(struct text *out, const struct epoch_log *log,
                    const struct metric_columns *columns,
                    const struct history_row *row,
                    const struct layer_log *layers)
{
    struct json_writer w = {0};

    json_begin_map(&w, NULL);
    if (log->key)
        json_put_int(&w, log->key, log->number);
    history_put_cells(&w, columns, row, true);
    if (layers)
        put_layers(&w, layers);
    json_end(&w);
    json_finish(&w, JSON_LINE, out);
    text_puts(out, "\n");
}

/* The epoch that a line is about, and in a series the run; 0 when it is no line
 * of ours, such as one that a crash cut. */
static int64_t epoch_of(const struct epoch_log *log, const char *line,
                        size_t length, int64_t *run, struct err *scratch)
{
    struct json *row;
    int64_t epoch = 0;

    *scratch = (struct err){0};
    if (json_parse(line, length, "metrics", &row, scratch) != OK)
        return 0;
    *run = log->number;
    if (!json_int_of(json_member(row, "epoch"), &epoch) ||
        (log->key && !json_int_of(json_member(row, log->key), run)))
        epoch = 0;
    json_free(row);
    return epoch;
}

/* Lines while they are put in order. */
struct order {
    const struct epoch_log *log;
    const struct train_state *s; /* NULL: nothing of this run is kept */
    int64_t next;                /* row of the history */
    int64_t written;             /* epoch of the last line */
    struct text others, own;
};

/* Rows of the history that come before `epoch`, from o->next on. */
static void add_rows(struct order *o, int64_t epoch)
{
    const struct train_state *s = o->s;

    while (s && o->next < s->history_count && s->history[o->next].epoch < epoch)
        add_row(&o->own, o->log, s->columns, &s->history[o->next++], NULL);
}

/* Each epoch's first line is kept, behind what is missing before it. */
static void take_line(struct order *o, const char *line, size_t length,
                      int64_t epoch, int64_t run)
{
    const struct train_state *s = o->s;

    if (epoch > 0 && run != o->log->number)
        text_add(&o->others, line, length);
    if (run != o->log->number || !s || epoch <= o->written || epoch > s->epoch)
        return;
    add_rows(o, epoch);
    text_add(&o->own, line, length);
    o->written = epoch;
    if (o->next < s->history_count && s->history[o->next].epoch == epoch)
        o->next++;
}

/* The lines that stand in the file, and in the gaps rows of the history. */
static enum status compose(const char *text, struct order *o,
                           struct err *scratch, struct err *e)
{
    while (*text) {
        const size_t length = strcspn(text, "\n");
        int64_t run = o->log->number;
        const int64_t epoch =
            text[length] ? epoch_of(o->log, text, length, &run, scratch) : 0;
        if (scratch->status == ERR_MEMORY)
            return err_memory(e, "reading metrics");
        take_line(o, text, length + 1, epoch, run);
        text += length + (text[length] == '\n');
    }
    if (o->s)
        add_rows(o, o->s->epoch + 1);
    text_join(&o->others, &o->own);
    return o->others.failed ? err_memory(e, "writing metrics") : OK;
}

static enum status replace(const char *path, const struct text *content,
                           struct err *e)
{
    struct file_replace r;
    enum status s = file_replace_begin(&r, path, e);

    if (s == OK)
        s = file_replace_write(&r, text_string(content), content->length, e);
    if (s == OK)
        s = file_replace_commit(&r, e);
    file_replace_abort(&r);
    return s;
}

static enum status put_in_order(const struct epoch_log *log,
                                const struct train_state *s, struct err *e)
{
    struct bytes before = {0};
    struct order o = {.log = log, .s = s};
    struct err *scratch = mem_take(1, sizeof *scratch);
    enum status status = scratch ? OK : err_memory(e, "reading metrics");

    if (status == OK && file_exists(log->path))
        status = file_read_all(log->path, LOG_MAX_BYTES, &before, e);
    if (status == OK)
        status =
            compose(before.at ? (const char *)before.at : "", &o, scratch, e);
    if (status == OK)
        status = replace(log->path, &o.others, e);
    text_free(&o.others);
    text_free(&o.own);
    mem_free(before.at);
    mem_free(scratch);
    return status;
}

enum status epoch_log_open(struct epoch_log *log, const char *path,
                           const struct train_state *resumed, struct err *e)
{
    const struct text nothing = {0};
    enum status s = OK;

    log->path = path;
    if (log->goes_on || (resumed && resumed->epoch > 0))
        s = put_in_order(log, resumed, e);
    else if (file_is_regular(path)) /* it may have other names and owners */
        s = replace(path, &nothing, e);
    return s == OK ? file_append(path, &log->fd, e) : s;
}

enum status epoch_log_add(const struct epoch_log *log,
                          const struct train_state *state,
                          const struct layer_log *layers, struct err *e)
{
    struct text line = {0};

    if (log->fd < 0)
        return OK;
    add_row(&line, log, state->columns,
            &state->history[state->history_count - 1], layers);
    const enum status s =
        line.failed ? err_memory(e, "writing metrics")
                    : file_write_all(log->fd, log->path, text_string(&line),
                                     line.length, e);
    text_free(&line);
    return s;
}

void epoch_log_close(struct epoch_log *log)
{
    if (log->fd >= 0)
        close(log->fd);
    log->fd = -1;
}
