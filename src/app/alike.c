/*
 * alike.c - texts and digests that processes compare.
 */
#include "app/alike.h"

#include <string.h>
#include <unistd.h>

#include "app/model.h"
#include "base/num.h"
#include "codec/digest.h"
#include "train/accord.h"

/* A model file is read whole. */
static const size_t most_bytes = (size_t)1 << 40;

enum status alike_file(const struct exchange *x, enum status own,
                       struct alike_file *f, bool *there, struct err *e)
{
    struct bytes content = {0};
    enum status s = own;

    if (x->processes == 1)
        return own;
    if (s == OK && exchange_leads(x) && *there)
        s = file_read_all(f->path, most_bytes, &content, e);
    s = accord_bytes(x, s, &content, e);
    if (s == OK && !exchange_leads(x)) {
        *there = content.length > 0;
        s = file_of_bytes(&content, &f->fd, &f->view, e);
        f->path = f->view.path;
    }
    mem_free(content.at);
    return accord_status(x, s, e);
}

void alike_file_close(struct alike_file *f)
{
    if (f->fd >= 0)
        close(f->fd);
    f->fd = -1;
}

static enum status check_slices(const struct exchange *x,
                                const struct experiment *document,
                                struct err *e)
{
    const int64_t batch = document->train.batch_size;
    const int64_t asked = document->engine.slices;
    const int64_t slices = num_ceil_div(batch, num_ceil_div(batch, asked));

    return slices >= x->processes
               ? OK
               : err_add(e, ERR_CONFIG, document->tree.name,
                         "engine.slices: %lld makes %lld slice%s of a batch, "
                         "too few for %lld processes, each of which needs one",
                         (long long)asked, (long long)slices,
                         slices == 1 ? "" : "s", (long long)x->processes);
}

enum status alike_documents(const struct exchange *x,
                            const struct experiment *document, struct err *e)
{
    const struct accord_fact fact = {
        .status = ERR_CONFIG, .otherwise = "has another configuration than"};
    struct text text = {0};

    if (x->processes == 1)
        return OK;
    experiment_print(&text, document, LAYERS_WRITTEN_OUT);
    enum status s =
        text.failed ? err_memory(e, "comparing configurations") : OK;
    s = accord_status(x, s, e);
    if (s == OK)
        s = accord_on_text(x, fact, text_string(&text), text.length, e);
    text_free(&text);
    return s == OK && document->has_train ? check_slices(x, document, e) : s;
}

static void hash_reals(struct sha256 *into, const real *at, int64_t count)
{
    if (at)
        sha256_add(into, at, (size_t)count * sizeof *at);
}

/* Of weights, slots, averages and where in the run they stand. */
static void digest_state(const struct graph *g, const struct train_state *s,
                         char hex[SHA256_HEX_BYTES])
{
    struct sha256 hash;

    sha256_begin(&hash);
    hash_reals(&hash, s->params, g->weight_size);
    if (s->best_epoch > 0)
        hash_reals(&hash, s->best_params, g->weight_size);
    for (int i = 0; i < UPDATE_MAX_SLOTS; i++)
        hash_reals(&hash, s->slots[i], g->param_size);
    hash_reals(&hash, s->average.sums, g->param_size);
    sha256_add_int(&hash, s->epoch);
    sha256_add_int(&hash, s->position.batches);
    sha256_add_int(&hash, s->update_count);
    sha256_end(&hash, hex);
}

enum status alike_runs(const struct exchange *x, enum status own,
                       const struct alike_run *run, struct err *e)
{
    char state[SHA256_HEX_BYTES];
    enum status s = accord_status(x, own, e);

    if (s != OK || x->processes == 1)
        return s;
    const struct kernels_name kernels = model_kernels(&run->x->graph);
    digest_state(&run->x->graph, run->state, state);
    const struct accord_fact facts[] = {
        {ERR_DATA, "reads other data than", run->samples->fingerprint, false},
        {ERR_MEMORY, "computes by other kernels than", kernels.text, true},
        {ERR_DATA, "starts from other weights than", state, false},
    };
    for (size_t i = 0; s == OK && i < ARRAY_LEN(facts); i++)
        s = accord_on(x, &facts[i], e);
    return s;
}
