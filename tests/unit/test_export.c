/*
 * Exports: somebody writes every kind of layer and nonlinearity; names and
 * texts from anywhere become names and literals of C.
 */
#include <criterion/criterion.h>

#include "export/c_file.h"
#include "export/export.h"

Test(export, every_layer_is_written_in_c)
{
    for (size_t i = 0; layer_kinds[i]; i++) {
        const struct layer_ops *ops =
            layer_of((struct variant){layer_kinds[i], NULL});
        if (ops->max_inputs > 0)
            cr_assert(c_layer_find(ops), "%s has no C", layer_kinds[i]->name);
    }
}

Test(export, every_nonlinearity_is_written_in_c)
{
    for (size_t i = 0; activation_kinds[i]; i++)
        cr_assert(
            c_activation_known((struct variant){activation_kinds[i], NULL}),
            "%s has no C", activation_kinds[i]->name);
}

Test(export, a_form_is_chosen_by_the_ending)
{
    cr_assert_not_null(export_format_of("a.c"));
    cr_assert_not_null(export_format_of("b/a.b.c"));
    cr_assert_null(export_format_of(".c"));
    cr_assert_not_null(export_format_of("a.onnx"));
    cr_assert_null(export_format_of("a.onnx.gz"));
    cr_assert_null(export_format_of("ac"));
    cr_assert_null(export_format_of(""));
}

Test(export, functions_are_named_after_the_file)
{
    static const struct {
        const char *path, *name;
    } cases[] = {
        {"lenet.c", "lenet"},     {"a/b c/x-y.z.c", "x_y_z"},
        {"3.c", "m_3"},           {"\xc3\xa9.c", "__"},
        {".hidden.c", "_hidden"}, {"9lives", "m_9lives"},
    };
    struct arena arena = {0};

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const char *name = c_name(&arena, cases[i].path);
        cr_assert_str_eq(name, cases[i].name, "%s", cases[i].path);
        cr_assert(c_is_name(name));
    }
    cr_assert(!c_is_name(""));
    cr_assert(!c_is_name("1a"));
    cr_assert(!c_is_name("a b"));
    arena_free(&arena);
}

Test(export, texts_become_literals_and_comments)
{
    struct text t = {0};

    c_string(&t, "a\"b\\c?\?/\n\x7f\xc3\xa9"
                 "1*/");
    cr_assert_str_eq(text_string(&t),
                     "\"a\\\"b\\\\c\\?\\?/\\012\\177\\303\\2511*/\"");
    text_free(&t);
    c_comment(&t, "a */ /* \\ ?\n");
    cr_assert_str_eq(text_string(&t),
                     "a \\x2a\\x2f \\x2f\\x2a \\x5c \\x3f\\x0a");
    text_free(&t);
}

/* v * multiplier / 2^shift, halves up, and what does not fit is cut off. */
Test(export, integers_are_rounded_and_cut_off)
{
    const struct byte_factor half = {1 << 30, 31}, third = {1431655765, 32};

    cr_assert_eq(byte_times(3, half), 2);
    cr_assert_eq(byte_times(-3, half), -1);
    cr_assert_eq(byte_times(300, third), 100);
    cr_assert_eq(byte_times(INT32_MIN, half), INT32_MIN / 2);
    cr_assert_eq(byte_clamp(300, INT8_MIN), 127);
    cr_assert_eq(byte_clamp(-300, INT8_MIN), -128);
    cr_assert_eq(byte_clamp(-300, -5), -5);
    cr_assert_eq(byte_clamp(-4, -5), -4);
}
