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

/* Lines that stand in the file, by epoch. */
struct kept {
    const char **line;
    size_t *length;
    int64_t epochs;
};

/* Ends early, as scratch->status says, when memory is short. */
static void keep_lines(struct kept *k, const char *text, struct err *scratch)
{
    while (*text && scratch->status != ERR_MEMORY) {
        const size_t length = strcspn(text, "\n");
        const int64_t epoch =
            text[length] ? epoch_of(text, length, scratch) : 0;
        if (epoch >= 1 && epoch <= k->epochs && !k->line[epoch - 1]) {
            k->line[epoch - 1] = text;
            k->length[epoch - 1] = length;
        }
        text += length + (text[length] == '\n');
    }
}

static enum status compose(struct arena *arena, const char *before,
                           const struct train_state *s, struct text *out,
                           struct err *e)
{
    const size_t count = (size_t)s->epoch;
    struct kept k = {arena_take(arena, count, sizeof *k.line),
                     arena_take(arena, count, sizeof *k.length), s->epoch};
    struct err *scratch = arena_take(arena, 1, sizeof *scratch);
    enum status status = OK;

    if (!k.line || !k.length || !scratch)
        return err_memory(e, "reading metrics");
    keep_lines(&k, before, scratch);
    if (scratch->status == ERR_MEMORY)
        return err_memory(e, "reading metrics");
    for (int64_t i = 0; status == OK && i < s->epoch; i++) {
        if (k.line[i]) {
            text_add(out, k.line[i], k.length[i]);
            text_puts(out, "\n");
        } else {
            status = add_row(out, &s->history[i], e);
        }
    }
    return status == OK && out->failed ? err_memory(e, "writing metrics")
                                       : status;
}

static enum status replace(const char *path, const struct text *content,
                           struct err *e)
{
    struct file_replace r;
    enum status s = file_replace_begin(&r, path, e);

    if (s != OK)
        return s;
    s = file_replace_write(&r, text_string(content), content->length, e);
    if (s == OK)
        return file_replace_commit(&r, e);
    file_replace_abort(&r);
    return s;
}

static enum status put_in_order(const char *path, const struct train_state *s,
                                struct err *e)
{
    struct bytes before = {0};
    struct arena arena = {0};
    struct text content = {0};
    enum status status = OK;

    if (file_exists(path))
        status = file_read_all(path, LOG_MAX_BYTES, &before, e);
    if (status == OK)
        status = compose(&arena, before.at ? (const char *)before.at : "", s,
                         &content, e);
    if (status == OK)
        status = replace(path, &content, e);
    text_free(&content);
    arena_free(&arena);
    mem_free(before.at);
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
