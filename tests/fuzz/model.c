/*
 * model.c - model files: one that is read can be written, and then has the same
 * bytes the second time.
 *
 * Checksums would stop almost every input, so the target takes a file of
 * tensors without them, gives it the right ones and our format's name, and
 * reads that.
 */
#include "app/model.h"

#include <string.h>

#include "fuzz/fuzz.h"
#include "train/counters.h"

/* Nothing that a file says may cost more than this. */
enum { PARAMS_MAX = 1 << 22 };

static bool is_ours(const struct stored_text *t)
{
    return strcmp(t->key, "crc32") == 0 ||
           strcmp(t->key, "header_crc32") == 0 || strcmp(t->key, "format") == 0;
}

/* The same content under our name; false when `bytes` are no tensors. */
static bool seal(const uint8_t *bytes, size_t length, const char *path)
{
    struct err e = {0};
    struct stored s;

    if (store_read(fuzz_file(0, bytes, length), &s, &e) != OK)
        return false;
    struct stored_text *texts =
        arena_take(&s.arena, (size_t)s.text_count + 1, sizeof *texts);
    int64_t count = 0;
    for (int64_t i = 0; i < s.text_count; i++)
        if (!is_ours(&s.texts[i]))
            texts[count++] = s.texts[i];
    texts[count++] = (struct stored_text){"format", "cnnctl"};
    const struct stored_content c = {texts, count, s.tensors, s.tensor_count};
    fuzz_require(store_write(path, &c, &e) == OK,
                 "what was read can be written");
    store_free(&s);
    return true;
}

static void write_again(const struct model *m, const char *path)
{
    struct err e = {0};
    struct pool *pool;
    double difference;

    fuzz_require(pool_new(&pool, 1, &e) == OK, "a pool of one");
    const struct data_facts data = model_facts_of(m);
    const struct model_facts facts = {&data, m->fingerprint, NULL, pool};
    fuzz_outcome(model_replay(m, path, pool, &difference, &e), &e);
    e = (struct err){0};
    /* One that was stripped is no state of training: it stays as it is. */
    const enum status s =
        stored_text_of(&m->stored, counters_position)
            ? model_write(path, &m->experiment, &m->state, &facts, &e)
            : model_write_stripped(path, m, &e);
    fuzz_require(fuzz_outcome(s, &e), "a model can be written");
    pool_free(pool);
}

static struct bytes content_of(const char *path)
{
    struct bytes b = {0};
    struct err e = {0};

    fuzz_require(file_read_all(path, (size_t)1 << 30, &b, &e) == OK,
                 "a file that was written can be read");
    return b;
}

/* Reads, writes and leaves the bytes in `out`; false when it is refused. */
static bool renew(const char *path, struct bytes *out)
{
    struct err e = {0};
    struct model m;
    const bool good = fuzz_outcome(model_read(&m, path, NULL, &e), &e);

    if (good && m.experiment.graph.param_size < PARAMS_MAX) {
        write_again(&m, path);
        *out = content_of(path);
    }
    model_free(&m);
    return good;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    const char *path = fuzz_output("model");
    struct bytes once = {0}, twice = {0};

    if (seal(bytes, length, path) && renew(path, &once) && once.at) {
        fuzz_require(renew(path, &twice), "a model that was written is one");
        fuzz_require(once.length == twice.length &&
                         memcmp(once.at, twice.at, once.length) == 0,
                     "a model that was written is written again as itself");
    }
    mem_free(once.at);
    mem_free(twice.at);
    return 0;
}
