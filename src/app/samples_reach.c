/*
 * samples_reach.c - the fingerprint of what is trained on and, in the same
 * pass, how far its numbers reach; whether others reach as far.
 */
#include "app/samples.h"
#include "base/system.h"

/* Of some samples of a set all of whose reaches are known; `room` [count]. */
static struct reach reach_in(const struct subset *p, const float *of,
                             float *room)
{
    for (int64_t i = 0; i < p->count; i++)
        room[i] = of[p->ids[i]];
    return reach_of(room, p->count);
}

static const char *name_of(const struct source *source)
{
    return source->origin.key ? source->origin.key : source->origin.file;
}

static void compare(struct samples *s, const struct source *source,
                    struct reach these, struct reach trained)
{
    if (!reach_apart(these, trained))
        return;
    reach_tell(&s->warnings, name_of(source), these, trained);
    text_puts(&s->warnings, "\n");
}

/* The training source without the test part, as all constants. */
static void note_reach(struct samples *s, const struct experiment *x,
                       const float *train, const float *valid, float *room)
{
    const int64_t count = s->train_part.count;
    const bool one = !x->valid_source.kind;

    for (int64_t i = 0; i < count; i++)
        room[i] = train[s->train_part.ids[i]];
    for (int64_t i = 0; one && i < s->valid_part.count; i++)
        room[count + i] = train[s->valid_part.ids[i]];
    s->facts.reach = reach_of(room, count + (one ? s->valid_part.count : 0));
    if (!one)
        compare(s, &x->valid_source, reach_in(&s->valid_part, valid, room),
                s->facts.reach);
}

/* Images that are not held are decoded for it. */
static enum status add_fingerprint(struct dataset *d, const struct source *from,
                                   const struct experiment *x,
                                   struct sha256 *digest, float *reach,
                                   struct err *e)
{
    const double begun = clock_seconds();
    const enum status s = dataset_digest(d, x->graph.in, digest, reach, e);

    if (d->apart && from->kind->pictures)
        d->decoding = (struct decoding){d->count, clock_seconds() - begun};
    return s;
}

enum status samples_fingerprint(struct samples *s, const struct experiment *x,
                                struct err *e)
{
    const size_t counts[] = {(size_t)s->train.count, (size_t)s->valid.count};
    float *train = mem_take(counts[0], sizeof *train);
    float *valid = mem_take(counts[1], sizeof *valid);
    float *room = mem_take(counts[0] + counts[1], sizeof *room);
    struct sha256 digest;
    enum status status =
        train && valid && room ? OK : err_memory(e, "preparing the samples");

    sha256_begin(&digest);
    if (status == OK)
        status =
            add_fingerprint(&s->train, &x->train_source, x, &digest, train, e);
    if (status == OK && s->valid.count > 0)
        status =
            add_fingerprint(&s->valid, &x->valid_source, x, &digest, valid, e);
    sha256_end(&digest, s->fingerprint);
    if (status == OK)
        note_reach(s, x, train, valid, room);
    mem_free(train);
    mem_free(valid);
    mem_free(room);
    return status == OK && s->warnings.failed
               ? err_memory(e, "preparing the samples")
               : status;
}

enum status samples_compare_reach(struct samples *s,
                                  const struct source *source,
                                  const struct model *m, struct err *e)
{
    struct reach these;
    enum status status = reach_of_first(&s->part, &these, e);

    /* What would be odd for training is of no concern here. */
    text_free(&s->warnings);
    if (status == OK)
        compare(s, source, these, m->reach);
    return status == OK && s->warnings.failed
               ? err_memory(e, "preparing the samples")
               : status;
}
