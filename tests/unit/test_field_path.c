/* Paths, and values of --set. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf/field.h"
#include "support/fake_document.h"

struct where {
    const char *name, *path, *at, *written;
};

Test(field, paths)
{
    static const struct where rows[] = {
        {"x/t.yaml", "a", "x/a", "a"},
        {"x/t.yaml", "../a", "x/../a", "../a"},
        {"x/t.yaml", "/b/a", "/b/a", "a"},
        {"/t.yaml", "a", "/a", "a"},
        {"t.yaml", "a", "a", "a"},
        {"-", "a", "a", "a"},
        {"x/t.yaml", "'${FIELD_TEST_DIR}/a'", "/d/a", "'${FIELD_TEST_DIR}/a'"},
        {"x/t.yaml", "'${FIELD_TEST_DIR:-q}/a'", "/d/a",
         "'${FIELD_TEST_DIR:-q}/a'"},
        {"x/t.yaml", "'${FIELD_TEST_UNSET:-q/r}/a'", "x/q/r/a",
         "'${FIELD_TEST_UNSET:-q/r}/a'"},
        {"x/t.yaml", "'${FIELD_TEST_UNSET:-/q/r}/a'", "/q/r/a",
         "'${FIELD_TEST_UNSET:-r}/a'"},
        {"x/t.yaml", "'${FIELD_TEST_EMPTY:-q}/a'", "x/q/a",
         "'${FIELD_TEST_EMPTY:-q}/a'"},
        {"x/t.yaml", "'${FIELD_TEST_EMPTY}a$b'", "x/a$b",
         "'${FIELD_TEST_EMPTY}a$b'"},
    };

    setenv("FIELD_TEST_DIR", "/d", 1);
    setenv("FIELD_TEST_EMPTY", "", 1);
    unsetenv("FIELD_TEST_UNSET");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        static struct document d;
        struct every to;
        struct text out = {0};
        const struct binding bindings[] = {{every_fields, &to}, {0}};
        char yaml[128], want[128];
        snprintf(yaml, sizeof yaml, "count: 1\nfile: %s\n", rows[i].path);
        snprintf(want, sizeof want, "file: %s,", rows[i].written);
        cr_assert_eq(tree_parse(&d.tree, &d.arena, rows[i].name, yaml,
                                strlen(yaml), &d.e),
                     OK);
        cr_assert_eq(
            field_bind(&d.tree, d.tree.root, bindings, NULL, NULL, &d.e), OK,
            "%s: %s", yaml, d.e.text);
        cr_assert_str_eq(to.file.at, rows[i].at, "%s: got %s", yaml,
                         to.file.at);
        field_print(&out, every_fields, &to);
        cr_assert(strstr(text_string(&out), want), "%s: got %s", want,
                  text_string(&out));
        text_free(&out);
        document_free(&d);
    }
}

Test(field, paths_of_a_model_file)
{
    static struct document d;
    struct every to;
    const struct binding bindings[] = {{every_fields, &to}, {0}};
    const char *yaml = "count: 1\nfile: '${FIELD_TEST_UNSET}/a'";

    unsetenv("FIELD_TEST_UNSET");
    cr_assert_eq(tree_parse(&d.tree, &d.arena, "x/m", yaml, strlen(yaml), &d.e),
                 OK);
    d.tree.paths_as_written = true;
    cr_assert_eq(field_bind(&d.tree, d.tree.root, bindings, NULL, NULL, &d.e),
                 OK, "%s", d.e.text);
    cr_assert_str_eq(to.file.at, "${FIELD_TEST_UNSET}/a");
    document_free(&d);
}

/* A path given on the command line is relative to the current folder. */
Test(field, settings)
{
    static struct document d;
    struct every to;
    const char *yaml = "t: {count: 1, file: a}";
    const struct binding bindings[] = {{every_fields, &to}, {0}};

    cr_assert_eq(
        tree_parse(&d.tree, &d.arena, "x/t.yaml", yaml, strlen(yaml), &d.e),
        OK);
    cr_assert_eq(tree_set(&d.tree, 1, "t.file=b", &d.e), OK);
    const struct node *t = node_find(d.tree.root, "t");
    cr_assert_eq(field_bind(&d.tree, t, bindings, NULL, NULL, &d.e), OK);
    cr_assert_str_eq(to.file.at, "b");

    cr_assert_eq(tree_set(&d.tree, 2, "t.learnign_rate=1", &d.e), OK);
    cr_assert_eq(tree_set(&d.tree, 3, "t.flag=yes", &d.e), OK);
    cr_assert_eq(tree_set(&d.tree, 4, "t.count=null", &d.e), OK);
    cr_assert_eq(field_bind(&d.tree, t, bindings, NULL, NULL, &d.e),
                 ERR_CONFIG);
    cr_assert_str_eq(d.e.text,
                     "--set #2: error: t.learnign_rate: unknown key; did you "
                     "mean rate?\n"
                     "--set #3: error: t.flag: expected true or false, got "
                     "'yes'\n"
                     "x/t.yaml:1:1: error: t.count: missing, expected an "
                     "integer in [1, 4096]\n");
    document_free(&d);
}
