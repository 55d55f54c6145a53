/*
 * axes.h - the axes that a layer names of its input, and how the elements of a
 * sample meet numbers that extend along some of its axes only.
 *
 * Documents count axes with the batch: 0 is the batch, 1 the first of a sample
 * (channels or features), negative ones count from the end.  Here shapes leave
 * the batch out, so axis a is dim[a - 1].
 *
 * Private to layer/.
 */
#pragma once

#include "layer/layer.h"

enum { AXES_MOST = 1 + SHAPE_MAX_AXES };

/* Which axes are named; [0] is the batch. */
struct axes {
    bool has[AXES_MOST];
};

/* axes_place - where axis `axis` of a document lies, the batch being 0; -1:
 * the input has no such axis. */
int64_t axes_place(int64_t axis, struct shape in);

/* axes_refuse - say of an axis that it is the batch, or that there is none. */
MUST_USE enum status axes_refuse(struct layer_spec *s, const char *key,
                                 int64_t axis, struct shape in);

/* axes_read - the axes of a list.  Refuses, by `key`, what the input does not
 * have and what is named twice. */
MUST_USE enum status axes_read(struct layer_spec *s, const char *key,
                               struct int_list list, struct shape in,
                               struct axes *out);

/* axes_read_sample - the same, and refuses axis 0. */
MUST_USE enum status axes_read_sample(struct layer_spec *s, const char *key,
                                      struct int_list list, struct shape in,
                                      struct axes *out);

/* The key of layers whose numbers are the same along some axes, and what its
 * values mean: auto is all but axis 1. */
extern const char *const axes_shared_words[];
#define AXES_SHARED(S)                                                         \
    FIELD(S, shared_axes, .def = "auto", .choices = axes_shared_words,         \
          .min = -SHAPE_MAX_AXES, .max = SHAPE_MAX_AXES,                       \
          .doc =                                                               \
              "Axes along which all elements have the same number, counted "   \
              "with the batch as 0; auto: all but the channels (or "           \
              "features), all: there is one number.")
MUST_USE enum status axes_shared(struct layer_spec *s,
                                 const struct int_list_or_word *wish,
                                 struct shape in, struct axes *out);

/*
 * How the elements of a sample meet numbers that extend along its axes but for
 * some: the shared ones of a parameter, or those that a reduction sums over.  A
 * sample is `rows` runs of `count` elements; in a row element i meets number at
 * + i (step 1) or all meet number `at` (step 0), where `at` is found by the
 * loops, outermost first, as axes_next goes from row to row.
 */
struct axes_map {
    struct shape shape; /* of the numbers; [1] when all axes are left out */
    int64_t numbers;    /* in it */
    int64_t rows, count, step;
    int64_t loops;
    struct axes_loop {
        int64_t extent, step;
    } loop[SHAPE_MAX_AXES];
};

struct axes_map axes_map(struct shape in, const struct axes *left_out);

/* Where a walk over the rows of a sample stands; begins with {0}. */
struct axes_walk {
    int64_t at;
    int64_t index[SHAPE_MAX_AXES];
};

static inline void axes_next(const struct axes_map *m, struct axes_walk *w)
{
    for (int64_t k = m->loops - 1; k >= 0; k--) {
        w->at += m->loop[k].step;
        if (++w->index[k] < m->loop[k].extent)
            return;
        w->at -= m->loop[k].extent * m->loop[k].step;
        w->index[k] = 0;
    }
}

/* axes_param - declare a layer whose output has the shape of its input and
 * whose one parameter, `name`, is shared along axes; its map is what
 * axes_map_of finds later.  Refuses as axes_shared. */
MUST_USE enum status axes_param(struct layer_spec *s, struct shape in,
                                const struct int_list_or_word *shared,
                                const char *name, struct variant init);

static inline const struct axes_map *axes_map_of(const struct layer *l)
{
    return (const void *)l->spec.prepared;
}

/* One row of a call, all pointers at its first element or number; NULL what the
 * call does not have or nobody needs. */
struct axes_row {
    const struct layer *layer;
    const real *x, *dy;
    real *y, *dx;
    const real *number; /* of the first parameter, unless axes_sample_rows is
                           given others */
    real *grad;
    int64_t count, step;
};

typedef void axes_row_fn(const struct axes_row *r);

/* axes_each_row - call `row` for every row of every sample. */
void axes_each_row(const struct layer *l, const struct pass *p,
                   const struct axes_map *m, axes_row_fn *row);

/* axes_sample_rows - the same for sample n of the call, whose numbers are not
 * the first parameter but `numbers` [map.numbers]. */
void axes_sample_rows(const struct layer *l, const struct pass *p,
                      const struct axes_map *m, int64_t n, const real *numbers,
                      axes_row_fn *row);
