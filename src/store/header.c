/*
 * header.c - the JSON header of a safetensors file, read and checked.
 *
 * Nothing in it is believed: the entries' shapes and offsets must agree with
 * each other, and the offsets must tile the data section from 0 without gap or
 * overlap.  That the section is as long as they say is for the caller to see.
 */
#include "store/header.h"

#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "base/text.h"
#include "codec/json.h"

/* Of a type, a shape and two offsets; a list may take thirty times the bytes of
 * its text. */
enum { MAX_ENTRY_BYTES = 1 << 16 };

/* One tensor as the header declares it. */
struct entry {
    const char *name, *dtype;
    int64_t axes, count;
    struct shape shape;  /* where the axes are few and none is empty */
    const char *extents; /* the first of them as text */
    bool readable;       /* a tensor of floats of such a shape */
    struct extent at;
};

struct reading {
    const char *path;
    struct stored *out;
    struct entry *entries;
    size_t room;
    int64_t count;
};

static enum status add_text(void *context, const char *key,
                            const struct json_slice *text, struct err *e)
{
    struct reading *r = context;
    struct stored *out = r->out;
    struct json *value = NULL;
    /* Anything else might take many times the bytes of its text. */
    enum status s =
        *text->at == '"' ? json_parse_slice(text, r->path, &value, e) : OK;

    if (s == OK && json_text_of(value)) {
        struct stored_text *t = &out->texts[out->text_count++];
        t->key = arena_strdup(&out->arena, key);
        t->value = arena_strdup(&out->arena, json_text_of(value));
    } else if (s == OK) {
        s = err_add(e, ERR_DATA, r->path, "metadata '%s' is not a string", key);
    }
    json_free(value);
    return s;
}

/* Sorts rows that begin with their name, which must be one of its own. */
static enum status sort_rows(const char *path, void *rows, int64_t count,
                             size_t size, struct err *e)
{
    const char *at = rows;

    qsort(rows, (size_t)count, size, rows_by_name);
    for (int64_t i = 1; i < count; i++, at += size)
        if (rows_by_name(at, at + size) == 0) {
            const char *name;
            memcpy(&name, at, sizeof name);
            return err_add(e, ERR_DATA, path,
                           "duplicate key '%s' in the header", name);
        }
    return OK;
}

static enum status read_metadata(struct reading *r,
                                 const struct json_slice *map, struct err *e)
{
    struct stored *out = r->out;
    int64_t count;

    if (map->length == 0 || map->at[0] != '{')
        return err_add(e, ERR_DATA, r->path,
                       METADATA_KEY " is not a map of strings");
    if (out->texts)
        return err_add(e, ERR_DATA, r->path,
                       "duplicate key '" METADATA_KEY "' in the header");
    enum status s = json_scan(map, r->path, NULL, NULL, &count, e);
    if (s != OK)
        return s;
    out->texts = arena_take(&out->arena, (size_t)count, sizeof *out->texts);
    if (!out->texts)
        return err_memory(e, "reading a model file");
    s = json_scan(map, r->path, add_text, r, &count, e);
    if (s == OK)
        s = arena_check(&out->arena, e, "reading a model file");
    return s == OK
               ? sort_rows(r->path, out->texts, count, sizeof *out->texts, e)
               : s;
}

/* False when `list` is no shape of a tensor that could exist. */
static bool read_shape(const struct json *list, struct entry *t,
                       struct text *say)
{
    enum { SHOWN = 8 };
    int64_t count = INT64_C(1) << 23; /* room for a batch, as in shape_fits */
    bool empty = false;

    t->axes = json_count(list);
    for (int64_t i = 0; i < t->axes; i++) {
        int64_t dim;
        if (!json_int_of(json_entry(list, i), &dim) || dim < 0 ||
            !num_mul(count, num_max(dim, 1), &count))
            return false;
        empty = empty || dim == 0;
        if (i < SHAPE_MAX_AXES)
            t->shape.dim[i] = dim;
        if (i < SHOWN)
            text_printf(say, "%s%lld", i ? "x" : "", (long long)dim);
        else if (i == SHOWN)
            text_puts(say, "x..");
    }
    t->count = empty ? 0 : count >> 23;
    t->shape.axes = t->axes;
    return t->axes >= 0;
}

static enum status read_offsets(const struct reading *r, const char *name,
                                const struct json *offsets, struct entry *t,
                                struct err *e)
{
    if (json_count(offsets) == 2 &&
        json_int_of(json_entry(offsets, 0), &t->at.begin) &&
        json_int_of(json_entry(offsets, 1), &t->at.end) && t->at.begin >= 0 &&
        t->at.end >= t->at.begin)
        return OK;
    return err_add(e, ERR_DATA, r->path,
                   "tensor '%s': data_offsets are not two offsets, the second "
                   "not below the first",
                   name);
}

/* Does the tensor fill its bytes? */
static enum status check_extent(const struct reading *r, const struct entry *t,
                                struct err *e)
{
    const int64_t bytes = t->at.type ? t->count * t->at.type->bytes : 0;

    if (!t->at.type || t->at.end - t->at.begin == bytes)
        return OK;
    return err_add(e, ERR_DATA, r->path,
                   "tensor '%s': data_offsets are not two offsets %lld bytes "
                   "apart",
                   t->name, (long long)bytes);
}

static enum status read_entry(struct reading *r, const char *name,
                              const struct json *map, struct err *e)
{
    struct arena *arena = &r->out->arena;
    const char *dtype = json_text_of(json_member(map, "dtype"));
    const struct json *offsets = json_member(map, "data_offsets");
    struct text extents = {0};

    /* As many as pass, not as many as a header claims in a few bytes each. */
    if (!mem_grow(&r->entries, &r->room, (size_t)r->count + 1,
                  sizeof *r->entries))
        return err_memory(e, "reading a model file");
    struct entry *t = &r->entries[r->count++];
    *t = (struct entry){0};
    if (!dtype || !offsets || json_count(map) != 3)
        return err_add(e, ERR_DATA, r->path,
                       "tensor '%s': expected dtype, shape and data_offsets "
                       "and nothing else",
                       name);
    const bool sound = read_shape(json_member(map, "shape"), t, &extents);
    t->extents = arena_text(arena, &extents);
    if (!sound)
        return err_add(e, ERR_DATA, r->path,
                       "tensor '%s': the shape is not a list of extents, "
                       "integers from 0, of reasonable product",
                       name);
    t->dtype = arena_strdup(arena, dtype);
    t->name = arena_strdup(arena, name);
    t->at.type = element_of(dtype);
    t->readable = t->at.type && t->at.type->decode && t->count > 0 &&
                  t->axes <= SHAPE_MAX_AXES;
    const enum status s = read_offsets(r, name, offsets, t, e);
    return s == OK ? check_extent(r, t, e) : s;
}

static enum status add_member(void *context, const char *key,
                              const struct json_slice *text, struct err *e)
{
    struct reading *r = context;
    struct json *map;

    if (strcmp(key, METADATA_KEY) == 0)
        return read_metadata(r, text, e);
    if (text->length > MAX_ENTRY_BYTES)
        return err_add(e, ERR_DATA, r->path,
                       "tensor '%s': described by more than %d bytes", key,
                       MAX_ENTRY_BYTES);
    enum status s = json_parse_slice(text, r->path, &map, e);
    if (s == OK)
        s = read_entry(r, key, map, e);
    json_free(map);
    return s;
}

static int by_begin(const void *a, const void *b)
{
    const struct extent *x = &((const struct entry *)a)->at;
    const struct extent *y = &((const struct entry *)b)->at;

    /* An empty tensor comes before what begins with it. */
    if (x->begin == y->begin)
        return (x->end > y->end) - (x->end < y->end);
    return (x->begin > y->begin) - (x->begin < y->begin);
}

/* Sorts the entries by offset; they must follow each other. */
static enum status check_tiling(struct reading *r, int64_t *data_bytes,
                                struct err *e)
{
    int64_t end = 0;

    qsort(r->entries, (size_t)r->count, sizeof *r->entries, by_begin);
    for (int64_t i = 0; i < r->count; i++) {
        const struct entry *t = &r->entries[i];
        if (t->at.begin != end)
            return err_add(e, ERR_DATA, r->path,
                           "tensor '%s' begins at byte %lld, expected %lld: "
                           "%s",
                           t->name, (long long)t->at.begin, (long long)end,
                           t->at.begin < end ? "tensors overlap"
                                             : "a gap between tensors");
        end = t->at.end;
    }
    *data_bytes = end;
    return OK;
}

/* This program writes nothing but floats. */
static enum status check_own(const struct reading *r, const struct entry *t,
                             struct err *e)
{
    if (t->readable && strcmp(t->dtype, "F32") == 0)
        return OK;
    return err_add(e, ERR_DATA, r->path,
                   "tensor '%s': type '%s' of shape [%s] cannot be read, "
                   "expected F32 of 1 to %d axes",
                   t->name, t->dtype, t->extents, SHAPE_MAX_AXES);
}

/* Hands the entries out sorted by name. */
static enum status fill_tables(struct reading *r, struct extent **extents,
                               struct err *e)
{
    struct stored *out = r->out;
    const size_t count = (size_t)r->count;
    const bool own = store_is_own(out);
    enum status s = OK;

    out->tensors = arena_take(&out->arena, count, sizeof *out->tensors);
    out->others = arena_take(&out->arena, count, sizeof *out->others);
    *extents = arena_take(&out->arena, count, sizeof **extents);
    if (!out->tensors || !out->others || !*extents)
        return err_memory(e, "reading a model file");
    qsort(r->entries, count, sizeof *r->entries, rows_by_name);
    for (size_t i = 0; i < count && s == OK; i++) {
        const struct entry *t = &r->entries[i];
        if (own)
            s = check_own(r, t, e);
        if (!t->readable) {
            out->others[out->other_count++] = (struct stored_other){
                t->name, t->dtype, t->extents, t->count == 0,
                t->at.type && t->at.type->decode};
            continue;
        }
        (*extents)[out->tensor_count] = t->at;
        out->tensors[out->tensor_count++] =
            (struct stored_tensor){.name = t->name, .shape = t->shape};
    }
    return s;
}

enum status header_read(const char *path, const struct bytes *header,
                        struct stored *out, struct extent **extents,
                        int64_t *data_bytes, struct err *e)
{
    const struct json_slice text = {(const char *)header->at, header->length,
                                    0};
    struct reading r = {.path = path, .out = out};
    int64_t members;

    if (!mem_grow(&r.entries, &r.room, 1, sizeof *r.entries))
        return err_memory(e, "reading a model file");
    enum status s = json_scan(&text, path, add_member, &r, &members, e);
    if (s == OK)
        s = arena_check(&out->arena, e, "reading a model file");
    if (s == OK)
        s = sort_rows(path, r.entries, r.count, sizeof *r.entries, e);
    if (s == OK)
        s = check_tiling(&r, data_bytes, e);
    if (s == OK)
        s = fill_tables(&r, extents, e);
    mem_free(r.entries);
    return s;
}
