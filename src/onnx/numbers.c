/*
 * numbers.c - from a tensor's bytes to floats or integers.
 */
#include <math.h>
#include <string.h>

#include "base/num.h"
#include "codec/element.h"
#include "onnx/form.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ && sizeof(float) == 4,
               "numbers are used as the file has them");

enum family { REAL_NUMBERS, HALF_NUMBERS, INTEGERS, TRUTHS, NO_NUMBERS };

/* The types of TensorProto.DataType: how many bytes a number has where they are
 * raw, and where else it may stand. */
static const struct number_type {
    int32_t code;
    const char *name;
    enum family family;
    size_t size;
    bool is_signed;
    enum number_field field;
} types[] = {
    {1, "float32", REAL_NUMBERS, 4, true, IN_FLOATS},
    {2, "uint8", INTEGERS, 1, false, IN_INT32S},
    {3, "int8", INTEGERS, 1, true, IN_INT32S},
    {4, "uint16", INTEGERS, 2, false, IN_INT32S},
    {5, "int16", INTEGERS, 2, true, IN_INT32S},
    {6, "int32", INTEGERS, 4, true, IN_INT32S},
    {7, "int64", INTEGERS, 8, true, IN_INT64S},
    {8, "string", NO_NUMBERS, 0, false, IN_FLOATS},
    {9, "bool", TRUTHS, 1, false, IN_INT32S},
    {10, "float16", HALF_NUMBERS, 2, false, IN_INT32S},
    {11, "float64", REAL_NUMBERS, 8, true, IN_DOUBLES},
    {12, "uint32", INTEGERS, 4, false, IN_UINT64S},
    {13, "uint64", INTEGERS, 8, false, IN_UINT64S},
    {14, "complex64", NO_NUMBERS, 0, false, IN_FLOATS},
    {15, "complex128", NO_NUMBERS, 0, false, IN_DOUBLES},
    {16, "bfloat16", NO_NUMBERS, 0, false, IN_INT32S},
};

static const size_t field_sizes[NUMBER_FIELDS] = {
    [IN_FLOATS] = 4,  [IN_INT32S] = 4,  [IN_INT64S] = 8,
    [IN_DOUBLES] = 8, [IN_UINT64S] = 8,
};

static const struct number_type *type_of(int32_t code)
{
    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        if (types[i].code == code)
            return &types[i];
    return NULL;
}

const char *numbers_type_name(int32_t code, struct arena *arena)
{
    const struct number_type *type = type_of(code);

    return type ? type->name : arena_printf(arena, "type %d", (int)code);
}

/* The numbers, wherever they stand. */
struct cells {
    const unsigned char *at;
    size_t count, size; /* bytes of each */
    bool is_signed;
};

/* What is wrong with where they stand. */
static const char *find(const struct numbers *n, const struct number_type *type,
                        struct cells *out)
{
    size_t others = 0;

    for (int k = 0; k < NUMBER_FIELDS; k++)
        others += k != (int)type->field ? n->fields[k].count : 0;
    if (others > 0)
        return "its numbers stand where those of other types do";
    if (n->raw_bytes == 0) {
        *out = (struct cells){
            n->fields[type->field].at, n->fields[type->field].count,
            field_sizes[type->field], type->field != IN_UINT64S};
        return NULL;
    }
    if (n->fields[type->field].count > 0)
        return "its numbers stand there twice";
    if (n->raw_bytes % type->size != 0)
        return "its data end within a number";
    *out = (struct cells){n->raw, n->raw_bytes / type->size, type->size,
                          type->is_signed};
    return NULL;
}

static uint64_t bits_at(const struct cells *c, size_t i)
{
    uint64_t bits = 0;

    memcpy(&bits, c->at + i * c->size, c->size);
    return bits;
}

static int64_t integer_at(const struct cells *c, size_t i)
{
    const size_t spare = 64 - 8 * c->size;
    const uint64_t bits = bits_at(c, i);

    return c->is_signed ? (int64_t)(bits << spare) >> spare : (int64_t)bits;
}

/* Sign, five bits of exponent, ten of fraction. */
static float half_of(uint32_t bits)
{
    const int exponent = (int)(bits >> 10 & 31);
    const float fraction = (float)(bits & 1023);
    float size = exponent == 0 ? ldexpf(fraction, -24)
                               : ldexpf(1024 + fraction, exponent - 25);

    if (exponent == 31)
        size = fraction > 0 ? NAN : INFINITY;
    return bits >> 15 ? -size : size;
}

static const char *read_halves(const struct cells *c, struct arena *arena,
                               struct onnx_tensor *t)
{
    float *reals = arena_take(arena, c->count, sizeof *reals);

    for (size_t i = 0; reals && i < c->count; i++) {
        const uint64_t bits = bits_at(c, i);
        if (bits > UINT16_MAX)
            return "a number is none of its type";
        reals[i] = half_of((uint32_t)bits);
    }
    t->reals = reals;
    return NULL;
}

static const char *read_reals(const struct cells *c, struct arena *arena,
                              struct onnx_tensor *t)
{
    const struct element from = {ELEMENT_REAL, c->size, false};
    const void *at = c->at;

    if (c->size == sizeof(float) && at) {
        t->reals = at;
        return NULL;
    }
    float *reals = arena_take(arena, c->count, sizeof *reals);
    if (reals && at)
        element_floats(&from, at, (int64_t)c->count, reals);
    t->reals = reals;
    return NULL;
}

/* Is it a number that the type can hold, and int64_t? */
static bool fits(const struct number_type *type, int64_t v)
{
    const size_t bits = 8 * type->size - type->is_signed;
    const int64_t most =
        bits >= 63 ? INT64_MAX : (int64_t)(((uint64_t)1 << bits) - 1);

    return v <= most && v >= (type->is_signed ? -most - 1 : 0);
}

static const char *read_integers(const struct cells *c,
                                 const struct number_type *type,
                                 struct arena *arena, struct onnx_tensor *t)
{
    int64_t *ints = arena_take(arena, c->count, sizeof *ints);

    for (size_t i = 0; ints && i < c->count; i++) {
        const int64_t v = integer_at(c, i);
        if (type->family == INTEGERS && !fits(type, v))
            return "a number is none of its type, or beyond 63 bits";
        ints[i] = type->family == TRUTHS ? v != 0 : v;
    }
    t->ints = ints;
    return NULL;
}

/* The product of the extents. */
static const char *count_of(struct onnx_tensor *t)
{
    t->count = 1;
    for (int64_t i = 0; i < t->rank; i++)
        if (t->dims[i] < 0 || !num_mul(t->count, t->dims[i], &t->count))
            return "its dimensions are negative or too large";
    return NULL;
}

const char *numbers_read(const struct numbers *n, struct arena *arena,
                         struct onnx_tensor *t)
{
    const struct number_type *type = type_of(n->type);
    struct cells c = {0};
    const char *fault = count_of(t);

    t->type_name = numbers_type_name(n->type, arena);
    if (fault || !type || type->family == NO_NUMBERS)
        return fault;
    fault = find(n, type, &c);
    if (fault)
        return fault;
    if ((uint64_t)t->count != c.count)
        return "its data are not as long as its dimensions say";
    t->type = type->family == REAL_NUMBERS || type->family == HALF_NUMBERS
                  ? ONNX_FLOAT
                  : ONNX_INT64;
    return type->family == REAL_NUMBERS   ? read_reals(&c, arena, t)
           : type->family == HALF_NUMBERS ? read_halves(&c, arena, t)
                                          : read_integers(&c, type, arena, t);
}
