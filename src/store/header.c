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
    const char *dtype; /* NULL: F32 */
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
    return r->out->texts ? json_each(map, add_text, r, e) : OK;
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

/* Bytes of an element; 0: unknown. */
static int64_t element_bytes(const char *dtype)
{
    static const struct {
        const char *dtype;
        int64_t bytes;
    } known[] = {{"F32", 4}, {"F64", 8}, {"F16", 2}, {"BF16", 2}, {"I64", 8},
                 {"I32", 4}, {"I16", 2}, {"I8", 1},  {"U64", 8},  {"U32", 4},
                 {"U16", 2}, {"U8", 1},  {"BOOL", 1}};

    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (strcmp(known[i].dtype, dtype) == 0)
            return known[i].bytes;
    return 0;
}

static enum status read_offsets(const struct reading *r, const char *name,
                                const struct json *offsets, struct entry *t,
                                struct err *e)
{
    if (json_count(offsets) == 2 &&
        json_int_of(json_entry(offsets, 0), &t->begin) &&
        json_int_of(json_entry(offsets, 1), &t->end) && t->begin >= 0 &&
        t->end >= t->begin)
        return OK;
    return err_add(e, ERR_DATA, r->path,
                   "tensor '%s': data_offsets are not two offsets, the second "
                   "not below the first",
                   name);
}

/* Does the tensor fill its bytes? */
static enum status check_extent(const struct reading *r, const char *name,
                                const struct entry *t, int64_t element,
                                struct err *e)
{
    const int64_t bytes = shape_count(t->shape) * element;

    if (element == 0 || t->end - t->begin == bytes)
        return OK;
    return err_add(e, ERR_DATA, r->path,
                   "tensor '%s': data_offsets are not two offsets %lld bytes "
                   "apart",
                   name, (long long)bytes);
}

static enum status read_tensor(struct reading *r, const char *name,
                               const struct json *map, struct err *e)
{
    struct arena *arena = &r->out->arena;
    struct entry *t = &r->entries[r->count++];
    const char *dtype = json_text_of(json_member(map, "dtype"));
    const struct json *offsets = json_member(map, "data_offsets");

    if (!dtype || !offsets || json_count(map) != 3)
        return err_add(e, ERR_DATA, r->path,
                       "tensor '%s': expected dtype, shape and data_offsets "
                       "and nothing else",
                       name);
    if (!read_shape(json_member(map, "shape"), &t->shape))
        return err_add(e, ERR_DATA, r->path,
                       "tensor '%s': the shape is not a list of at most %d "
                       "positive integers of reasonable product",
                       name, SHAPE_MAX_AXES);
    const bool foreign = strcmp(dtype, "F32") != 0;
    t->dtype = foreign ? arena_strdup(arena, dtype) : NULL;
    t->name = arena_strdup(arena, name);
    const enum status s = read_offsets(r, name, offsets, t, e);
    return s == OK ? check_extent(r, name, t, element_bytes(dtype), e) : s;
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

    /* An empty tensor of an unknown type comes before what begins with it. */
    if (x->begin == y->begin)
        return (x->end > y->end) - (x->end < y->end);
    return (x->begin > y->begin) - (x->begin < y->begin);
}

static int by_name(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;

    return strcmp(x->name, y->name);
}

/* Sorts the entries by offset; they must follow each other, floats where they
 * can be read as such. */
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
        if (!t->dtype && t->begin % (int64_t)sizeof(float) != 0)
            return err_add(e, ERR_DATA, r->path,
                           "tensor '%s' begins at byte %lld, expected a "
                           "multiple of %zu",
                           t->name, (long long)t->begin, sizeof(float));
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
    out->others = arena_take(&out->arena, count, sizeof *out->others);
    *offset = arena_take(&out->arena, count, sizeof **offset);
    if (!out->tensors || !out->others || !*offset)
        return err_memory(e, "reading a model file");
    qsort(r->entries, count, sizeof *r->entries, by_name);
    for (size_t i = 0; i < count; i++) {
        const struct entry *t = &r->entries[i];
        if (t->dtype) {
            out->others[out->other_count++] =
                (struct stored_other){t->name, t->dtype};
            continue;
        }
        out->tensors[out->tensor_count] =
            (struct stored_tensor){.name = t->name, .shape = t->shape};
        (*offset)[out->tensor_count++] = t->begin;
    }
    if (store_is_own(out) && out->other_count > 0)
        return err_add(e, ERR_DATA, r->path,
                       "tensor '%s': type '%s' cannot be read, expected F32",
                       out->others[0].name, out->others[0].dtype);
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
    if (r.entries)
        s = json_each(root, add_member, &r, e);
    json_free(root);
    if (s == OK)
        s = arena_check(&out->arena, e, "reading a model file");
    if (s == OK)
        s = check_tiling(&r, data_bytes, e);
    if (s == OK)
        s = fill_tables(&r, offset, e);
    return s;
}
