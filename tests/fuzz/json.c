/*
 * json.c - JSON documents: what is read can be written and read again.
 */
#include "codec/json.h"

#include <string.h>

#include "base/text.h"
#include "fuzz/fuzz.h"

/* Maps in lists become null: no scan leads to them. */
static void copy_tree(struct json_writer *w, const char *key,
                      const struct json *v)
{
    int64_t integer;
    double real;

    if (json_count(v) >= 0 && !json_is_map(v) && w->depth < JSON_MAX_DEPTH) {
        json_begin_list(w, key);
        for (int64_t i = 0; i < json_count(v); i++)
            copy_tree(w, NULL, json_entry(v, i));
        json_end(w);
    } else if (json_text_of(v)) {
        json_put_text(w, key, json_text_of(v));
    } else if (json_int_of(v, &integer)) {
        json_put_int(w, key, integer);
    } else if (json_real_of(v, &real)) {
        json_put_real(w, key, real);
    } else {
        json_put_null(w, key);
    }
}

/* What a parser has accepted as a whole, a scan cuts into parts that it accepts
 * too.  Deeper levels than a writer can hold become null. */
static enum status copy_slice(void *context, const char *key,
                              const struct json_slice *text, struct err *e)
{
    struct json_writer *w = context;
    struct json *v;
    int64_t count;

    fuzz_require(json_parse_slice(text, "fuzz", &v, e) == OK, "a part is read");
    if (json_is_map(v) && w->depth < JSON_MAX_DEPTH) {
        json_begin_map(w, key);
        fuzz_require(json_scan(text, "fuzz", copy_slice, w, &count, e) == OK &&
                         count == json_count(v),
                     "a map has the members that it has");
        json_end(w);
    } else {
        copy_tree(w, key, v);
    }
    json_free(v);
    return OK;
}

/* The document written by us; NULL in `at` when it is refused. */
static struct text copy_document(const void *bytes, size_t length)
{
    const struct json_slice whole = {bytes, length, 0};
    struct err e = {0};
    struct json *root;
    struct text out = {0};
    struct json_writer w = {0};

    if (fuzz_outcome(json_parse_slice(&whole, "fuzz", &root, &e), &e)) {
        json_free(root);
        (void)copy_slice(&w, NULL, &whole, &e);
        json_finish(&w, JSON_SORTED, &out);
        fuzz_require(!out.failed, "what was read can be written");
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
