/*
 * cifar.c - the binary batches of CIFAR-10 and CIFAR-100.
 */
#include "source/cifar.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "codec/stream.h"

enum {
    EDGE = 32,
    CHANNELS = 3,
    PIXELS = CHANNELS * EDGE * EDGE,
    RECORD_10 = 1 + PIXELS,
    RECORD_100 = 2 + PIXELS,
    MAX_FILES = 4096,
    MAX_NAMES = 256, /* what a byte can number */
    NAMES_BYTES = 1 << 16,
};

static const char *const label_words[] = {"fine", "coarse", NULL};

static const struct field cifar_fields[] = {
    FIELD(cifar_source, cifar, .least = 1, .most = MAX_FILES,
          .sample = "[data_batch_1.bin, data_batch_2.bin]",
          .doc = "Binary batches of CIFAR-10 or CIFAR-100, gzip or not, in the "
                 "order of their samples.  Classes are called as "
                 "batches.meta.txt, fine_label_names.txt or "
                 "coarse_label_names.txt beside the first says."),
    FIELD(cifar_source, label, .optional = true, .choices = label_words,
          .sample = "fine", .aka = "label_mode label_type",
          .doc = "Which of the two labels of CIFAR-100; default: fine."),
    {0},
};

struct cifar {
    const struct path_list *files;
    struct input in;       /* of the file being read */
    int64_t file, *counts; /* its number; records of each */
    int64_t next;          /* record of that file */
    int64_t size;          /* bytes of a record */
    int64_t label_at;      /* which byte of it is the label */
    bool has_labels, blind;
    const char *const
        *names; /* [name_count] of the classes; NULL: none known */
    int64_t name_count;
    const char *named_by; /* the file that they stand in */
    char label[4];
};

static void cifar_close(struct source_reader *r)
{
    struct cifar *c = r->state;

    input_close(&c->in);
    mem_free(c->counts);
    mem_free(c);
}

/* Bytes that a gzip file unpacks to. */
static enum status count_unpacked(const char *path, int64_t *length,
                                  struct err *e)
{
    enum { PIECE = 1 << 16 };
    struct stream *stream;
    unsigned char *piece = mem_take(PIECE, 1);
    size_t got = 1;

    *length = 0;
    if (!piece)
        return err_memory(e, "reading batches");
    enum status s = stream_open(&stream, path, e);
    while (s == OK && got > 0) {
        s = stream_read(stream, piece, PIECE, &got, e);
        *length += (int64_t)got;
    }
    stream_close(stream);
    mem_free(piece);
    return s;
}

/* Bytes of a regular file, and whether they are gzip. */
static enum status measure(const char *path, int64_t *length, bool *packed,
                           struct err *e)
{
    unsigned char head[2] = {0};
    int fd;

    enum status s = file_open(path, &fd, e);
    if (s != OK)
        return s;
    *length = file_length(fd);
    if (*length < 0)
        s = err_add(e, ERR_DATA, file_shown(path),
                    "cannot be read as a batch of CIFAR, whose size says what "
                    "it is: expected a file, not a pipe");
    else if (*length >= (int64_t)sizeof head)
        s = file_read_at(fd, path, head, sizeof head, 0, e);
    *packed = head[0] == 0x1f && head[1] == 0x8b;
    close(fd);
    return s;
}

static enum status count_bytes(const char *path, int64_t *length, struct err *e)
{
    bool packed = false;
    const enum status s = measure(path, length, &packed, e);

    if (s != OK || !packed)
        return s;
    /* What is read of it to count its bytes is gone. */
    return strcmp(path, "-") == 0
               ? err_add(e, ERR_DATA, file_shown(path),
                         "is a packed batch of CIFAR, which can be read by its "
                         "name alone")
               : count_unpacked(path, length, e);
}

/* The sizes of records that a file may have, as bits. */
enum { FITS_10 = 1, FITS_100 = 2 };

static enum status look_at(const char *path, int64_t *length, unsigned *fits,
                           struct err *e)
{
    const enum status s = count_bytes(path, length, e);

    if (s != OK)
        return s;
    *fits = (*length % RECORD_10 == 0 ? FITS_10 : 0U) |
            (*length % RECORD_100 == 0 ? FITS_100 : 0U);
    if (*length == 0)
        return err_add(e, ERR_DATA, file_shown(path), "holds no samples");
    return *fits ? OK
                 : err_add(e, ERR_DATA, file_shown(path),
                           "is %lld bytes long, no multiple of the %d of a "
                           "record of CIFAR-10 or the %d of CIFAR-100",
                           (long long)*length, RECORD_10, RECORD_100);
}

/* The size of a record of all files, by what their sizes allow. */
static enum status choose_size(struct cifar *c, const struct cifar_source *from,
                               unsigned fits, bool ten, bool hundred,
                               struct err *e)
{
    const char *name = file_shown(from->cifar.at[0].at);

    if (fits == 0)
        return err_add(e, ERR_DATA, name,
                       "of the batches some are of CIFAR-10 and some of "
                       "CIFAR-100");
    if (fits == FITS_10 && from->label)
        return err_add(e, ERR_CONFIG, name,
                       "label: %s has no effect, the batches are of CIFAR-10, "
                       "which has one label",
                       from->label);
    if (fits == (FITS_10 | FITS_100) && !from->label && ten == hundred)
        return err_add(e, ERR_CONFIG, name,
                       "its size is that of a batch of CIFAR-10 and of "
                       "CIFAR-100; label: fine says that it is the latter, "
                       "batches.meta.txt beside it the former");
    const bool is_hundred =
        fits == FITS_100 || (fits & FITS_100 && (from->label || hundred));
    c->size = is_hundred ? RECORD_100 : RECORD_10;
    c->label_at =
        is_hundred && !(from->label && strcmp(from->label, "coarse") == 0);
    return OK;
}

/* The lines of a file of names, blank ones at its end left out. */
static enum status split_names(struct cifar *c, char *text, struct arena *arena,
                               struct err *e)
{
    const char **names = arena_take(arena, MAX_NAMES, sizeof *names);
    int64_t blank = 0;

    for (char *rest; names && *text; text = rest) {
        const size_t line = strcspn(text, "\n");
        size_t n = line;
        rest = text + line + (text[line] == '\n');
        while (n > 0 && strchr(" \t\r", text[n - 1]))
            n--;
        blank += n == 0;
        if (n == 0)
            continue;
        const char *name = arena_strndup(arena, text, n);
        bool twin = false;
        for (int64_t i = 0; i < c->name_count; i++)
            twin = twin || strcmp(names[i], name) == 0;
        if (twin || blank > 0 || c->name_count == MAX_NAMES)
            return err_add(e, ERR_DATA, c->named_by,
                           twin        ? "line %lld: a class has the name of "
                                         "another"
                           : blank > 0 ? "line %lld: follows an empty line"
                                       : "line %lld: more classes than a byte "
                                         "can number",
                           (long long)(c->name_count + blank + 1));
        names[c->name_count++] = name;
    }
    c->names = names;
    return arena_check(arena, e, "reading batches");
}

static enum status read_names(struct cifar *c, struct arena *arena,
                              struct err *e)
{
    struct bytes bytes;

    if (!c->named_by || !file_exists(c->named_by))
        return OK;
    enum status s = file_read_all(c->named_by, NAMES_BYTES, &bytes, e);
    if (s != OK)
        return s;
    if (strlen((char *)bytes.at) < bytes.length)
        s = err_add(e, ERR_DATA, c->named_by, "is no text");
    else
        s = split_names(c, (char *)bytes.at, arena, e);
    mem_free(bytes.at);
    if (s == OK && c->name_count == 0)
        s = err_add(e, ERR_DATA, c->named_by, "names no classes");
    return s;
}

/* A file beside the first one; NULL: there can be none. */
static const char *beside(const struct cifar_source *from, const char *name,
                          struct arena *arena)
{
    const char *path = from->cifar.at[0].at;
    const size_t folder = (size_t)(file_base(path) - path);

    return strcmp(path, "-") == 0
               ? NULL
               : arena_printf(arena, "%.*s%s", (int)folder, path, name);
}

static enum status find_size(struct cifar *c, const struct cifar_source *from,
                             struct arena *arena, struct err *e)
{
    const char *ten = beside(from, "batches.meta.txt", arena);
    const char *fine = beside(from, "fine_label_names.txt", arena);
    const char *coarse = beside(from, "coarse_label_names.txt", arena);
    unsigned all = FITS_10 | FITS_100, fits = 0;
    enum status s = OK;

    for (int64_t i = 0; i < c->files->count; i++) {
        int64_t length = 0;
        const enum status one = look_at(c->files->at[i].at, &length, &fits, e);
        all &= one == OK ? fits : all;
        c->counts[i] = length;
        s = s != OK ? s : one;
    }
    if (s == OK)
        s = arena_check(arena, e, "reading batches");
    if (s == OK)
        s = choose_size(c, from, all, ten && file_exists(ten),
                        fine && file_exists(fine), e);
    for (int64_t i = 0; s == OK && i < c->files->count; i++)
        c->counts[i] /= c->size;
    c->named_by = c->size == RECORD_10 ? ten : c->label_at ? fine : coarse;
    return s;
}

static enum status cifar_open(const void *config,
                              const struct source_request *q,
                              struct source_reader *r, struct err *e)
{
    const struct cifar_source *from = config;
    struct cifar *c = mem_take(1, sizeof *c);

    if (!c)
        return err_memory(e, "reading batches");
    r->state = c;
    r->in = &c->in;
    r->shape = SHAPE(CHANNELS, EDGE, EDGE);
    c->files = &from->cifar;
    c->blind = q->blind;
    c->has_labels = q->answers == ANSWERS_READ;
    c->counts = mem_take((size_t)c->files->count, sizeof *c->counts);
    r->name = arena_strdup(q->arena, file_shown(from->cifar.at[0].at));
    enum status s = c->counts ? arena_check(q->arena, e, "reading batches")
                              : err_memory(e, "reading batches");
    if (s == OK)
        s = source_input(q, from->cifar.at[0].at, &c->in, e);
    if (s == OK)
        s = find_size(c, from, q->arena, e);
    return s == OK && c->has_labels ? read_names(c, q->arena, e) : s;
}

/* The next file, once the records of one have been read; there may be no more
 * bytes in that. */
static enum status next_file(struct cifar *c, struct err *e)
{
    enum status s = input_ahead(&c->in, 1, e);

    if (s == OK && c->in.end > c->in.begin)
        s = err_add(e, ERR_DATA, input_name(&c->in),
                    "has grown while it was read");
    if (s != OK || c->file + 1 == c->files->count)
        return s;
    c->file++;
    c->next = 0;
    input_close(&c->in);
    return input_open(&c->in, c->files->at[c->file].at, e);
}

static enum status take_label(struct cifar *c, const unsigned char *record,
                              struct record *out, struct err *e)
{
    const unsigned char label = record[c->label_at];

    if (!c->names) {
        out->label = c->label;
        out->label_length =
            (size_t)snprintf(c->label, sizeof c->label, "%d", label);
        return OK;
    }
    if (label >= c->name_count) {
        out->bad = true;
        return err_add(e, ERR_DATA, input_name(&c->in),
                       "record %lld: label %d, but %s names %lld classes",
                       (long long)c->next, label, c->named_by,
                       (long long)c->name_count);
    }
    out->label = c->names[label];
    out->label_length = strlen(out->label);
    return OK;
}

static enum status cifar_next(struct source_reader *r, struct record *out,
                              bool *more, struct err *e)
{
    struct cifar *c = r->state;
    struct input *in = &c->in;
    const size_t size = (size_t)c->size;
    enum status s = OK;

    if (c->next == c->counts[c->file])
        s = next_file(c, e);
    *more = s == OK && c->next < c->counts[c->file];
    if (!*more)
        return s;
    s = input_ahead(in, size, e);
    if (s == OK && in->end - in->begin < size)
        s = err_add(e, ERR_DATA, input_name(in),
                    "ends inside record %lld of %lld", (long long)c->next,
                    (long long)c->counts[c->file]);
    if (s != OK)
        return s;
    const unsigned char *record = in->at + in->begin;
    in->begin += size;
    out->pixel = PIXEL_U8;
    out->pixels = c->blind ? NULL : record + size - PIXELS;
    if (c->has_labels)
        s = take_label(c, record, out, e);
    c->next++;
    return s;
}

static bool cifar_whole(const struct source_reader *r)
{
    const struct cifar *c = r->state;

    return c->in.ended || c->in.end - c->in.begin >= (size_t)c->size;
}

/* Nothing but its name tells such a file. */
static bool cifar_knows(const unsigned char *head, size_t length,
                        const char *path)
{
    size_t n = strlen(path);

    (void)head;
    (void)length;
    if (n > 3 && strcmp(path + n - 3, ".gz") == 0)
        n -= 3;
    return n > 4 && memcmp(path + n - 4, ".bin", 4) == 0;
}

const struct source_ops cifar_source_ops = {
    .kind = {.name = "cifar",
             .doc = "Binary batches of CIFAR-10 and CIFAR-100.",
             .fields = cifar_fields,
             .config_size = sizeof(struct cifar_source),
             .aka = "cifar10 cifar100 CIFAR10 CIFAR100 batches"},
    .knows = cifar_knows,
    .open = cifar_open,
    .next = cifar_next,
    .whole = cifar_whole,
    .close = cifar_close,
};
