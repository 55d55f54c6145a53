/*
 * load.c - all records of a source, in memory, to be fetched, or merely
 * counted.
 *
 * Pixels start as bytes and become floats at the first record that holds
 * others.
 */
#include <string.h>

#include "base/arena.h"
#include "base/num.h"
#include "base/system.h"
#include "data/labels.h"
#include "data/pixels.h"
#include "data/trace.h"
#include "source/fetch.h"
#include "source/source.h"

/* A set under construction. */
struct loading {
    struct source_reader reader;
    struct labels labels;
    struct dataset *set;
    int64_t size;       /* pixels of a sample */
    size_t room;        /* pixels, or traces, allocated */
    bool trace;         /* traces are kept instead */
    int64_t traced;     /* of these, of pixels that are fetched */
    size_t target_room; /* targets allocated */
    size_t passed_room; /* records that `passed` has room for */
    size_t path_room;   /* and `paths` */
};

/* From bytes to floats; the set then holds floats to its end. */
static enum status widen(struct loading *l, struct err *e)
{
    struct dataset *d = l->set;
    const unsigned char *bytes = d->pixels;
    float *reals = NULL;

    if (bytes) {
        reals = mem_take(l->room, sizeof *reals);
        if (!reals)
            return err_memory(e, "reading the samples");
        for (int64_t i = 0; i < d->count * l->size; i++)
            reals[i] = (float)bytes[i];
        mem_free(d->pixels);
    }
    d->pixels = reals;
    d->pixel = PIXEL_F32;
    return OK;
}

static enum status keep_trace(struct loading *l, const struct record *r,
                              struct err *e)
{
    struct dataset *d = l->set;

    d->pixel = r->pixel == PIXEL_F32 ? PIXEL_F32 : d->pixel;
    if (source_fetches(&l->reader))
        return OK;
    if (!mem_grow(&d->traces, &l->room, (size_t)d->count + 1,
                  sizeof *d->traces))
        return err_memory(e, "reading the samples");
    d->traces[d->count] = trace_of(r->pixel, r->pixels, l->size);
    return OK;
}

static enum status keep_path(struct loading *l, const struct record *r,
                             struct err *e)
{
    struct dataset *d = l->set;

    if (!l->trace || !r->path)
        return OK;
    if (!mem_grow(&d->paths, &l->path_room, (size_t)d->count + 1,
                  sizeof *d->paths))
        return err_memory(e, "reading the samples");
    d->paths[d->count] = arena_strdup(&d->arena, r->path);
    return arena_check(&d->arena, e, "reading the samples");
}

static enum status keep_pixels(struct loading *l, const struct record *r,
                               struct err *e)
{
    struct dataset *d = l->set;
    const size_t element = pixel_bytes(r->pixel);
    int64_t need;

    if (r->pixel != d->pixel) {
        const enum status s = widen(l, e);
        if (s != OK)
            return s;
    }
    if (!r->pixels)
        return OK;
    if (!num_mul(d->count + 1, l->size, &need) ||
        !mem_grow(&d->pixels, &l->room, (size_t)need, element))
        return err_memory(e, "reading the samples");
    memcpy((char *)d->pixels + (size_t)(need - l->size) * element, r->pixels,
           (size_t)l->size * element);
    return OK;
}

/* What the record is an example of. */
static enum status keep_answer(struct loading *l, const struct record *r,
                               struct err *e)
{
    struct dataset *d = l->set;
    int64_t need;

    if (l->set->target.kind == TARGET_INPUTS)
        return OK;
    if (r->label)
        return labels_add(&l->labels, r->label, r->label_length, e);
    if (!num_mul(d->count + 1, d->target.width, &need) ||
        !mem_grow(&d->targets, &l->target_room, (size_t)need,
                  sizeof *d->targets))
        return err_memory(e, "reading the samples");
    memcpy(d->targets + need - d->target.width, r->targets,
           (size_t)d->target.width * sizeof *d->targets);
    return OK;
}

static enum status keep_passed(struct loading *l, const struct record *r,
                               struct err *e)
{
    struct dataset *d = l->set;

    if (!r->passed)
        return OK;
    if (!mem_grow(&d->passed, &l->passed_room, (size_t)d->count + 1,
                  sizeof *d->passed))
        return err_memory(e, "reading the samples");
    d->passed[d->count] = arena_strndup(&d->arena, r->passed, r->passed_length);
    return arena_check(&d->arena, e, "reading the samples");
}

static enum status read_records(struct loading *l, struct err *e)
{
    struct record record;
    bool more = true;
    enum status s = OK;

    while (s == OK && more) {
        s = source_next(&l->reader, &record, &more, e);
        l->set->holes = l->set->holes || record.holes;
        if (s == OK && more)
            s = l->trace ? keep_trace(l, &record, e)
                         : keep_pixels(l, &record, e);
        if (s == OK && more)
            s = keep_answer(l, &record, e);
        if (s == OK && more)
            s = keep_passed(l, &record, e);
        if (s == OK && more)
            s = keep_path(l, &record, e);
        l->set->count += s == OK && more;
    }
    return s;
}

/* Bytes of all pixels; SIZE_MAX: more than can be counted. */
static size_t bytes_of(const struct dataset *d)
{
    size_t bytes;

    return __builtin_mul_overflow((size_t)d->count, sample_bytes(d), &bytes)
               ? SIZE_MAX
               : bytes;
}

/* Are pixels left to be fetched? */
static bool is_left(const struct source_reader *r, enum source_cache cache,
                    const struct dataset *d)
{
    if (!source_fetches(r) || cache == CACHE_MEMORY)
        return false;
    return cache == CACHE_NONE || r->ops->fetch_run ||
           bytes_of(d) > system_memory_left() / 2;
}

static void trace_block(void *context, const void *pixels, int64_t count)
{
    struct loading *l = context;
    const struct dataset *d = l->set;
    const unsigned char *at = pixels;

    for (int64_t i = 0; i < count; i++, at += sample_bytes(d))
        d->traces[l->traced++] = trace_of(d->pixel, at, l->size);
}

/* Of pixels that are fetched, block by block. */
static enum status trace_all(struct loading *l, struct err *e)
{
    struct dataset *d = l->set;

    d->apart = true;
    d->traces = mem_take((size_t)d->count, sizeof *d->traces);
    if (!d->traces)
        return err_memory(e, "reading the samples");
    const enum status s = fetch_later(&l->reader, d, e);
    return s == OK ? pixels_scan(d, trace_block, l, e) : s;
}

/* The answers are there: what becomes of the pixels. */
static enum status place_pixels(struct loading *l,
                                const struct source_request *q, struct err *e)
{
    struct dataset *d = l->set;

    if (q->limit > 0 && !l->reader.ops->by_class && bytes_of(d) > SOURCE_LARGE)
        d->count = num_min(d->count, q->limit);
    d->apart = is_left(&l->reader, q->cache, d);
    if (q->blind || !source_fetches(&l->reader))
        return OK;
    if (l->trace)
        return trace_all(l, e);
    return d->apart ? fetch_later(&l->reader, d, e)
                    : fetch_all(&l->reader, d, q->pool, e);
}

/* Can what was asked of the pixels be had? */
static enum status check_cache(const struct source_reader *r,
                               const struct source_request *q, struct err *e)
{
    if (q->cache != CACHE_NONE || source_fetches(r))
        return OK;
    return err_add(e, ERR_CONFIG, r->name, "data.cache: none has no effect, %s",
                   q->holes && r->ops->columns
                       ? "what data.missing fills is held in memory"
                       : "its pixels can only be read in order");
}

enum status source_load(const struct source_ops *kind, const void *config,
                        const struct source_request *asked, struct dataset *out,
                        struct err *e)
{
    struct loading l = {.set = out, .trace = asked && asked->trace};
    struct source_request q = asked ? *asked : (struct source_request){0};

    q.arena = &out->arena;
    q.fetching = true;
    *out = (struct dataset){0};
    if (q.blind && source_reads_once(kind, config))
        return OK;
    enum status s = source_open(&l.reader, kind, config, &q, e);
    out->shape = l.reader.shape;
    out->target = l.reader.target;
    out->columns = l.reader.columns;
    out->note = l.reader.note;
    l.size = shape_count(out->shape);
    if (q.answers != ANSWERS_READ)
        out->target = (struct target){TARGET_INPUTS, l.size, NULL};
    if (s == OK && kind->fetch)
        s = check_cache(&l.reader, &q, e);
    if (s == OK)
        s = read_records(&l, e);
    if (s == OK && out->target.kind == TARGET_CLASS)
        s = labels_finish(&l.labels, out, e);
    if (s == OK)
        s = place_pixels(&l, &q, e);
    labels_free(&l.labels);
    source_close(&l.reader);
    if (s != OK)
        dataset_free(out);
    return s;
}

struct column_names column_names_of(const struct columns *c, int64_t size,
                                    int64_t targets, struct arena *arena)
{
    struct column_names out = {0};

    const struct columns *answers = c->beside ? c->beside : c;

    /* Without names `size` is only what a file's header claims. */
    size = c->names ? size : 0;
    targets = answers->names ? targets : 0;
    const char **inputs = arena_take(arena, (size_t)size, sizeof *inputs);
    const char **numbers = arena_take(arena, (size_t)targets, sizeof *numbers);
    if (!inputs || !numbers)
        return out;
    for (int64_t i = 0; c->names && i < c->width; i++)
        if (c->slot[i] >= 0)
            inputs[c->slot[i]] = c->names[i];
    for (int64_t i = 0; answers->names && i < answers->width; i++)
        if (answers->slot[i] == COLUMN_LABEL)
            out.label = answers->names[i];
        else if (answers->slot[i] <= COLUMN_TARGET)
            numbers[COLUMN_TARGET - answers->slot[i]] = answers->names[i];
    out.inputs = (struct text_list){inputs, size};
    out.targets = (struct text_list){numbers, targets};
    return out;
}

enum status source_preflight_at(const struct source_ops *kind,
                                const void *config,
                                const struct source_request *like,
                                struct column_names *names, struct arena *arena,
                                struct err *e)
{
    const struct source_request blind = {.answers = like->answers,
                                         .blind = true,
                                         .names = names,
                                         .place = like->place,
                                         .arena = arena};
    struct source_reader r;

    if (source_reads_once(kind, config))
        return OK;
    const enum status s = source_open(&r, kind, config, &blind, e);
    if (s == OK && names->inputs.count == 0 && names->targets.count == 0 &&
        !names->label)
        *names = column_names_of(&r.columns, shape_count(r.shape),
                                 target_numbers(&r.target), arena);
    source_close(&r);
    return s;
}

enum status source_preflight(const struct source_ops *kind, const void *config,
                             struct column_names *names, struct arena *arena,
                             struct err *e)
{
    return source_preflight_at(kind, config, &(struct source_request){0}, names,
                               arena, e);
}
