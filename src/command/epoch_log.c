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

static void add_row(struct text *out, const struct metric_columns *columns,
                    const struct history_row *row,
                    const struct layer_log *layers)
{
    struct json_writer w = {0};

    json_begin_map(&w, NULL);
    history_put_cells(&w, columns, row, true);
    if (layers)
        put_layers(&w, layers);
    json_end(&w);
    json_finish(&w, JSON_LINE, out);
    text_puts(out, "\n");
}

/* The epoch that a line is about; 0 when it is no line of ours, such as one
 * that a crash cut. */
static int64_t epoch_of(const char *line, size_t length, struct err *scratch)
{
    struct json *row;
    int64_t epoch = 0;

    *scratch = (struct err){0};
    if (json_parse(line, length, "metrics", &row, scratch) != OK)
        return 0;
    if (!json_int_of(json_member(row, "epoch"), &epoch))
        epoch = 0;
    json_free(row);
    return epoch;
}

/* Rows of the history that come before `epoch`, from row *next on. */
static void add_rows(struct text *out, const struct train_state *s,
                     int64_t epoch, int64_t *next)
{
    while (*next < s->history_count && s->history[*next].epoch < epoch)
        add_row(out, s->columns, &s->history[(*next)++], NULL);
}

/* The lines that stand in the file, each epoch's first, and in the gaps rows of
 * the history. */
static enum status compose(const char *text, const struct train_state *s,
                           struct text *out, struct err *scratch, struct err *e)
{
    int64_t next = 0, written = 0;

    while (*text) {
        const size_t length = strcspn(text, "\n");
        const int64_t epoch =
            text[length] ? epoch_of(text, length, scratch) : 0;
        if (scratch->status == ERR_MEMORY)
            return err_memory(e, "reading metrics");
        if (epoch > written && epoch <= s->epoch) {
            add_rows(out, s, epoch, &next);
            text_add(out, text, length + 1);
            written = epoch;
            if (next < s->history_count && s->history[next].epoch == epoch)
                next++;
        }
        text += length + (text[length] == '\n');
    }
    add_rows(out, s, s->epoch + 1, &next);
    return out->failed ? err_memory(e, "writing metrics") : OK;
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

static enum status put_in_order(const char *path, const struct train_state *s,
                                struct err *e)
{
    struct bytes before = {0};
    struct text content = {0};
    struct err *scratch = mem_take(1, sizeof *scratch);
    enum status status = scratch ? OK : err_memory(e, "reading metrics");

    if (status == OK && file_exists(path))
        status = file_read_all(path, LOG_MAX_BYTES, &before, e);
    if (status == OK)
        status = compose(before.at ? (const char *)before.at : "", s, &content,
                         scratch, e);
    if (status == OK)
        status = replace(path, &content, e);
    text_free(&content);
    mem_free(before.at);
    mem_free(scratch);
    return status;
}

enum status epoch_log_open(struct epoch_log *log, const char *path,
                           const struct train_state *resumed, struct err *e)
{
    const bool keep = resumed && resumed->epoch > 0;
    enum status s = OK;

    log->path = path;
    if (keep)
        s = put_in_order(path, resumed, e);
    return s == OK ? file_append(path, keep, &log->fd, e) : s;
}

enum status epoch_log_add(const struct epoch_log *log,
                          const struct train_state *state,
                          const struct layer_log *layers, struct err *e)
{
    struct text line = {0};

    if (log->fd < 0)
        return OK;
    add_row(&line, state->columns, &state->history[state->history_count - 1],
            layers);
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
