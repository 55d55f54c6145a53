/*
 * suspicions.c - what silently ruins a run.
 */
#include "app/suspicions.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/named.h"
#include "base/num.h"
#include "data/trace.h"

enum { PARTS = 3, RANGE_RATIO = 10 };

struct part {
    const char *name;
    const struct subset *of;
};

/* A sample on its way to its doubles. */
struct place {
    const struct trace *trace;
    int64_t id;
    int part;
};

struct search {
    struct part parts[PARTS];
    int part_count;
    struct place *places; /* of all parts, sorted: equal ones side by side */
    int64_t place_count;
    int64_t *found; /* samples of what is being looked for */
    size_t found_room, room;
    int64_t found_count;
    struct suspicion *at;
    int64_t count;
    struct arena *arena;
    bool failed; /* memory ran short */
};

static void take(struct search *s, int64_t id)
{
    if (!mem_grow(&s->found, &s->found_room, (size_t)s->found_count + 1,
                  sizeof *s->found))
        s->failed = true;
    else
        s->found[s->found_count++] = id;
}

/* What was found becomes a suspicion, which takes the message over. */
static void suspect(struct search *s, const char *kind, const char *part,
                    struct text *message)
{
    int64_t *samples =
        arena_take(s->arena, (size_t)s->found_count, sizeof *samples);

    if (!samples ||
        !mem_grow(&s->at, &s->room, (size_t)s->count + 1, sizeof *s->at)) {
        s->failed = true;
        text_free(message);
        return;
    }
    if (s->found_count > 0)
        memcpy(samples, s->found, (size_t)s->found_count * sizeof *samples);
    s->at[s->count++] = (struct suspicion){kind, part, samples, s->found_count,
                                           arena_text(s->arena, message)};
    s->found_count = 0;
}

/* "3 samples VERB", with a plural of the verb. */
static void put_samples(struct text *out, int64_t count, const char *one,
                        const char *many)
{
    text_printf(out, "%lld sample%s", (long long)count,
                count == 1 ? one : many);
}

static const struct trace *trace_at(const struct subset *p, int64_t i)
{
    return &p->set->traces[p->ids[i]];
}

static int by_digest(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    const int order =
        memcmp(x->trace->digest, y->trace->digest, sizeof x->trace->digest);

    if (order != 0 || x->part != y->part)
        return order != 0 ? order : x->part - y->part;
    return (x->id > y->id) - (x->id < y->id);
}

static void sort_places(struct search *s)
{
    int64_t count = 0;

    for (int p = 0; p < s->part_count; p++)
        count += s->parts[p].of->count;
    s->places = mem_take((size_t)count, sizeof *s->places);
    s->failed = s->failed || !s->places;
    for (int p = 0; !s->failed && p < s->part_count; p++)
        for (int64_t i = 0; i < s->parts[p].of->count; i++)
            s->places[s->place_count++] = (struct place){
                trace_at(s->parts[p].of, i), s->parts[p].of->ids[i], p};
    if (!s->failed)
        qsort(s->places, (size_t)count, sizeof *s->places, by_digest);
}

static int32_t label_of(const struct search *s, const struct place *p)
{
    const int32_t *labels = s->parts[p->part].of->set->labels;

    return labels ? labels[p->id] : 0;
}

static bool is_same(const struct place *a, const struct place *b)
{
    return memcmp(a->trace->digest, b->trace->digest,
                  sizeof a->trace->digest) == 0;
}

/* The samples of part `q` that stand in part `p` too, before them if it is the
 * same.  Returns how many of them have another label there. */
static int64_t find_doubles(struct search *s, int p, int q)
{
    const struct place *first = NULL; /* of p among those that are equal */
    int64_t other = 0;

    for (int64_t i = 0; i < s->place_count; i++) {
        const struct place *at = &s->places[i];
        if (i > 0 && !is_same(at, at - 1))
            first = NULL;
        if (first && at->part == q) {
            take(s, at->id);
            other += label_of(s, at) != label_of(s, first);
        } else if (!first && at->part == p) {
            first = at;
        }
    }
    return other;
}

static int by_number(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

static void look_for_doubles(struct search *s, int p, int q)
{
    const int64_t other = find_doubles(s, p, q);
    struct text t = {0};

    if (s->found_count == 0)
        return;
    qsort(s->found, (size_t)s->found_count, sizeof *s->found, by_number);
    if (p == q)
        put_samples(&t, s->found_count, " stands there before",
                    "s stand there before");
    else
        put_samples(&t, s->found_count, " is", "s are");
    if (p != q)
        text_printf(&t, " in %s too", s->parts[p].name);
    if (other > 0)
        text_printf(&t, ", %lld with another label", (long long)other);
    suspect(s, p == q ? "duplicate" : "duplicate_across", s->parts[q].name, &t);
}

/* Parts of one set. */
static bool is_of(const struct search *s, int part, const struct dataset *d)
{
    return s->parts[part].of->set == d;
}

/* Has sample `id` class or label `k`? */
static bool has(const struct dataset *d, int64_t id, int64_t k)
{
    return d->labels ? d->labels[id] == k
                     : d->targets[id * d->target.width + k] > 0;
}

static void look_for_class(struct search *s, const struct dataset *d, int64_t k,
                           const char *name)
{
    struct text t = {0};

    for (int p = 0; p < s->part_count; p++)
        for (int64_t i = 0; is_of(s, p, d) && i < s->parts[p].of->count; i++)
            if (has(d, s->parts[p].of->ids[i], k))
                take(s, s->parts[p].of->ids[i]);
    text_printf(&t, "%s '", d->labels ? "class" : "label");
    text_shown(&t, name);
    text_printf(&t, "' has %s", s->found_count == 0 ? "no sample" : "");
    if (s->found_count > 0)
        put_samples(&t, s->found_count, "", "s");
    suspect(s, "rare_class", s->parts[0].name, &t);
}

/* Classes of fewer than two samples; counts [width] of all of them. */
static void look_for_rare(struct search *s)
{
    const struct dataset *d = s->parts[0].of->set;
    const int64_t width =
        d->labels || dataset_has_labels(d) ? d->target.width : 0;
    int64_t *counts = mem_take((size_t)width, sizeof *counts);
    char room[TARGET_NAME_BYTES];

    s->failed = s->failed || !counts;
    for (int p = 0; !s->failed && p < s->part_count; p++)
        for (int64_t i = 0; is_of(s, p, d) && i < s->parts[p].of->count; i++) {
            const int64_t id = s->parts[p].of->ids[i];
            if (d->labels)
                counts[d->labels[id]]++;
            for (int64_t k = 0; !d->labels && k < width; k++)
                counts[k] += has(d, id, k);
        }
    for (int64_t k = 0; !s->failed && k < width; k++)
        if (counts[k] < 2)
            look_for_class(s, d, k,
                           d->labels ? d->target.names[k]
                                     : dataset_label_name(d, k, room));
    mem_free(counts);
}

static void look_for_constant(struct search *s, const struct part *p)
{
    struct text t = {0};

    for (int64_t i = 0; p->of->set->shape.axes > 1 && i < p->of->count; i++)
        if (trace_at(p->of, i)->constant)
            take(s, p->of->ids[i]);
    if (s->found_count == 0)
        return;
    put_samples(&t, s->found_count, " is one value all over",
                "s are one value all over");
    suspect(s, "constant", p->name, &t);
}

static double largest(const struct part *p)
{
    double most = 0;

    for (int64_t i = 0; i < p->of->count; i++)
        most = fmax(most, (double)trace_at(p->of, i)->most);
    return most;
}

static void compare_ranges(struct search *s, const struct part *first,
                           const struct part *p)
{
    const double a = largest(first), b = largest(p);
    struct text t = {0};

    if (first->of->count == 0 || p->of->count == 0 ||
        fmax(a, b) <= RANGE_RATIO * fmin(a, b))
        return;
    text_printf(&t,
                "its largest |x| is %g, that of %s %g: is one of them "
                "scaled?",
                b, first->name, a);
    suspect(s, "range", p->name, &t);
}

/* Of classes alone: where an image may have several labels, its path need not
 * name them all. */
static void look_for_named(struct search *s, const struct part *p)
{
    const struct dataset *d = p->of->set;
    const char *const *names = d->target.names;
    struct text t = {0};

    for (int64_t i = 0; d->paths && d->labels && i < p->of->count; i++) {
        const int64_t id = p->of->ids[i];
        if (named_otherwise(d->paths[id], names, d->target.width,
                            d->labels[id]) >= 0)
            take(s, id);
    }
    if (s->found_count == 0)
        return;
    put_samples(&t, s->found_count, "'s path names", "s' paths name");
    text_puts(&t, " another class than the label, '");
    text_shown(&t, d->paths[s->found[0]]);
    text_puts(&t, "' has '");
    text_shown(&t, names[d->labels[s->found[0]]]);
    text_puts(&t, "'");
    suspect(s, "label_path", p->name, &t);
}

static void add_part(struct search *s, const char *name,
                     const struct subset *of)
{
    if (of->set && of->count > 0)
        s->parts[s->part_count++] = (struct part){name, of};
}

static void look(struct search *s)
{
    sort_places(s);
    for (int q = 0; !s->failed && q < s->part_count; q++) {
        look_for_doubles(s, q, q);
        for (int p = 0; p < q; p++)
            look_for_doubles(s, p, q);
    }
    if (s->part_count > 0)
        look_for_rare(s);
    for (int p = 0; p < s->part_count; p++)
        look_for_constant(s, &s->parts[p]);
    for (int p = 0; p < s->part_count; p++)
        look_for_named(s, &s->parts[p]);
    for (int p = 1; p < s->part_count; p++)
        compare_ranges(s, &s->parts[0], &s->parts[p]);
}

enum status suspicions_of(const struct samples *s, struct arena *arena,
                          struct suspicions *out, struct err *e)
{
    struct search search = {.arena = arena};

    if (s->part.set) {
        add_part(&search, "all", &s->part);
    } else {
        add_part(&search, "train", &s->train_part);
        add_part(&search, "valid", &s->valid_part);
        add_part(&search, "test", &s->test_part);
    }
    look(&search);
    *out = (struct suspicions){
        arena_take(arena, (size_t)search.count, sizeof *out->at), search.count};
    if (out->at && search.count > 0)
        memcpy(out->at, search.at, (size_t)search.count * sizeof *out->at);
    mem_free(search.places);
    mem_free(search.found);
    mem_free(search.at);
    return search.failed || arena->failed ? err_memory(e, "checking the data")
                                          : OK;
}
