/* Layers of several inputs against their definitions, cell by cell. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/num.h"
#include "layer/config.h"
#include "support/naive.h"
#include "support/trial.h"

enum { CASES = 300, MOST_AXES = 3 };

/* Three axes for every shape, missing ones of extent 1. */
struct cells {
    int64_t dim[MOST_AXES], first[MOST_AXES], used[MOST_AXES];
};

/* What is tried, and what the layer was given. */
struct merging {
    const char *type, *word;
    const char *crop[MOST_AXES + 1];
    double coeffs[TRIAL_MOST_INPUTS];
    struct elemwisesum_config sum;
    struct elemwisemerge_config merge;
    struct concat_config concat;
    struct shape in[TRIAL_MOST_INPUTS];
    struct cells cells[TRIAL_MOST_INPUTS];
    int64_t inputs, batch, axis; /* of a concatenation; -1 */
    uint64_t drawn;
    struct rng_key key;
};

static int64_t draw(struct merging *m, int64_t from, int64_t to)
{
    return from +
           (int64_t)((double)(to - from + 1) * rng_unit(m->key, m->drawn++));
}

static const void *config_of(struct merging *m)
{
    const struct text_list crops = {m->crop, m->in[0].axes + 1};

    m->sum = (struct elemwisesum_config){{m->coeffs, m->inputs}, crops};
    m->merge = (struct elemwisemerge_config){m->word, crops};
    m->concat = (struct concat_config){m->axis + 1, crops};
    if (strcmp(m->type, "concat") == 0)
        return &m->concat;
    return strcmp(m->type, "elemwisesum") == 0 ? (const void *)&m->sum
                                               : &m->merge;
}

/* One extent of an input where the base has `extent`. */
static int64_t vary(struct merging *m, int64_t axis, int64_t extent)
{
    if (axis == m->axis)
        return draw(m, 1, 5);
    if (m->crop[axis + 1])
        return extent + draw(m, 0, 4);
    return m->axis < 0 && draw(m, 0, 3) == 0 ? 1 : extent;
}

/* Which cells of each input are used, by the definition of cropping. */
static void crop(struct merging *m)
{
    for (int64_t a = 0; a < MOST_AXES; a++) {
        const char *word = a == m->axis ? NULL : m->crop[a + 1];
        int64_t least = INT64_MAX;
        for (int64_t k = 0; k < m->inputs; k++)
            if (a < m->in[k].axes)
                least = num_min(least, m->in[k].dim[a]);
        for (int64_t k = 0; k < m->inputs; k++) {
            struct cells *c = &m->cells[k];
            const bool has = a < m->in[k].axes;
            c->dim[a] = has ? m->in[k].dim[a] : 1;
            c->used[a] = word && has ? least : c->dim[a];
            const int64_t rest = c->dim[a] - c->used[a];
            c->first[a] = !word || strcmp(word, "lower") == 0 ? 0
                          : strcmp(word, "upper") == 0        ? rest
                                                              : rest / 2;
        }
    }
}

static struct merging make(const char *type, const char *word, uint64_t seed)
{
    static const char *const words[] = {NULL, NULL, "lower", "center", "upper"};
    struct merging m = {
        .type = type, .word = word, .key = rng_key(seed, type), .axis = -1};
    const bool joins = strcmp(type, "concat") == 0, large = seed % 50 == 0;
    const int64_t axes = joins ? 3 : draw(&m, 1, 3);
    int64_t base[MOST_AXES];

    m.inputs = draw(&m, 2, 4);
    m.batch = draw(&m, 1, 3);
    m.axis = joins ? draw(&m, 0, 2) : -1;
    for (int64_t a = 0; a < MOST_AXES; a++) {
        base[a] = large ? draw(&m, 1, 40) : draw(&m, 1, 6);
        m.crop[a + 1] = seed % 2 ? NULL : words[draw(&m, 0, 4)];
    }
    for (int64_t k = 0; k < m.inputs; k++) {
        m.coeffs[k] = (double)draw(&m, -2, 2);
        m.in[k].axes = k == 0 || joins ? axes : draw(&m, 1, axes);
        for (int64_t a = 0; a < m.in[k].axes; a++)
            m.in[k].dim[a] = vary(&m, a, base[a]);
    }
    if (axes < MOST_AXES) /* of no axis */
        memset(m.crop + axes + 1, 0,
               (MOST_AXES - (size_t)axes) * sizeof(char *));
    crop(&m);
    return m;
}

/* The index of the cell of sample n of input k that stands at `at`. */
static int64_t cell(const struct merging *m, int64_t k, int64_t n,
                    const int64_t at[MOST_AXES])
{
    const struct cells *c = &m->cells[k];
    int64_t i = n;

    for (int64_t a = 0; a < MOST_AXES; a++)
        i = i * c->dim[a] + c->first[a] + (c->used[a] == 1 ? 0 : at[a]);
    return i;
}

/* Fold x from the left; slope[k] = dy / dx[k]. */
static double fold(const struct merging *m, const double *x, double *slope)
{
    const char *word = m->word ? m->word : "sum";
    int64_t winner = 0;
    double y = 1;

    if (strcmp(word, "maximum") == 0 || strcmp(word, "minimum") == 0) {
        for (int64_t k = 1; k < m->inputs; k++)
            if (word[1] == 'a' ? x[k] > x[winner] : x[k] < x[winner])
                winner = k;
        for (int64_t k = 0; k < m->inputs; k++)
            slope[k] = k == winner;
        return x[winner];
    }
    if (strcmp(word, "mul") == 0) {
        for (int64_t k = 0; k < m->inputs; k++) {
            slope[k] = 1;
            y *= x[k];
            for (int64_t j = 0; j < m->inputs; j++)
                slope[k] *= j == k ? 1 : x[j];
        }
        return y;
    }
    y = 0;
    for (int64_t k = 0; k < m->inputs; k++) {
        slope[k] = strcmp(word, "sum") == 0            ? m->coeffs[k]
                   : k > 0 && strcmp(word, "sub") == 0 ? -1
                                                       : 1;
        y += slope[k] * x[k];
    }
    return y;
}

static void add(struct naive_sum *s, double term, double size)
{
    s->value += term;
    s->size += size;
    s->terms++;
}

/* The element `out` of the output, at sample n and `at`. */
static void walk_cell(const struct merging *m, const struct trial *t,
                      int64_t out, int64_t n, const int64_t at[MOST_AXES],
                      struct naive_sum *y, struct naive_sum *dx)
{
    double x[TRIAL_MOST_INPUTS], slope[TRIAL_MOST_INPUTS], size = 0;
    int64_t place[TRIAL_MOST_INPUTS], start = 0;

    for (int64_t k = 0; k < m->inputs; k++) {
        place[k] = start + cell(m, k, n, at);
        x[k] = (double)t->x[place[k]];
        start += m->batch * shape_count(m->in[k]);
    }
    const double value = fold(m, x, slope);
    for (int64_t k = 0; k < m->inputs; k++) {
        const double term = slope[k] * (double)t->dy[out];
        size += fabs(slope[k] * x[k]);
        add(&dx[place[k]], term, 3 * fabs(term));
    }
    add(&y[out], value, 3 * size);
}

/* The same of a concatenation: one input has the cell. */
static void walk_joined(const struct merging *m, const struct trial *t,
                        int64_t out, int64_t n, const int64_t at[MOST_AXES],
                        struct naive_sum *y, struct naive_sum *dx)
{
    int64_t here[MOST_AXES], start = 0, k = 0;

    memcpy(here, at, sizeof here);
    while (here[m->axis] >= m->cells[k].used[m->axis]) {
        here[m->axis] -= m->cells[k].used[m->axis];
        start += m->batch * shape_count(m->in[k++]);
    }
    const int64_t place = start + cell(m, k, n, here);
    add(&y[out], (double)t->x[place], 0);
    add(&dx[place], (double)t->dy[out], 0);
}

static void output_dims(const struct merging *m, int64_t dim[MOST_AXES])
{
    for (int64_t a = 0; a < MOST_AXES; a++) {
        dim[a] = a == m->axis ? 0 : 1;
        for (int64_t k = 0; k < m->inputs; k++)
            dim[a] = a == m->axis ? dim[a] + m->cells[k].used[a]
                                  : num_max(dim[a], m->cells[k].used[a]);
    }
}

/* Multiples of 1/4, so that inputs are often equal; no products of 0. */
static void coarsen(struct trial *t)
{
    for (int64_t i = 0; i < t->in_count; i++)
        t->x[i] = (real)(floor((double)t->x[i] * 4) / 4 + 0.125);
}

static void compare(struct merging *m, struct trial *t)
{
    struct naive_sum *y = mem_take((size_t)t->out_count, sizeof *y);
    struct naive_sum *dx = mem_take((size_t)t->in_count, sizeof *dx);
    int64_t dim[MOST_AXES], out = 0;

    cr_assert(y && dx);
    output_dims(m, dim);
    cr_assert_eq(t->out_count, m->batch * dim[0] * dim[1] * dim[2]);
    for (int64_t n = 0; n < m->batch; n++)
        for (int64_t i = 0; i < dim[0] * dim[1] * dim[2]; i++, out++) {
            const int64_t at[MOST_AXES] = {i / (dim[1] * dim[2]),
                                           i / dim[2] % dim[1], i % dim[2]};
            (m->axis < 0 ? walk_cell : walk_joined)(m, t, out, n, at, y, dx);
        }
    naive_check(m->type, t->y, y, t->out_count);
    naive_check(m->type, t->dx, dx, t->in_count);
    mem_free(y);
    mem_free(dx);
}

static void check(const char *type, const char *word)
{
    for (uint64_t seed = 0; seed < CASES; seed++) {
        struct merging m = make(type, word, seed);
        const struct trial_setup setup = {type,     config_of(&m), m.in,
                                          m.inputs, m.batch,       NULL};
        struct trial t;
        cr_assert_eq(trial_set_up(&t, &setup), OK, "%s %d: %s", type, (int)seed,
                     t.layer.spec.why);
        trial_fill(&t, seed);
        coarsen(&t);
        trial_forward(&t, true);
        trial_backward(&t, true);
        compare(&m, &t);
        trial_close(&t);
    }
}

Test(merge, by_definition)
{
    static const char *const words[] = {"mul", "add", "sub", "maximum",
                                        "minimum"};

    check("elemwisesum", NULL);
    check("concat", NULL);
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        check("elemwisemerge", words[i]);
}

/* Nobody wants the gradient of the second input. */
Test(merge, gradients_of_some_inputs)
{
    static const char *const types[] = {"elemwisesum", "concat"};

    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        struct merging m = make(types[i], NULL, 1);
        const struct trial_setup setup = {types[i], config_of(&m), m.in,
                                          m.inputs, m.batch,       NULL};
        struct trial t;
        cr_assert_eq(trial_set_up(&t, &setup), OK);
        trial_fill(&t, 1);
        trial_forward(&t, true);
        trial_backward(&t, false);
        for (int64_t k = 0; k < t.in_count; k++)
            cr_assert(isnan(t.dx[k]));
        trial_close(&t);
    }
}

Test(merge, nan_travels)
{
    static const char *const words[] = {"mul", "add", "sub", "maximum",
                                        "minimum"};
    const struct shape in[] = {SHAPE(3), SHAPE(3), SHAPE(3)};

    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        const struct elemwisemerge_config c = {.merge_function = words[i]};
        const struct trial_setup setup = {"elemwisemerge", &c, in, 3, 1, NULL};
        struct trial t;
        cr_assert_eq(trial_set_up(&t, &setup), OK);
        trial_fill(&t, 1);
        t.x[0] = t.x[4] = t.x[8] = (real)NAN; /* of each input another */
        trial_forward(&t, false);
        for (int64_t k = 0; k < 3; k++)
            cr_assert(isnan(t.y[k]), "%s %d", words[i], (int)k);
        trial_close(&t);
    }
}
