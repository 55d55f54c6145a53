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
#include "source/cifar_names.h"
#include "source/cifar_place.h"

enum {
    CHANNELS = 3,
    PIXELS = CHANNELS * CIFAR_EDGE * CIFAR_EDGE,
    RECORD_10 = 1 + PIXELS,
    RECORD_100 = 2 + PIXELS,
    MAX_FILES = 4096,
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
    bool packed;           /* one of the files is, or is no file of a name */
    bool has_labels, blind;
    struct cifar_place place;
    struct cifar_names names;
    char label[4];
};

static void cifar_close(struct source_reader *r)
{
    struct cifar *c = r->state;

    input_close(&c->in);
    cifar_place_close(&c->place);
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

static enum status count_bytes(const char *path, int64_t *length, bool *packed,
                               struct err *e)
{
    const enum status s = measure(path, length, packed, e);
    const bool is_input = strcmp(path, "-") == 0;

    if (s != OK || !*packed) {
        *packed = is_input;
        return s;
    }
    /* What is read of it to count its bytes is gone. */
    return is_input
               ? err_add(e, ERR_DATA, file_shown(path),
                         "is a packed batch of CIFAR, which can be read by its "
                         "name alone")
               : count_unpacked(path, length, e);
}

/* The sizes of records that a file may have, as bits. */
enum { FITS_10 = 1, FITS_100 = 2 };

/* What there is to be known of a file without its records. */
struct look {
    int64_t length; /* unpacked */
    unsigned fits;
    bool packed;
};

static enum status look_at(const char *path, struct look *l, struct err *e)
{
    const enum status s = count_bytes(path, &l->length, &l->packed, e);

    if (s != OK)
        return s;
    l->fits = (l->length % RECORD_10 == 0 ? FITS_10 : 0U) |
              (l->length % RECORD_100 == 0 ? FITS_100 : 0U);
    if (l->length == 0)
        return err_add(e, ERR_DATA, file_shown(path), "holds no samples");
    return l->fits ? OK
                   : err_add(e, ERR_DATA, file_shown(path),
                             "is %lld bytes long, no multiple of the %d of a "
                             "record of CIFAR-10 or the %d of CIFAR-100",
                             (long long)l->length, RECORD_10, RECORD_100);
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
    unsigned all = FITS_10 | FITS_100;
    enum status s = OK;

    for (int64_t i = 0; i < c->files->count; i++) {
        struct look l = {0};
        const enum status one = look_at(c->files->at[i].at, &l, e);
        all &= one == OK ? l.fits : all;
        c->packed = c->packed || l.packed;
        c->counts[i] = l.length;
        s = s != OK ? s : one;
    }
    if (s == OK)
        s = arena_check(arena, e, "reading batches");
    if (s == OK)
        s = choose_size(c, from, all, ten && file_exists(ten),
                        fine && file_exists(fine), e);
    for (int64_t i = 0; s == OK && i < c->files->count; i++)
        c->counts[i] /= c->size;
    c->names.file = c->size == RECORD_10 ? ten : c->label_at ? fine : coarse;
    return s;
}

/* Pixels of many records stay in their files, if these are plain. */
static enum status choose_place(struct cifar *c, const struct source_request *q,
                                struct source_reader *r, struct err *e)
{
    const bool few = c->files->count <= CIFAR_PLACES;
    int64_t all = 0;

    for (int64_t i = 0; few && i < c->files->count; i++)
        all += c->counts[i];
    r->streams = !few || c->packed || !source_leaves(q, all, PIXELS);
    c->blind = q->blind || !r->streams;
    c->place.files = (struct cifar_files){c->files, c->counts, c->size, PIXELS};
    return r->streams ? OK : cifar_place_open(&c->place, e);
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
    r->shape = SHAPE(CHANNELS, CIFAR_EDGE, CIFAR_EDGE);
    c->files = &from->cifar;
    c->has_labels = q->answers == ANSWERS_READ;
    c->counts = mem_take((size_t)c->files->count, sizeof *c->counts);
    r->name = arena_strdup(q->arena, file_shown(from->cifar.at[0].at));
    enum status s = c->counts ? arena_check(q->arena, e, "reading batches")
                              : err_memory(e, "reading batches");
    if (s == OK)
        s = source_input(q, from->cifar.at[0].at, &c->in, e);
    if (s == OK)
        s = find_size(c, from, q->arena, e);
    if (s == OK)
        s = choose_place(c, q, r, e);
    return s == OK && c->has_labels ? cifar_names_read(&c->names, q->arena, e)
                                    : s;
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

/* Classes that the format has. */
static int64_t classes_of(const struct cifar *c)
{
    return c->size == RECORD_10 ? 10 : c->label_at == 1 ? 100 : 20;
}

static enum status refuse_label(const struct cifar *c, int label, struct err *e)
{
    const bool named = c->names.at != NULL;

    return err_add(e, ERR_DATA, input_name(&c->in),
                   named ? "record %lld: label %d, but %s names %lld classes"
                         : "record %lld: label %d, but %s has %lld classes",
                   (long long)c->next, label,
                   named                  ? c->names.file
                   : c->size == RECORD_10 ? "CIFAR-10"
                   : c->label_at == 1     ? "CIFAR-100"
                                          : "CIFAR-100, coarse,",
                   (long long)(named ? c->names.count : classes_of(c)));
}

static enum status take_label(struct cifar *c, const unsigned char *record,
                              struct record *out, struct err *e)
{
    const unsigned char label = record[c->label_at];

    if (label >= (c->names.at ? c->names.count : classes_of(c))) {
        out->bad = true;
        return refuse_label(c, label, e);
    }
    if (c->names.at) {
        out->label = c->names.at[label];
        out->label_length = strlen(out->label);
        return OK;
    }
    out->label = c->label;
    out->label_length =
        (size_t)snprintf(c->label, sizeof c->label, "%d", label);
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

static enum status cifar_fetch_run(const struct source_reader *r, int64_t index,
                                   int64_t count, void *pixels, struct err *e)
{
    const struct cifar *c = r->state;

    return cifar_place_read(&c->place, index, count, pixels, e);
}

static enum status cifar_fetch(const struct source_reader *r, int64_t index,
                               void *pixels, struct err *e)
{
    return cifar_fetch_run(r, index, 1, pixels, e);
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
    .fetch = cifar_fetch,
    .fetch_run = cifar_fetch_run,
    .whole = cifar_whole,
    .close = cifar_close,
};
