/*
 * safetensors.c - files of tensors: what is read can be written, and then holds
 * the same.
 */
#include "store/safetensors.h"

#include <string.h>

#include "fuzz/fuzz.h"

static void write_again(const char *path, const struct stored *s)
{
    struct err e = {0};
    struct arena arena = {0};
    struct stored_text *texts =
        arena_take(&arena, (size_t)s->text_count, sizeof *texts);
    int64_t count = 0;

    for (int64_t i = 0; i < s->text_count; i++)
        if (!store_adds(s->texts[i].key))
            texts[count++] = s->texts[i];
    const struct stored_content c = {texts, count, s->tensors, s->tensor_count};
    const enum status status = store_write(path, &c, &e);
    fuzz_require(fuzz_outcome(status, &e), "what was read can be written");
    arena_free(&arena);
}

static void require_same(const struct stored *a, const struct stored *b)
{
    fuzz_require(a->tensor_count == b->tensor_count, "as many tensors");
    for (int64_t i = 0; i < a->tensor_count; i++) {
        const struct stored_tensor *x = &a->tensors[i], *y = &b->tensors[i];
        fuzz_require(
            strcmp(x->name, y->name) == 0 && shape_equal(x->shape, y->shape) &&
                memcmp(x->data, y->data,
                       (size_t)shape_count(x->shape) * sizeof *x->data) == 0,
            "the same tensors");
    }
    for (int64_t i = 0; i < a->text_count; i++) {
        const char *text = stored_text_of(b, a->texts[i].key);
        fuzz_require(store_adds(a->texts[i].key) ||
                         (text && strcmp(text, a->texts[i].value) == 0),
                     "the same metadata");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct err e = {0};
    struct stored first, second;

    const char *path = fuzz_file(0, bytes, length);
    store_looks_like(path);
    if (!fuzz_outcome(store_read(path, &first, &e), &e))
        return 0;
    const char *copy = fuzz_output("copy");
    write_again(copy, &first);
    fuzz_require(fuzz_outcome(store_read(copy, &second, &e), &e),
                 "what was written can be read");
    require_same(&first, &second);
    store_free(&first);
    store_free(&second);
    return 0;
}
