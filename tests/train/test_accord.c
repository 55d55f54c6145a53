/*
 * All processes go on, or all end with one error.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/system.h"
#include "train/accord.h"
#include "train/hall.h"

TestSuite(accord, .timeout = 60);

enum { PROCESSES = 3 };

/* What each process says, and what it learns. */
struct voice {
    enum status own;
    const char *text, *value; /* text NULL: it has none */
    enum status got;
    struct err e;
};

static struct voice voices[PROCESSES];

static void speak(void *context, int64_t process, const struct exchange *x)
{
    struct voice *v = &voices[process];

    (void)context;
    if (v->text)
        (void)err_add(&v->e, v->own, "place", "%s", v->text);
    v->got = accord_status(x, v->own, &v->e);
}

static void check_texts(enum status status, const char *text)
{
    hall_run(PROCESSES, 1, speak, NULL);
    for (int i = 0; i < PROCESSES; i++) {
        cr_assert_eq(voices[i].got, status, "process %d: %d", i,
                     (int)voices[i].got);
        cr_assert_str_eq(voices[i].e.text, text, "process %d", i);
        cr_assert_eq(voices[i].e.is_shared, status != OK);
    }
}

/* "rank N on HOST: ..." */
static const char *of_rank(int rank, const char *text)
{
    static char line[400];
    char host[SYSTEM_NAME_BYTES];

    system_name(host);
    snprintf(line, sizeof line, "rank %d on %s: %s", rank, host, text);
    return line;
}

static void silence(void)
{
    for (int i = 0; i < PROCESSES; i++)
        voices[i] = (struct voice){0};
}

Test(accord, all_go_on)
{
    silence();
    check_texts(OK, "");
}

Test(accord, one_that_fails_is_named)
{
    silence();
    voices[1].own = ERR_NOINPUT;
    voices[1].text = "cannot open";
    check_texts(ERR_NOINPUT, of_rank(1, "place: error: cannot open\n"));
}

Test(accord, the_one_that_prints_speaks_for_all)
{
    silence();
    for (int i = 0; i < PROCESSES; i++)
        voices[i].own = i == 0 ? ERR_DATA : ERR_IO;
    for (int i = 0; i < PROCESSES; i++)
        voices[i].text = i == 0 ? "first" : "other";
    check_texts(ERR_DATA, "place: error: first\n");
}

/* The others know the status already, by exchange_agree. */
Test(accord, who_has_a_text_is_heard_first)
{
    silence();
    for (int i = 0; i < PROCESSES; i++)
        voices[i].own = ERR_IO;
    voices[2].text = "cannot read";
    check_texts(ERR_IO, of_rank(2, "place: error: cannot read\n"));
}

Test(accord, a_status_needs_no_text)
{
    silence();
    voices[2].own = ERR_PIPE;
    check_texts(ERR_PIPE, "");
}

static void end_twice(void *context, int64_t process, const struct exchange *x)
{
    struct voice *v = &voices[process];

    speak(context, process, x);
    v->got = accord_status(x, v->got, &v->e);
}

Test(accord, what_all_know_is_told_once)
{
    silence();
    voices[1].own = ERR_CONFIG;
    voices[1].text = "no";
    hall_run(PROCESSES, 1, end_twice, NULL);
    for (int i = 0; i < PROCESSES; i++) {
        cr_assert_eq(voices[i].got, ERR_CONFIG);
        cr_assert_str_eq(voices[i].e.text, of_rank(1, "place: error: no\n"));
    }
}

static void compare(void *context, int64_t process, const struct exchange *x)
{
    struct voice *v = &voices[process];
    const struct accord_fact *fact = context;
    struct accord_fact own = *fact;

    own.value = v->value;
    v->got = accord_on(x, &own, &v->e);
}

static void check_fact(bool is_shown, enum status status, const char *ending)
{
    struct accord_fact fact = {ERR_DATA, "reads other data than", "", is_shown};
    char host[SYSTEM_NAME_BYTES], line[400] = "";

    hall_run(PROCESSES, 1, compare, &fact);
    system_name(host);
    if (status != OK)
        snprintf(line, sizeof line,
                 "rank 2 on %s: error: reads other data than rank 0 on %s%s\n",
                 host, host, ending);
    for (int i = 0; i < PROCESSES; i++) {
        cr_assert_eq(voices[i].got, status);
        cr_assert_str_eq(voices[i].e.text, line);
        voices[i].e = (struct err){0};
    }
}

Test(accord, the_first_that_differs_is_named)
{
    silence();
    for (int i = 0; i < PROCESSES; i++)
        voices[i].value = "a";
    check_fact(true, OK, "");
    voices[2].value = "b";
    check_fact(true, ERR_DATA, ": 'b', not 'a'");
    check_fact(false, ERR_DATA, "");
}

static void compare_weights(void *context, int64_t process,
                            const struct exchange *x)
{
    struct voice *v = &voices[process];
    real weights[5] = {1, 2, 3, 4, 5};

    /* One bit. */
    if (context && process == 1)
        ((unsigned char *)weights)[2] ^= 1;
    v->got = accord_on_weights(x, weights, ARRAY_LEN(weights), 7, &v->e);
}

Test(accord, a_bit_of_a_weight_ends_the_run)
{
    bool one = true;

    silence();
    hall_run(PROCESSES, 1, compare_weights, NULL);
    for (int i = 0; i < PROCESSES; i++)
        cr_assert_eq(voices[i].got, OK);
    hall_run(PROCESSES, 1, compare_weights, &one);
    for (int i = 0; i < PROCESSES; i++) {
        cr_assert_eq(voices[i].got, ERR_INTERNAL);
        cr_assert(strstr(voices[i].e.text, "rank 1 on "));
        cr_assert(strstr(voices[i].e.text, "after epoch 7 has other weights"));
    }
}

static void fetch(void *context, int64_t process, const struct exchange *x)
{
    struct voice *v = &voices[process];
    const char *text = context;
    struct bytes bytes = {0};

    if (process == 0) {
        bytes.length = strlen(text);
        bytes.at = mem_take(bytes.length + 1, 1);
        memcpy(bytes.at, text, bytes.length);
    }
    v->got = accord_bytes(x, v->own, &bytes, &v->e);
    if (v->got == OK) {
        cr_assert_eq(bytes.length, strlen(text));
        cr_assert_arr_eq(bytes.at, text, bytes.length + 1);
    }
    mem_free(bytes.at);
}

Test(accord, bytes_reach_all)
{
    static char text[] = "layers:\n", none[] = "";

    silence();
    hall_run(PROCESSES, 1, fetch, text);
    hall_run(PROCESSES, 1, fetch, none);
    for (int i = 0; i < PROCESSES; i++)
        cr_assert_eq(voices[i].got, OK);
    voices[1].own = ERR_IO;
    hall_run(PROCESSES, 1, fetch, text);
    for (int i = 0; i < PROCESSES; i++)
        cr_assert_eq(voices[i].got, ERR_IO);
}
