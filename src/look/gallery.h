/*
 * gallery.h - labelled samples to look at, as they are or as training sees
 * them.
 *
 * Values are raw.  What they are drawn with is not known here, but for tiles.
 */
#pragma once

#include "base/arena.h"
#include "base/text.h"
#include "figure/figure.h"
#include "train/feed.h"

/* gallery_shape - extents to draw: those of a sample; of a row of numbers those
 * of the network's input `in`, where they are as many; else a square; else one
 * line. */
struct shape gallery_shape(struct shape own, struct shape in);

/* gallery_pixels - x [size] is overwritten with a sample.  Fails as the set's
 * store does. */
MUST_USE enum status gallery_pixels(const struct dataset *d, int64_t id,
                                    float *x, struct err *e);

/* gallery_tile - of a sample x [shape..], of 2 or 3 axes or as its last two are
 * seen; on `arena`, which may fail. */
struct tile gallery_tile(struct shape shape, const float *x,
                         const char *caption, struct arena *arena);

struct gallery {
    const struct subset *part;
    uint64_t epoch;
    struct feed feed;
    struct pool *pool;
    real *x; /* [size] of one; NULL: not augmented */
};

/* gallery_open - `augment` NULL: samples as they are, and no epoch counts.  On
 * `arena`.  Always to be closed.  ERR_MEMORY. */
MUST_USE enum status gallery_open(struct gallery *g, const struct subset *part,
                                  const struct augment_config *augment,
                                  uint64_t epoch, struct arena *arena,
                                  struct err *e);
void gallery_close(struct gallery *g);

/* gallery_take - x [size] is overwritten with sample `at` of the part; *mix is
 * whose class is mixed in.  Fails as the set's store does. */
MUST_USE enum status gallery_take(const struct gallery *g, int64_t at, float *x,
                                  struct loss_mix *mix, struct err *e);

/* gallery_answer - append what is known of a sample, as it may be shown: "class
 * cat, 0.30000 of class dog", "labels a c", "target 1.5 2"; nothing without
 * answers. */
void gallery_answer(struct text *out, const struct dataset *d, int64_t id,
                    struct loss_mix mix);

/* gallery_csv - append the rows sample, class, channel, y, x, value of one that
 * is drawn in this shape: sample is `at`; class the class, or labels or numbers
 * with blanks between. */
void gallery_csv(struct text *out, const struct gallery *g, int64_t at,
                 struct shape shape, const float *x);
extern const char gallery_csv_head[];
