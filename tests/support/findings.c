/* findings.c - what the audit says of a document, for tests. */
#include "support/findings.h"

#include <criterion/criterion.h>

#include "document/experiment.h"
#include "support/files.h"

void print_findings(const struct lint_subject *subject, struct arena *arena,
                    struct text *out)
{
    struct finding *found;
    struct err e = {0};
    int64_t count;

    cr_assert_eq(lint_graph(subject, arena, &found, &count, &e), OK);
    for (int64_t i = 0; i < count; i++)
        text_printf(out, "%s %s: %s\n", found[i].rule, found[i].layer,
                    found[i].message);
}

void expect_findings(const char *yaml, int64_t class_count, const char *want)
{
    struct experiment x;
    struct audit_row rows[32];
    struct text got = {0};
    struct err e = {0};

    put_text("c.yaml", yaml);
    cr_assert_eq(experiment_read(&x, "c.yaml", NULL, 0, NULL, &e), OK, "%s\n%s",
                 yaml, e.text);
    struct lint_subject subject = {.graph = &x.graph,
                                   .class_count = class_count};
    if (audit_applies(&x.graph)) {
        cr_assert_eq(audit_graph(&x.graph, AUDIT_EXACT, rows, &e), OK);
        subject.rows = rows;
    }
    if (x.has_train) {
        subject.loss = x.loss;
        subject.batch_size = x.train.batch_size;
    }
    print_findings(&subject, &x.arena, &got);
    cr_assert_str_eq(text_string(&got), want, "%s\ngot:\n%swant:\n%s", yaml,
                     text_string(&got), want);
    text_free(&got);
    experiment_free(&x);
}
