/*
 * epoch_log.c - lines added at the end, and put in order before a resumed run.
 */
#include "command/epoch_log.h"

#include <string.h>

#include "base/append.h"
#include "base/arena.h"
#include "base/file.h"
#include "base/text.h"
#include "codec/json.h"
#include "train/history.h"

enum { LOG_MAX_BYTES = 1 << 28 };

static enum status add_row(struct text *out, const struct history_row *row,
                           struct err *e)
{
    struct json_writer w = {0};

    history_put_row(&w, row, true);
    const enum status s = json_finish(&w, JSON_LINE, out, e);
    text_puts(out, "\n");
    return s == OK && out->failed ? err_memory(e, "writing metrics") : s;
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

/* line[i], of the file's text, becomes the first one about epoch i + 1. */
static enum status find_lines(const char *text, const char **line,
                              int64_t epochs, struct err *e)
{
    struct err *scratch = mem_take(1, sizeof *scratch);

    while (scratch && scratch->status != ERR_MEMORY && *text) {
        const size_t length = strcspn(text, "\n");
        const int64_t epoch =
            text[length] ? epoch_of(text, length, scratch) : 0;
        if (epoch >= 1 && epoch <= epochs && !line[epoch - 1])
            line[epoch - 1] = text;
        text += length + (text[length] == '\n');
    }
    const bool is_short = !scratch || scratch->status == ERR_MEMORY;
    mem_free(scratch);
    return is_short ? err_memory(e, "reading metrics") : OK;
}

static enum status compose(const char *before, const struct train_state *s,
                           struct text *out, struct err *e)
{
    const char **line = mem_take((size_t)s->epoch, sizeof *line);
    enum status status = line ? find_lines(before, line, s->epoch, e)
                              : err_memory(e, "reading metrics");

    for (int64_t i = 0; status == OK && i < s->epoch; i++)
        if (line[i])
            text_add(out, line[i], strcspn(line[i], "\n") + 1);
        else
            status = add_row(out, &s->history[i], e);
    mem_free(line);
    return status == OK && out->failed ? err_memory(e, "writing metrics")
                                       : status;
}

static enum status put_in_order(const char *path, const struct train_state *s,
                                struct err *e)
{
    struct bytes before = {0};
    struct text content = {0};
    struct file_replace r;
    enum status status =
        file_exists(path) ? file_read_all(path, LOG_MAX_BYTES, &before, e) : OK;

    if (status == OK)
        status =
            compose(before.at ? (const char *)before.at : "", s, &content, e);
    if (status == OK)
        status = file_replace_begin(&r, path, e);
    if (status == OK) {
        status =
            file_replace_write(&r, text_string(&content), content.length, e);
        if (status == OK)
            status = file_replace_commit(&r, e);
        file_replace_abort(&r);
    }
    text_free(&content);
    mem_free(before.at);
    return status;
}

enum status epoch_log_open(struct epoch_log *log, const char *path,
                           const struct train_state *resumed, struct err *e)
{
    const bool keep = resumed && resumed->epoch > 0;
    const enum status s = keep ? put_in_order(path, resumed, e) : OK;

    log->path = path;
    return s == OK ? append_open(path, keep, &log->fd, e) : s;
}

enum status epoch_log_add(const struct epoch_log *log,
                          const struct history_row *row, struct err *e)
{
    struct text line = {0};

    if (log->fd < 0)
        return OK;
    enum status s = add_row(&line, row, e);
    if (s == OK)
        s = file_write_all(log->fd, log->path, text_string(&line), line.length,
                           e);
    text_free(&line);
    return s;
}

void epoch_log_close(struct epoch_log *log)
{
    append_close(&log->fd);
}
