/*
 * json.c - JSON documents: what is read can be written and read again.
 */
#include "codec/json.h"

#include <string.h>

#include "base/text.h"
#include "fuzz/fuzz.h"

static void copy_value(struct json_writer *w, const char *key,
                       const struct json *v);

static enum status copy_member(void *context, const char *key,
                               const struct json *value, struct err *e)
{
    (void)e;
    copy_value(context, key, value);
    return OK;
}

static void copy_members(struct json_writer *w, const char *key,
                         const struct json *v)
{
    struct err e = {0};

    json_is_map(v) ? json_begin_map(w, key) : json_begin_list(w, key);
    if (json_is_map(v))
        fuzz_require(json_each(v, copy_member, w, &e) == OK, "a map ends");
    for (int64_t i = 0; !json_is_map(v) && i < json_count(v); i++)
        copy_value(w, NULL, json_entry(v, i));
    json_end(w);
}

/* Deeper levels than a writer can hold become null. */
static void copy_value(struct json_writer *w, const char *key,
                       const struct json *v)
{
    int64_t integer;
    double real;

    if (json_count(v) >= 0 && w->depth < JSON_MAX_DEPTH)
        copy_members(w, key, v);
    else if (json_text_of(v))
        json_put_text(w, key, json_text_of(v));
    else if (json_int_of(v, &integer))
        json_put_int(w, key, integer);
    else if (json_real_of(v, &real))
        json_put_real(w, key, real);
    else
        json_put_null(w, key);
}

/* The document written by us; NULL in `at` when it is refused. */
static struct text copy_document(const void *bytes, size_t length)
{
    struct err e = {0};
    struct json *root;
    struct text out = {0};
    struct json_writer w = {0};

    if (fuzz_outcome(json_parse(bytes, length, "fuzz", &root, &e), &e)) {
        copy_value(&w, NULL, root);
        json_finish(&w, JSON_SORTED, &out);
        fuzz_require(!out.failed, "what was read can be written");
        json_free(root);
    }
    return out;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct text once = copy_document(bytes, length), twice = {0};

    if (once.at) {
        twice = copy_document(once.at, once.length);
        fuzz_require(twice.at && strcmp(once.at, twice.at) == 0,
                     "what was written reads back as itself");
    }
    text_free(&once);
    text_free(&twice);
    return 0;
}
