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
#include "codec/json.h"

/* One tensor as the header declares it. */
struct entry {
    const char *name;
    struct shape shape;
    int64_t begin, end; /* bytes from the start of the data section */
};

struct reading {
    const char *path;
    struct stored *out;
    struct entry *entries; /* room for every member of the header */
    int64_t count;
};

static enum status add_text(void *context, const char *key,
                            const struct json *value, struct err *e)
{
    struct reading *r = context;
    struct stored *out = r->out;
    const char *text = json_text_of(value);

    if (!text)
        return err_add(e, ERR_DATA, r->path, "metadata '%s' is not a string",
                       key);
    struct stored_text *t = &out->texts[out->text_count++];
    t->key = arena_strdup(&out->arena, key);
    t->value = arena_strdup(&out->arena, text);
    if (!t->key || !t->value)
        return err_memory(e, "reading a model file");
    return OK;
}

static enum status read_metadata(struct reading *r, const struct json *map,
                                 struct err *e)
{
    if (!json_is_map(map))
        return err_add(e, ERR_DATA, r->path,
                       METADATA_KEY " is not a map of strings");
    r->out->texts = arena_take(&r->out->arena, (size_t)json_count(map),
                               sizeof *r->out->texts);
    if (!r->out->texts)
        return err_memory(e, "reading a model file");
    return json_each(map, add_text, r, e);
}

/* False when `list` is no shape of a tensor that could exist. */
static bool read_shape(const struct json *list, struct shape *shape)
{
    const int64_t axes = json_count(list);

    *shape = (struct shape){.axes = axes};
    if (axes < 0 || axes > SHAPE_MAX_AXES)
        return false;
    for (int64_t i = 0; i < axes; i++)
        if (!json_int_of(json_entry(list, i), &shape->dim[i]))
            return false;
    return shape_fits(*shape);
}

static enum status read_tensor(struct reading *r, const char *name,
                               const struct json *map, struct err *e)
{
    struct entry *t = &r->entries[r->count++];
    const char *dtype = json_text_of(json_member(map, "dtype"));
    const struct json *offsets = json_member(map, "data_offsets");

    if (!dtype || !offsets || json_count(map) != 3)
        return err_add(e, ERR_DATA, r->path,
                       "tensor '%s': expected dtype, shape and data_offsets "
                       "and nothing else",
                       name);
    if (strcmp(dtype, "F32") != 0)
        return err_add(e, ERR_DATA, r->path,
                       "tensor '%s': type '%s' cannot be read, expected F32",
                       name, dtype);
    if (!read_shape(json_member(map, "shape"), &t->shape))
        return err_add(e, ERR_DATA, r->path,
                       "tensor '%s': the shape is not a list of at most %d "
                       "positive integers of reasonable product",
                       name, SHAPE_MAX_AXES);
    const int64_t bytes = shape_count(t->shape) * (int64_t)sizeof(float);
    if (json_count(offsets) != 2 ||
        !json_int_of(json_entry(offsets, 0), &t->begin) ||
        !json_int_of(json_entry(offsets, 1), &t->end) || t->begin < 0 ||
        t->end < t->begin || t->end - t->begin != bytes)
        return err_add(e, ERR_DATA, r->path,
                       "tensor '%s': data_offsets are not two offsets %lld "
                       "bytes apart",
                       name, (long long)bytes);
    t->name = arena_strdup(&r->out->arena, name);
    return t->name ? OK : err_memory(e, "reading a model file");
}

static enum status add_member(void *context, const char *key,
                              const struct json *value, struct err *e)
{
    struct reading *r = context;

    return strcmp(key, METADATA_KEY) == 0 ? read_metadata(r, value, e)
                                          : read_tensor(r, key, value, e);
}

static int by_begin(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;

    return (x->begin > y->begin) - (x->begin < y->begin);
}

static int by_name(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;

    return strcmp(x->name, y->name);
}

/* Sorts the entries by offset; they must follow each other. */
static enum status check_tiling(struct reading *r, int64_t *data_bytes,
                                struct err *e)
{
    int64_t end = 0;

    qsort(r->entries, (size_t)r->count, sizeof *r->entries, by_begin);
    for (int64_t i = 0; i < r->count; i++) {
        const struct entry *t = &r->entries[i];
        if (t->begin != end)
            return err_add(e, ERR_DATA, r->path,
                           "tensor '%s' begins at byte %lld, expected %lld: "
                           "%s",
                           t->name, (long long)t->begin, (long long)end,
                           t->begin < end ? "tensors overlap"
                                          : "a gap between tensors");
        end = t->end;
    }
    *data_bytes = end;
    return OK;
}

/* Hands the entries out sorted by name. */
static enum status fill_tables(struct reading *r, int64_t **offset,
                               struct err *e)
{
    struct stored *out = r->out;
    const size_t count = (size_t)r->count;

    out->tensors = arena_take(&out->arena, count, sizeof *out->tensors);
    *offset = arena_take(&out->arena, count, sizeof **offset);
    if (!out->tensors || !*offset)
        return err_memory(e, "reading a model file");
    qsort(r->entries, count, sizeof *r->entries, by_name);
    for (size_t i = 0; i < count; i++) {
        const struct entry *t = &r->entries[i];
        out->tensors[i] =
            (struct stored_tensor){.name = t->name, .shape = t->shape};
        (*offset)[i] = t->begin;
    }
    out->tensor_count = r->count;
    return OK;
}

enum status header_read(const char *path, const struct bytes *header,
                        struct stored *out, int64_t **offset,
                        int64_t *data_bytes, struct err *e)
{
    struct reading r = {.path = path, .out = out};
    struct json *root;

    enum status s =
        json_parse((const char *)header->at, header->length, path, &root, e);
    if (s != OK)
        return s;
    r.entries = arena_take(&out->arena, (size_t)num_max(json_count(root), 0),
                           sizeof *r.entries);
    s = r.entries ? json_each(root, add_member, &r, e)
                  : err_memory(e, "reading a model file");
    json_free(root);
    if (s == OK)
        s = check_tiling(&r, data_bytes, e);
    if (s == OK)
        s = fill_tables(&r, offset, e);
    return s;
}
