/* The page about a model: what is foreign stays text; how training went. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "report/report.h"

static void expect_text(struct text *t, const char *wanted)
{
    cr_expect_str_eq(text_string(t), wanted);
    text_free(t);
}

Test(report, markup_is_text)
{
    struct text t = {0};

    html_text(&t, "<a href='x' title=\"y\">&amp;</a>\n\033\xff\xc3\xa4");
    expect_text(&t, "&lt;a href=&#39;x&#39; title=&quot;y&quot;&gt;&amp;amp;"
                    "&lt;/a&gt;\\x0a\\x1b\\xff\xc3\xa4");
    html_words(&t, "%s is <%d>", "<b>", 7);
    expect_text(&t, "&lt;b&gt; is &lt;7&gt;");
}

Test(report, numbers_stand_there_in_full)
{
    struct text t = {0};

    html_real(&t, 2, 2.0 / 3);
    expect_text(&t, "<data value=\"0.6666666666666666\">0.67</data>");
    html_real(&t, 2, (double)NAN);
    expect_text(&t, "-");
}

Test(report, tables_have_scopes)
{
    static const char *const titles[] = {"<t>", "n"};
    struct text t = {0};
    struct html_table table = html_table_begin(&t, "\"c\"", titles, 2);

    for (int i = 0; i < 2; i++) {
        html_cell(&table, "&%d", i);
        html_cell_real(&table, 1, i);
    }
    html_table_end(&table);
    expect_text(&t, "<div class=\"wide\" tabindex=\"0\" role=\"region\" "
                    "aria-label=\"&quot;c&quot;\"><table><caption>&quot;c&quot;"
                    "</caption>\n<thead><tr><th scope=\"col\">&lt;t&gt;</th>"
                    "<th scope=\"col\">n</th></tr></thead>\n<tbody>\n"
                    "<tr><th scope=\"row\">&amp;0</th>"
                    "<td><data value=\"0\">0.0</data></td></tr>\n"
                    "<tr><th scope=\"row\">&amp;1</th>"
                    "<td><data value=\"1\">1.0</data></td></tr>\n"
                    "</tbody></table></div>\n");
}

/* The verdict on three epochs with these losses, the best one being `best`. */
static void expect_verdict(const double train[3], const double valid[3],
                           int64_t best, const char *wanted)
{
    struct history_row rows[3] = {{0}};
    const struct train_state s = {
        .history = rows, .history_count = 3, .best_epoch = best};
    struct text t = {0};

    for (int64_t i = 0; i < 3; i++)
        rows[i] = (struct history_row){
            .epoch = i + 1, .train_loss = train[i], .valid_loss = valid[i]};
    report_verdict(&t, &s);
    cr_expect(strstr(text_string(&t), wanted), "\"%s\" does not say \"%s\"",
              text_string(&t), wanted);
    const bool falls = train[2] < train[best - 1];
    const bool rises = valid[2] > valid[best - 1];
    const bool bad = strstr(text_string(&t), "overfits</span>") != NULL;
    cr_expect_eq(bad, falls && rises, "%s", wanted);
    text_free(&t);
}

Test(report, verdicts_follow_from_losses)
{
    const double falls[] = {3, 2, 1}, rises[] = {1, 2, 3}, dips[] = {3, 1, 2};
    const double none[] = {(double)NAN, (double)NAN, (double)NAN};

    expect_verdict(falls, falls, 3, "more epochs may help");
    expect_verdict(falls, dips, 2, "overfits</span> since epoch 2 of 3: ");
    expect_verdict(falls, dips, 2, "in 1 epoch.");
    expect_verdict(falls, rises, 1, "overfits</span> since epoch 1 of 3: ");
    expect_verdict(falls, rises, 1, "The weights are those of epoch 1.");
    /* Both got worse, or the loss better and what is monitored not. */
    expect_verdict(rises, rises, 1, "not become better since epoch 1 of 3");
    expect_verdict(falls, falls, 1, "not become better since epoch 1 of 3");
    expect_verdict(falls, none, 3, "nothing says whether it overfits");
}

Test(report, without_epochs_nothing_was_trained)
{
    const struct train_state s = {0};
    struct text t = {0};

    report_verdict(&t, &s);
    expect_text(&t, "the network has not been trained.");
}
