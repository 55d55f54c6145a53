/* Files that are none of ONNX, or not what they say. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/compiler.h"
#include "support/onnx_bytes.h"

/* A tensor whose extents are `dims`, of float32 or another type. */
struct wrong_tensor {
    int type;
    int64_t dims[3], rank;
    int field;
    const char *bytes;
    size_t length;
    const char *what;
};

Test(onnx_faults, tensors_that_are_none)
{
    static const struct wrong_tensor cases[] = {
        {1, {2}, 1, 9, "abcd", 4, "as long as its dimensions"},
        {1, {2}, 1, 9, "abcdefg", 7, "end within a number"},
        {1, {-1}, 1, 9, "abcd", 4, "negative or too large"},
        {1, {INT64_MAX, 2}, 2, 9, "abcd", 4, "negative or too large"},
        {1, {1LL << 32, 1LL << 32, 0}, 3, 9, "", 0, "negative or too large"},
        {1, {1LL << 40}, 1, 9, "", 0, "as long as its dimensions"},
        {1, {1}, 1, 7, "\x01", 1, "those of other types do"},
        {7, {1}, 1, 4, "abcd", 4, "those of other types do"},
        {2, {1}, 1, 5, "\x80\x02", 2, "none of its type"},
        {3, {1}, 1, 5, "\x80\x01", 2, "none of its type"},
        {10, {1}, 1, 5, "\x80\x80\x04", 3, "none of its type"},
        {13, {1}, 1, 9, "\xff\xff\xff\xff\xff\xff\xff\xff", 8, "beyond 63"},
        {1, {1}, 1, 3, "\x08\x01", 2, "in segments"},
        {1, {1}, 1, 13, "\x0a\x01k\x12\x01v", 6, "in another file"},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct wrong_tensor *c = &cases[i];
        struct text t = {0};
        for (int64_t k = 0; k < c->rank; k++)
            put_int(&t, 1, c->dims[k]);
        put_int(&t, 2, c->type);
        put_bytes(&t, c->field, c->bytes, c->length);
        const struct reading *r = read_tensor(&t);
        expect_fault(r, c->what);
        expect_fault(r, "initializer 'w'");
    }
}

Test(onnx_faults, numbers_that_stand_there_twice)
{
    struct text t = {0};

    put_int(&t, 1, 1);
    put_int(&t, 2, 1);
    put_bytes(&t, 9, "abcd", 4);
    put_bytes(&t, 4, "abcd", 4);
    expect_fault(read_tensor(&t), "stand there twice");
    put_int(&t, 1, 1);
    put_int(&t, 2, 1);
    put_int(&t, 14, 1);
    expect_fault(read_tensor(&t), "in another file");
}

Test(onnx_faults, opsets)
{
    struct text file = {0}, graph = {0};

    put_part(&file, 7, &graph);
    put_opset(&file, "com.somebody", 1);
    expect_fault(read_file(&file), "its opset: is not there");
    put_part(&file, 7, &graph);
    put_opset(&file, NULL, 13);
    put_opset(&file, "ai.onnx", 14);
    expect_fault(read_file(&file), "its opset: stands there more than once");
    put_part(&file, 7, &graph);
    put_opset(&file, "com.somebody", 1);
    put_opset(&file, "ai.onnx", 14);
    cr_expect_eq(read_file(&file)->model.opset, 14);
}

Test(onnx_faults, graphs_of_which_there_is_one)
{
    struct text file = {0}, graph = {0};

    put_opset(&file, NULL, 13);
    expect_fault(read_file(&file), "its graph: is not there");
    put_opset(&file, NULL, 13);
    put_part(&file, 7, &graph);
    put_part(&file, 7, &graph);
    expect_fault(read_file(&file), "its graph: stands there more than once");
    put_bytes(&graph, 15, "x", 1);
    put_file(&file, &graph);
    expect_fault(read_file(&file), "sparse initializers");
}

/* Names: of a node whose operator, output and the like are these bytes. */
Test(onnx_faults, names_that_are_none)
{
    static const char *const names[] = {"\xff", "a\x1b[1m",
                                        ("\xe2\x80\xae"
                                         "x"),
                                        "a\nb"};
    struct text graph = {0}, file = {0};

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        put_node(&graph, "Relu", "x", names[i], NULL);
        put_file(&file, &graph);
        expect_fault(read_file(&file), "a name: is no UTF-8");
    }
    put_node(&graph, "", "x", "y", NULL);
    put_file(&file, &graph);
    expect_fault(read_file(&file), "has no operator");
    struct text node = {0};
    put_word(&node, 4, "Relu");
    put_bytes(&node, 3, "a\0b", 3);
    put_part(&graph, 1, &node);
    put_file(&file, &graph);
    expect_fault(read_file(&file), "a name: is no UTF-8");
    put_word(&node, 4, "Relu");
    put_bytes(&node, 6, "lines\n\xff", 7);
    put_part(&graph, 1, &node);
    put_file(&file, &graph);
    expect_fault(read_file(&file), "a text: is no UTF-8");
}

Test(onnx_faults, values_that_are_defined_twice)
{
    struct text graph = {0}, file = {0};

    put_node(&graph, "Relu", "x", "y", NULL);
    put_node(&graph, "Tanh", "x", "y", NULL);
    put_file(&file, &graph);
    expect_fault(read_file(&file), "the value 'y' is defined more than once");
    put_value(&graph, 11, "x");
    put_node(&graph, "Relu", "x", "x", NULL);
    put_file(&file, &graph);
    expect_fault(read_file(&file), "the value 'x' is defined more than once");
}

Test(onnx_faults, an_initializer_that_is_listed_as_input_is_none)
{
    struct text graph = {0}, file = {0}, tensor = {0};

    put_value(&graph, 11, "x");
    put_value(&graph, 11, "w");
    put_int(&tensor, 2, 1);
    put_word(&tensor, 8, "w");
    put_bytes(&tensor, 9, "abcd", 4);
    put_part(&graph, 5, &tensor);
    put_file(&file, &graph);
    const struct reading *r = read_file(&file);
    cr_assert_eq(r->status, OK, "%s", r->e.text);
    cr_assert_eq(r->model.input_count, 1);
    cr_expect_str_eq(r->model.inputs[0].name, "x");
    cr_expect_eq(r->model.constants[0].count, 1);
}

Test(onnx_faults, attributes)
{
    struct text a = {0}, graph = {0}, file = {0}, all = {0};

    /* What is left out is 0. */
    put_int(&a, 20, 2);
    const struct reading *r = read_attribute(&a);
    cr_assert_eq(r->status, OK, "%s", r->e.text);
    cr_expect_eq(r->model.nodes[0].attributes[0].kind, ONNX_INT);
    cr_expect_eq(r->model.nodes[0].attributes[0].ints[0], 0);
    /* Before there were types, what stands there told them. */
    put_word(&a, 4, "word");
    r = read_attribute(&a);
    cr_assert_eq(r->status, OK, "%s", r->e.text);
    cr_expect_str_eq(r->model.nodes[0].attributes[0].strings[0], "word");
    /* A graph within is another's, however deep. */
    put_bytes(&a, 6, "\x0a\x00", 2);
    put_int(&a, 20, 5);
    r = read_attribute(&a);
    cr_assert_eq(r->status, OK, "%s", r->e.text);
    cr_expect_eq(r->model.nodes[0].attributes[0].kind, ONNX_OTHER);

    put_int(&a, 3, 1);
    put_int(&a, 20, 1);
    expect_fault(read_attribute(&a), "values of more than one type");
    put_int(&a, 20, 4);
    expect_fault(read_attribute(&a), "has not one tensor");
    for (int i = 0; i < 2; i++) {
        put_word(&a, 1, "a");
        put_int(&a, 3, 1);
        put_part(&all, 5, &a);
    }
    put_node(&graph, "Op", "x", "y", &all);
    put_file(&file, &graph);
    expect_fault(read_file(&file), "the attribute 'a' stands there more");
}

Test(onnx_faults, what_is_no_file_of_the_format)
{
    static const char *const texts[] = {"layers:\n", "{\"a\": 1}",
                                        "\x89PNG\r\n\x1a\n"};

    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct text file = {0};
        text_puts(&file, texts[i]);
        const struct reading *r = read_file(&file);
        cr_expect_eq(r->status, ERR_DATA, "%zu: %s", i, r->e.text);
    }
}

/* Empty messages are the cheapest to write. */
Test(onnx_faults, memory_is_in_proportion)
{
    enum { COUNT = 100000 };
    struct text graph = {0}, file = {0};

    for (int i = 0; i < COUNT; i++)
        put_bytes(&graph, 5, "", 0);
    put_file(&file, &graph);
    expect_fault(read_file(&file), "an initializer: has no name");
}
