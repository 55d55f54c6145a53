/* The format of ONNX: bytes made by hand from what the format says. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "base/compiler.h"
#include "support/onnx_bytes.h"

static void make_small(struct text *file)
{
    struct text graph = {0}, attributes = {0}, one = {0}, tensor = {0};
    const float weights[] = {1, -2.5F};

    put_word(&graph, 2, "g");
    put_value(&graph, 11, "x");
    put_value(&graph, 12, "y");
    put_word(&one, 1, "alpha");
    put_real(&one, 2, 0.25F);
    put_int(&one, 20, 1);
    put_part(&attributes, 5, &one);
    put_word(&one, 1, "axes");
    put_int(&one, 8, -1);
    put_int(&one, 8, 300);
    put_int(&one, 20, 7);
    put_part(&attributes, 5, &one);
    put_node(&graph, "LeakyRelu", "x", "y", &attributes);
    put_int(&tensor, 1, 2);
    put_int(&tensor, 2, 1);
    put_word(&tensor, 8, "w");
    put_bytes(&tensor, 9, weights, sizeof weights);
    put_part(&graph, 5, &tensor);
    put_file(file, &graph);
}

Test(onnx, a_file_is_read_as_it_says)
{
    struct text file = {0};

    make_small(&file);
    const struct reading *r = read_file(&file);
    const struct onnx_model *m = &r->model;

    cr_assert_eq(r->status, OK, "%s", r->e.text);
    cr_expect_eq(m->ir_version, 8);
    cr_expect_eq(m->opset, 13);
    cr_expect_str_eq(m->producer, "somebody");
    cr_expect_str_eq(m->graph_name, "g");
    cr_assert_eq(m->input_count, 1);
    cr_expect_str_eq(m->inputs[0].name, "x");
    cr_expect_eq(m->inputs[0].type, ONNX_FLOAT);
    cr_assert_eq(m->inputs[0].rank, 2);
    cr_expect_eq(m->inputs[0].dims[0], ONNX_SYMBOLIC);
    cr_expect_str_eq(m->inputs[0].symbols[0], "N");
    cr_expect_eq(m->inputs[0].dims[1], 3);
    cr_assert_eq(m->node_count, 1);
    cr_expect_str_eq(m->nodes[0].op, "LeakyRelu");
    cr_expect_str_eq(m->nodes[0].inputs[0], "x");
    cr_expect_str_eq(m->nodes[0].outputs[0], "y");
    const struct onnx_attribute *a = onnx_attribute_of(&m->nodes[0], "alpha");
    cr_assert(a && a->kind == ONNX_REAL);
    cr_expect_eq(a->reals[0], 0.25F);
    a = onnx_attribute_of(&m->nodes[0], "axes");
    cr_assert(a && a->kind == ONNX_INTS && a->count == 2);
    cr_expect_eq(a->ints[0], -1);
    cr_expect_eq(a->ints[1], 300);
    cr_expect_null(onnx_attribute_of(&m->nodes[0], "beta"));
    cr_assert_eq(m->constant_count, 1);
    cr_expect_eq(m->constants[0].reals[1], -2.5F);
}

Test(onnx, nothing_shorter_is_a_file)
{
    struct text whole = {0};

    make_small(&whole);
    for (size_t i = 0; i < whole.length; i++) {
        struct text part = {0};
        text_add(&part, whole.at, i);
        const struct reading *r = read_file(&part);
        cr_expect_eq(r->status, ERR_DATA, "%zu bytes: %s", i, r->e.text);
    }
    text_free(&whole);
}

/* Whatever a byte becomes, there is an answer. */
Test(onnx, changed_bytes_do_no_harm)
{
    struct text whole = {0};

    make_small(&whole);
    for (size_t i = 0; i < whole.length; i++)
        for (int bit = 0; bit < 8; bit++) {
            struct text changed = {0};
            text_add(&changed, whole.at, whole.length);
            changed.at[i] = (char)(changed.at[i] ^ (1 << bit));
            const struct reading *r = read_file(&changed);
            cr_expect(r->status == OK || r->status == ERR_DATA, "%d",
                      r->status);
        }
    text_free(&whole);
}

/* A tensor of that type, its numbers in a field of the format. */
struct typed {
    int type, field; /* 9: raw */
    const void *bytes;
    size_t length;
    int64_t count;
    const char *name;
    double want[3];
};

static const float floats[] = {1.5F, -0.25F};
static const double doubles[] = {1e300, 0.1};
static const uint16_t halves[] = {0x3c00, 0xc100, 0x0001};
static const int64_t wides[] = {-5, INT64_MAX};
static const int16_t shorts[] = {-300, 7};
/* As varints, negative ones of ten bytes. */
static const unsigned char packed[] = {0x07, 0xff, 0xff, 0xff, 0xff, 0xff,
                                       0xff, 0xff, 0xff, 0xff, 0x01};

static const struct typed typed[] = {
    {1, 4, floats, sizeof floats, 2, "float32", {1.5, -0.25}},
    {1, 9, floats, sizeof floats, 2, "float32", {1.5, -0.25}},
    {11,
     10,
     doubles,
     sizeof doubles,
     2,
     "float64",
     {(double)INFINITY, (double)0.1F}},
    {11, 9, doubles + 1, sizeof(double), 1, "float64", {(double)0.1F}},
    {10, 9, halves, sizeof halves, 3, "float16", {1, -2.5, 0x1p-24}},
    {10, 5, "\x80\x78\x81\xf8\x01", 5, 2, "float16", {1, (double)NAN}},
    {7, 7, packed, sizeof packed, 2, "int64", {7, -1}},
    {7, 9, wides, sizeof wides, 2, "int64", {-5, 0x1p63}},
    {6, 5, packed, sizeof packed, 2, "int32", {7, -1}},
    {5, 9, shorts, sizeof shorts, 2, "int16", {-300, 7}},
    {4, 9, shorts + 1, 2, 1, "uint16", {7}},
    {3, 9, "\x80\x7f", 2, 2, "int8", {-128, 127}},
    {2, 9, "\x80\x7f", 2, 2, "uint8", {128, 127}},
    {9, 9, "\x02\x00", 2, 2, "bool", {1, 0}},
    {12, 11, "\xff\xff\xff\xff\x0f", 5, 1, "uint32", {4294967295.0}},
    {13, 9, wides + 1, 8, 1, "uint64", {0x1p63}},
};

static bool same(double got, double want)
{
    return got == want || (isnan(got) && isnan(want));
}

Test(onnx, every_type_of_numbers)
{
    for (size_t i = 0; i < ARRAY_LEN(typed); i++) {
        const struct typed *c = &typed[i];
        struct text t = {0};
        put_int(&t, 1, c->count);
        put_int(&t, 2, c->type);
        put_bytes(&t, c->field, c->bytes, c->length);
        const struct reading *r = read_tensor(&t);
        cr_assert_eq(r->status, OK, "%zu: %s", i, r->e.text);
        const struct onnx_tensor *got = &r->model.constants[0];
        cr_expect_str_eq(got->type_name, c->name);
        cr_assert_eq(got->count, c->count);
        for (int64_t k = 0; k < c->count; k++) {
            const double v = got->type == ONNX_FLOAT ? (double)got->reals[k]
                                                     : (double)got->ints[k];
            cr_expect(same(v, c->want[k]), "%zu, %lld: %g, expected %g", i,
                      (long long)k, v, c->want[k]);
        }
    }
}

Test(onnx, of_other_types_the_name_is_known)
{
    struct text t = {0};

    put_int(&t, 1, 1);
    put_int(&t, 2, 16);
    put_bytes(&t, 9, "ab", 2);
    const struct reading *r = read_tensor(&t);
    cr_assert_eq(r->status, OK, "%s", r->e.text);
    cr_expect_eq(r->model.constants[0].type, ONNX_UNKNOWN);
    cr_expect_str_eq(r->model.constants[0].type_name, "bfloat16");
}

static const int64_t shape[] = {2, 1};
static const float weights[] = {0x1p-149F, -3};
static const int64_t places[] = {-1, INT64_MIN};
static const char *const words[] = {"constant"};
static const struct onnx_tensor constants[] = {
    {"w", ONNX_FLOAT, "float32", 2, shape, 2, .reals = weights},
    {"i", ONNX_INT64, "int64", 1, shape, 2, .ints = places},
    {"s", ONNX_FLOAT, "float32", 0, NULL, 1, .reals = weights},
};
static const struct onnx_attribute attributes[] = {
    {"mode", ONNX_STRING, 1, .strings = words},
    {"axes", ONNX_INTS, 2, .ints = places},
    {"alpha", ONNX_REAL, 1, .reals = weights},
    {"axis", ONNX_INT, 1, .ints = places},
    {"value", ONNX_TENSOR, 1, .tensor = constants},
};
static const char *const inputs[] = {"input", "", "w"};
static const char *const outputs[] = {"y"};
static const int64_t dims[] = {ONNX_SYMBOLIC, 7};
static const char *const symbols[] = {"N", ""};

static struct onnx_model written_model(void)
{
    static const struct onnx_node node = {
        "n", "Op", "", "op: {a: 1}", 3, 1, 5, inputs, outputs, attributes};
    static const struct onnx_value in = {"input", ONNX_FLOAT, "float32", true,
                                         2,       dims,       symbols};
    static const struct onnx_value out = {
        .name = "y", .type = ONNX_FLOAT, .type_name = "float32"};
    static const struct onnx_text text = {"classes", "[\"\\u001b\"]"};

    return (struct onnx_model){8,     17,        "cnnctl", "1",  "network",
                               1,     3,         1,        1,    1,
                               &node, constants, &in,      &out, &text};
}

static void expect_same_tensor(const struct onnx_tensor *a,
                               const struct onnx_tensor *b)
{
    cr_expect_eq(a->type, b->type);
    cr_expect_eq(a->rank, b->rank);
    cr_expect_eq(a->count, b->count);
    for (int64_t k = 0; k < b->count; k++)
        if (b->type == ONNX_FLOAT)
            cr_expect_eq(a->reals[k], b->reals[k]);
        else
            cr_expect_eq(a->ints[k], b->ints[k]);
}

Test(onnx, what_is_written_is_read)
{
    const struct onnx_model m = written_model();
    struct text file = {0}, again = {0};
    struct err e = {0};

    cr_assert_eq(onnx_write(&m, &file, &e), OK, "%s", e.text);
    cr_assert_eq(onnx_write(&m, &again, &e), OK, "%s", e.text);
    cr_assert_eq(file.length, again.length);
    cr_expect_eq(memcmp(file.at, again.at, file.length), 0);
    text_free(&again);
    const struct reading *r = read_file(&file);
    const struct onnx_model *b = &r->model;
    cr_assert_eq(r->status, OK, "%s", r->e.text);
    cr_expect_eq(b->opset, 17);
    cr_expect_str_eq(b->producer_version, "1");
    cr_expect_str_eq(b->graph_name, "network");
    cr_assert_eq(b->constant_count, 3);
    for (int64_t i = 0; i < 3; i++) {
        cr_expect_str_eq(b->constants[i].name, constants[i].name);
        expect_same_tensor(&b->constants[i], &constants[i]);
    }
    const struct onnx_node *n = &b->nodes[0];
    cr_expect_str_eq(n->doc, "op: {a: 1}");
    cr_assert_eq(n->input_count, 3);
    cr_expect_str_eq(n->inputs[1], "");
    cr_assert_eq(n->attribute_count, 5);
    cr_expect_str_eq(onnx_attribute_of(n, "mode")->strings[0], "constant");
    cr_expect_eq(onnx_attribute_of(n, "axes")->ints[1], INT64_MIN);
    cr_expect_eq(onnx_attribute_of(n, "axis")->ints[0], -1);
    cr_expect_eq(onnx_attribute_of(n, "alpha")->reals[0], 0x1p-149F);
    expect_same_tensor(onnx_attribute_of(n, "value")->tensor, constants);
    cr_expect_eq(b->inputs[0].dims[1], 7);
    cr_expect_not(b->outputs[0].has_shape);
    cr_expect_str_eq(b->texts[0].value, "[\"\\u001b\"]");
}

/* 2 GiB is what a length of protocol buffers can say; nothing is copied before
 * it is known. */
Test(onnx, what_is_too_large_is_refused)
{
    const int64_t large[] = {1 << 29};
    const struct onnx_tensor tensor = {"w",   ONNX_FLOAT, "float32",       1,
                                       large, 1 << 29,    .reals = weights};
    struct onnx_model m = written_model();
    struct text file = {0};
    struct err e = {0};

    m.constants = &tensor;
    m.constant_count = 1;
    cr_expect_eq(onnx_write(&m, &file, &e), ERR_CONFIG);
    cr_expect(strstr(e.text, "too large for ONNX"), "%s", e.text);
    cr_expect_eq(file.length, 0);
    text_free(&file);
}
