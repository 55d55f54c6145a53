/* Growing strings and the nearest word. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <string.h>

#include "base/text.h"

Test(text, appends)
{
    struct text t = {0};

    cr_assert_str_eq(text_string(&t), "");
    text_puts(&t, "ab");
    text_add(&t, "cdef", 2);
    text_pad(&t, '.', 3);
    text_pad(&t, '!', -1);
    text_printf(&t, "%d%s", 42, "x");
    cr_assert_str_eq(text_string(&t), "abcd...42x");
    cr_assert_eq(t.length, 10);
    cr_assert(!t.failed);
    text_free(&t);
    cr_assert_null(t.at);
    cr_assert_eq(t.capacity, 0);
}

Test(text, grows_over_many_sizes)
{
    struct text t = {0};

    for (int i = 0; i < 10000; i++)
        text_printf(&t, "%05d", i);
    cr_assert_eq(t.length, 50000);
    cr_assert_eq(strlen(t.at), 50000);
    cr_assert_arr_eq(t.at + 5 * 1234, "01234", 5);
    text_free(&t);
}

Test(text, a_failure_sticks)
{
    struct text t = {0};

    text_puts(&t, "kept");
    text_pad(&t, ' ', INT64_MAX);
    cr_assert(t.failed);
    text_puts(&t, "more");
    cr_assert_str_eq(text_string(&t), "kept");
    text_free(&t);
    cr_assert(!t.failed);
}

struct distance_case {
    char a[32], b[32];
    int64_t want;
};

ParameterizedTestParameters(text, distance)
{
    static struct distance_case cases[] = {
        {"", "", 0},
        {"abc", "abc", 0},
        {"", "abc", 3},
        {"kitten", "sitting", 3},
        {"momentun", "momentum", 1},
        {"learnign", "learning", 1}, /* neighbours swapped */
        {"ca", "abc", 3},            /* alignment, not the unrestricted 2 */
        {"abcdef", "badcfe", 3},
    };
    return cr_make_param_array(struct distance_case, cases, ARRAY_LEN(cases));
}

ParameterizedTest(struct distance_case *c, text, distance)
{
    cr_assert_eq(text_distance(c->a, c->b), c->want, "%s %s: got %lld", c->a,
                 c->b, (long long)text_distance(c->a, c->b));
    cr_assert_eq(text_distance(c->b, c->a), c->want, "%s %s", c->b, c->a);
}

Test(text, distance_of_long_words)
{
    char word[100];

    memset(word, 'a', sizeof word - 1);
    word[sizeof word - 1] = '\0';
    cr_assert_gt(text_distance(word, "a"), 64);
    word[64] = '\0';
    cr_assert_eq(text_distance(word, "a"), 63);
}

Test(text, nearest)
{
    const char *const words[] = {"momentum", "learning_rate", "nesterov", "b",
                                 NULL};

    cr_assert_str_eq(text_nearest("momentun", words), "momentum");
    cr_assert_str_eq(text_nearest("learnign_rate", words), "learning_rate");
    cr_assert_str_eq(text_nearest("LearningRate", words), "learning_rate");
    cr_assert_str_eq(text_nearest("B", words), "b");
    cr_assert_null(text_nearest("xyzzy", words));
    cr_assert_null(text_nearest("a", words), "one letter of one is too much");
    cr_assert_null(text_nearest("", words));
}

/* Lines hold 79 columns; what follows the first is indented to it. */
Test(text, words_are_wrapped)
{
    struct text t = {0};

    text_puts(&t, "key  ");
    text_wrap(&t, "", 5, "short.  Two blanks stay.");
    cr_assert_str_eq(text_string(&t), "key  short.  Two blanks stay.\n");
    text_free(&t);

    const char *long_words =
        "aaaaaaaaa bbbbbbbbb ccccccccc ddddddddd eeeeeeeee "
        "fffffffff ggggggggg hhhhhhhh iiiii";
    text_puts(&t, "# ");
    text_wrap(&t, "# ", 2, long_words);
    cr_assert_str_eq(text_string(&t),
                     "# aaaaaaaaa bbbbbbbbb ccccccccc ddddddddd eeeeeeeee "
                     "fffffffff ggggggggg\n# hhhhhhhh iiiii\n");
    text_free(&t);

    /* Exactly 79 columns, then one more. */
    text_wrap(&t, "", 70, "12345 789");
    cr_assert_str_eq(text_string(&t), "12345 789\n");
    text_free(&t);
    text_wrap(&t, "", 70, "12345 7890");
    cr_assert(strchr(text_string(&t), '\n') == text_string(&t) + 5, "%s",
              text_string(&t));
    text_free(&t);
    text_wrap(&t, "", 4, "");
    cr_assert_str_eq(text_string(&t), "\n");
    text_free(&t);
}

/* Controls, what turns or breaks lines, what is no character or no UTF-8; other
 * letters stay. */
Test(text, foreign_text_is_shown_as_it_may_be)
{
    struct text t = {0};

    text_shown(&t, "a\x1b\xc2\x9b\xe2\x80\xae\xe2\x81\xa6\xef\xbb\xbf"
                   "\xf0\x9f\xbf\xbe\xff\xc3\xa4\xd7\x90\xf0\x9f\x90\x88");
    cr_assert_str_eq(text_string(&t),
                     "a\\x1b\\xc2\\x9b\\xe2\\x80\\xae\\xe2\\x81\\xa6"
                     "\\xef\\xbb\\xbf\\xf0\\x9f\\xbf\\xbe\\xff"
                     "\xc3\xa4\xd7\x90\xf0\x9f\x90\x88");
    text_free(&t);
}

Test(text, patterns)
{
    static const struct {
        const char *word, *pattern;
        bool matches;
    } rows[] = {
        {"conv2d1", "conv2d1", true},
        {"conv2d1", "conv2d", false},
        {"conv2d", "conv2d1", false},
        {"conv2d1", "conv*", true},
        {"conv2d1", "*", true},
        {"", "*", true},
        {"", "", true},
        {"", "?", false},
        {"a", "", false},
        {"conv2d1", "*1", true},
        {"conv2d1", "*2", false},
        {"conv2d1", "c*2*1", true},
        {"conv2d1", "c*1*2", false},
        {"conv2d1", "conv2d?", true},
        {"conv2d1", "conv2d??", false},
        {"aab", "*ab", true},
        {"abab", "*ab", true},
        {"abac", "*ab", false},
        {"a*b", "a**b", true},
        {"ab", "a*b*", true},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        cr_assert_eq(text_matches(rows[i].word, rows[i].pattern),
                     rows[i].matches, "'%s' and '%s'", rows[i].word,
                     rows[i].pattern);
    /* Many stars take no longer than their number times the word's length. */
    char word[2000], pattern[1001];
    memset(word, 'a', sizeof word - 1);
    word[sizeof word - 1] = '\0';
    for (size_t i = 0; i < sizeof pattern - 1; i++)
        pattern[i] = i % 2 ? 'a' : '*';
    pattern[sizeof pattern - 2] = 'b';
    pattern[sizeof pattern - 1] = '\0';
    cr_assert_not(text_matches(word, pattern));
}

Test(text, markup_is_text)
{
    struct text t = {0};

    text_markup(&t, "a<b & \"c\" > 'd'&amp;");
    cr_assert_str_eq(text_string(&t), "a&lt;b &amp; &quot;c&quot; &gt; "
                                      "&#39;d&#39;&amp;amp;");
    text_free(&t);
    text_markup(&t, "");
    cr_assert_str_eq(text_string(&t), "");
    text_free(&t);
}

Test(text, numbers_at_the_end)
{
    static const struct {
        const char *line, *tail;
    } rows[] = {
        {"a name 0.98", " 0.98"},
        {"5 -> 6 (1.000)", " (1.000)"},
        {"18.4 %", ""},
        {"share 18.4%", " 18.4%"},
        {"0.98", ""},
        {"a name ", ""},
        {"a 1x", ""},
        {"", ""},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        cr_expect_eq(text_number_at_end(rows[i].line, strlen(rows[i].line)),
                     strlen(rows[i].tail), "'%s'", rows[i].line);
    /* What stands behind the line does not count. */
    cr_expect_eq(text_number_at_end("a 12\nb", 4), 3);
}
