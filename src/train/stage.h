/*
 * stage.h - raw pixels of a batch and of the next one, for sets whose pixels
 * are apart.
 *
 * While a step computes, a thread of its own reads the batch that comes next;
 * when that is not done in time the workers help.  What is read where does not
 * matter: a batch has the same bytes whoever read it.
 */
#pragma once

#include "base/pool.h"
#include "data/dataset.h"

struct stage;

/* The samples of a batch. */
struct stage_batch {
    const struct dataset *set;
    const int64_t *ids;      /* [count] */
    const int64_t *partners; /* [count] samples they are mixed with, -1: none;
                                NULL: of all */
    int64_t count;
};

/* How much is staged at most. */
struct stage_size {
    int64_t rows;      /* of a batch */
    size_t row_bytes;  /* of a sample's pixels */
    bool has_partners; /* samples may be mixed */
};

/* stage_bytes - what stage_new takes for pixels; for the memory plan. */
size_t stage_bytes(const struct stage_size *size);

/* stage_new - ERR_MEMORY. */
MUST_USE enum status stage_new(struct stage **out,
                               const struct stage_size *size, struct pool *pool,
                               struct err *e);
void stage_free(struct stage *s); /* NULL is allowed */

/* stage_load - returns when the pixels of `now` are there; those of `next`
 * (NULL: none) will be read meanwhile, its arrays are copied.  Fails as the
 * set's store does: with the error of the first of the samples. */
MUST_USE enum status stage_load(struct stage *s, const struct stage_batch *now,
                                const struct stage_batch *next, struct err *e);

/* stage_row - the raw pixels of row `row` of the batch that was loaded, the
 * next rows behind it. */
const void *stage_row(const struct stage *s, int64_t row);

/* stage_partner - of the sample that row is mixed with. */
const void *stage_partner(const struct stage *s, int64_t row);

/* stage_waited - seconds that stage_load has taken since the stage was made. */
double stage_waited(const struct stage *s);
