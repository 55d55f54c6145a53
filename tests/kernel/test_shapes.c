/* Layers that move cells about against their definitions, cell by cell. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "base/num.h"
#include "layer/config.h"
#include "support/trial.h"

enum { CASES = 200, AXES = 3, PADDED = -1 };

/* An output cell: the input cell that it holds, or PADDED. */
typedef int64_t source_fn(const void *config, const int64_t in[AXES],
                          const int64_t at[AXES]);

static int64_t draw(uint64_t *state, int64_t from, int64_t to)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return from + (int64_t)((*state >> 33) % (uint64_t)(to - from + 1));
}

/* y and dx by the map of cells; `value` stands in padding. */
static void compare(struct trial *t, const void *config,
                    const int64_t out[AXES], source_fn *source, double value)
{
    const int64_t in = t->in_count / t->batch, count = t->out_count / t->batch;
    double dx[4096] = {0};

    cr_assert_eq(count, out[0] * out[1] * out[2]);
    cr_assert(t->in_count <= (int64_t)ARRAY_LEN(dx));
    for (int64_t i = 0; i < t->out_count; i++) {
        const int64_t cell = i % count;
        const int64_t at[AXES] = {cell / (out[1] * out[2]),
                                  cell / out[2] % out[1], cell % out[2]};
        const int64_t from = source(config, t->in[0].dim, at);
        const int64_t x = i / count * in + from;
        cr_assert_eq((double)t->y[i], from == PADDED ? value : (double)t->x[x],
                     "%s: y[%d]", t->layer.name, (int)i);
        if (from != PADDED)
            dx[x] += (double)t->dy[i];
    }
    for (int64_t i = 0; i < t->in_count; i++)
        cr_assert(fabs((double)t->dx[i] - dx[i]) <= 32 * REAL_EPSILON,
                  "%s: dx[%d]: got %g want %g", t->layer.name, (int)i,
                  (double)t->dx[i], dx[i]);
}

static void check(const char *type, const void *config, struct shape in,
                  int64_t batch, const int64_t out[AXES], source_fn *source,
                  double value)
{
    struct trial t;

    cr_assert_eq(trial_open(&t, type, config, in, batch), OK, "%s",
                 t.layer.spec.why);
    trial_fill(&t, 3);
    trial_forward(&t, true);
    trial_backward(&t, true);
    compare(&t, config, out, source, value);
    trial_close(&t);
}

static struct shape draw_image(uint64_t *state)
{
    return SHAPE(draw(state, 1, 4), draw(state, 1, 7), draw(state, 1, 9));
}

static int64_t index_of(const int64_t in[AXES], const int64_t at[AXES])
{
    return (at[0] * in[1] + at[1]) * in[2] + at[2];
}

/* One axis of padding by NumPy's words. */
static int64_t unpad(const char *mode, int64_t extent, int64_t i)
{
    if (i >= 0 && i < extent)
        return i;
    if (strcmp(mode, "edge") == 0)
        return i < 0 ? 0 : extent - 1;
    if (strcmp(mode, "reflect") == 0)
        return i < 0 ? -i : 2 * (extent - 1) - i;
    return PADDED;
}

static int64_t pad_source(const void *config, const int64_t in[AXES],
                          const int64_t at[AXES])
{
    const struct pad_config *c = config;
    int64_t from[AXES];

    for (int64_t a = 0; a < AXES; a++) {
        const struct pair width = c->width.at[a];
        from[a] = unpad(c->mode, in[a], at[a] - width.y);
        if (from[a] == PADDED)
            return PADDED;
    }
    return index_of(in, from);
}

Test(shapes, pad)
{
    static const char *const modes[] = {"constant", "edge", "reflect"};

    for (uint64_t seed = 0; seed < CASES; seed++) {
        uint64_t state = seed;
        const struct shape in = draw_image(&state);
        const char *mode = modes[draw(&state, 0, 2)];
        struct pair width[AXES];
        int64_t out[AXES];
        for (int64_t a = 0; a < AXES; a++) {
            const int64_t most = mode[0] == 'r' ? in.dim[a] - 1 : 4;
            width[a] =
                (struct pair){draw(&state, 0, most), draw(&state, 0, most)};
            out[a] = in.dim[a] + width[a].y + width[a].x;
        }
        const struct pad_config c = {{width, AXES}, -0.25, 1, mode};
        check("pad", &c, in, draw(&state, 1, 3), out, pad_source, -0.25);
    }
}

static int64_t slice_source(const void *config, const int64_t in[AXES],
                            const int64_t at[AXES])
{
    const struct slice_config *c = config;
    int64_t from[AXES] = {at[0], at[1], at[2]};

    /* The test draws bounds that need no clipping. */
    from[c->axis - 1] =
        c->indices.at[0].value + at[c->axis - 1] * c->indices.at[2].value;
    return index_of(in, from);
}

Test(shapes, slice)
{
    for (uint64_t seed = 0; seed < CASES; seed++) {
        uint64_t state = seed;
        const struct shape in = draw_image(&state);
        const int64_t axis = draw(&state, 0, 2), extent = in.dim[axis];
        const int64_t first = draw(&state, 0, extent - 1);
        int64_t step = draw(&state, 1, 3), last = draw(&state, first, extent);
        int64_t out[AXES] = {in.dim[0], in.dim[1], in.dim[2]};
        last += last == first;
        out[axis] = (last - first + step - 1) / step;
        struct index indices[] = {
            {first, INDEX_NUMBER}, {last, INDEX_NUMBER}, {step, INDEX_NUMBER}};
        if (draw(&state, 0, 1)) { /* the same cells from behind */
            indices[0].value = first + (out[axis] - 1) * step;
            indices[1] = first == 0 ? (struct index){0}
                                    : (struct index){first - 1, INDEX_NUMBER};
            indices[2].value = -step;
        }
        const struct slice_config c = {{indices, 3, false}, axis + 1};
        check("slice", &c, in, draw(&state, 1, 3), out, slice_source, 0);
    }
}

static const char digits[][2] = {"0", "1", "2", "3"};

static int64_t shuffle_source(const void *config, const int64_t in[AXES],
                              const int64_t at[AXES])
{
    const struct dimshuffle_config *c = config;
    int64_t from[AXES] = {0};

    for (int64_t i = 0; i < AXES; i++)
        from[c->pattern.at[i + 1][0] - '1'] = at[i];
    return index_of(in, from);
}

Test(shapes, dimshuffle)
{
    for (uint64_t seed = 0; seed < CASES; seed++) {
        uint64_t state = seed;
        const struct shape in = draw_image(&state);
        const int64_t first = draw(&state, 0, 2), turn = draw(&state, 1, 2);
        const int64_t order[AXES] = {first, (first + turn) % 3,
                                     (first + 2 * turn) % 3};
        const char *pattern[AXES + 1] = {digits[0]};
        int64_t out[AXES];
        for (int64_t i = 0; i < AXES; i++) {
            pattern[i + 1] = digits[order[i] + 1];
            out[i] = in.dim[order[i]];
        }
        const struct dimshuffle_config c = {{pattern, AXES + 1}};
        check("dimshuffle", &c, in, draw(&state, 1, 3), out, shuffle_source, 0);
    }
}

static int64_t same_source(const void *config, const int64_t in[AXES],
                           const int64_t at[AXES])
{
    (void)config;
    (void)in;
    return at[2]; /* all in one */
}

Test(shapes, elements_keep_their_order)
{
    static const struct index flat[] = {{0, INDEX_BRACKETS},
                                        {-1, INDEX_NUMBER}};
    const struct flatten_config all = {2};
    const struct reshape_config rest = {{flat, 2, false}};

    for (uint64_t seed = 0; seed < 20; seed++) {
        uint64_t state = seed;
        const struct shape in = draw_image(&state);
        const int64_t out[AXES] = {1, 1, shape_count(in)};
        const int64_t batch = draw(&state, 1, 3);
        check("flatten", &all, in, batch, out, same_source, 0);
        check("reshape", &rest, in, batch, out, same_source, 0);
    }
}

/* What lies beyond the ends is cut off, as Python does. */
Test(shapes, slices_clip)
{
    static const struct {
        struct index at[3];
        int64_t first, count;
    } cases[] = {
        {{{-9, INDEX_NUMBER}, {9, INDEX_NUMBER}, {0}}, 0, 5},
        {{{-2, INDEX_NUMBER}, {0}, {0}}, 3, 2},
        {{{0}, {-1, INDEX_NUMBER}, {3, INDEX_NUMBER}}, 0, 2},
        {{{9, INDEX_NUMBER}, {0}, {-1, INDEX_NUMBER}}, 4, 5},
        {{{3, INDEX_NUMBER}, {-9, INDEX_NUMBER}, {-2, INDEX_NUMBER}}, 3, 2},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct slice_config c = {{cases[i].at, 3, false}, -1};
        struct trial t;
        cr_assert_eq(trial_open(&t, "slice", &c, SHAPE(5), 1), OK);
        trial_fill(&t, 1);
        trial_forward(&t, false);
        cr_assert_eq(t.out_count, cases[i].count, "case %zu", i);
        cr_assert_eq(t.y[0], t.x[cases[i].first], "case %zu", i);
        trial_close(&t);
    }
}
