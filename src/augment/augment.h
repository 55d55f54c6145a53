/*
 * augment.h - samples that are changed at random while training.
 *
 * A list of transformations is applied, in its order, to the raw values of a
 * sample before they are normalized.  Whether an entry applies and by how much
 * is a function of (seed, entry, epoch, sample) alone: neither batches nor
 * threads matter, nor what came before.  Neighbours that move pixels become one
 * resampling, whose bilinear rounding happens once.
 *
 * Flat arrays; no data set, no graph.  A new transformation is a file with its
 * ops and one line of registry.c.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "conf/registry.h"
#include "tensor/real.h"
#include "tensor/shape.h"

struct draw;
struct motion;
struct picture;

/* With whom a sample is mixed: its values become a mean of both, or a box of
 * them the partner's. */
struct augment_mix {
    int64_t partner; /* which one of those there are; -1: it stays alone */
    double share;    /* of the partner */
    int64_t top, left, height, width; /* of the box; height 0: a mean */
};

/* A key that says by how much: an interval, or one per axis. */
struct augment_amount {
    const char *key;
    double still;  /* where both ends lie when nothing is changed */
    bool plain;    /* a number is itself, and no interval around it */
    bool relative; /* still is times the picture's width over its height */
};

/* A transformation.  Its config begins with `double p`, how often it is
 * applied; with `fills`, `struct real_or_word fill` follows: what lies outside
 * the picture. */
struct augment_ops {
    struct kind kind;
    bool needs_image; /* samples of [channels, rows, columns] */
    int64_t channels; /* that the image must have; 0: any number */
    bool fills;
    bool joins; /* is one resampling with neighbours that join */
    struct augment_amount amounts[6]; /* ended by key NULL; one of those that
                                         are given must not be still */

    /* What is wrong with the keys together: the key, and why is appended;
     * NULL: nothing.  NULL for kinds whose keys go with each other. */
    const char *(*fault)(const void *config, struct text *why);

    /* One of these three.  move: draw where pixels go, after what `m` has.
     * paint: draw and change the picture.  mix: draw the share of a partner,
     * and a box; stands last. */
    void (*move)(const void *config, struct draw *d, const struct picture *p,
                 struct motion *m);
    void (*paint)(const void *config, struct draw *d, struct picture *p);
    void (*mix)(const void *config, struct draw *d, const struct picture *p,
                struct augment_mix *m);

    /* Reals of scratch that paint needs in p->field; NULL: none. */
    int64_t (*field)(const void *config, const struct picture *p);
};

REGISTRY_DECLARE(augment)

/* augment_idle - the key because of which an entry changes no sample: p is 0,
 * or nothing is changed by it; NULL: it changes some. */
const char *augment_idle(struct variant v, struct shape of);

/* What a run augments, and how. */
struct augment_config {
    struct variant_list entries; /* of augment_kinds; count 0: nothing */
    uint64_t seed;
    double range; /* R: 255 of bytes, else the largest absolute value */
    bool clips;   /* results stay in [0, R] */
};

/* What the entries make of samples of one shape. */
struct augment;

/* augment_new - on an arena, which is asked later whether memory was short;
 * then NULL. */
struct augment *augment_new(const struct augment_config *c, struct shape in,
                            struct arena *arena);

/* augment_work - bytes of scratch that a thread needs, 64-byte aligned. */
size_t augment_work(const struct augment *a);

/* One sample of a set: raw values, bytes or floats, the other NULL. */
struct augment_sample {
    const unsigned char *bytes;
    const float *floats;
    int64_t id;     /* its number in the set */
    uint64_t epoch; /* from 1 */
};

/*
 * augment_apply - the raw values that the network is to see.
 *
 * x     [in..]          overwritten; no alias of the sample
 * work  [augment_work]  overwritten
 */
void augment_apply(const struct augment *a, const struct augment_sample *of,
                   void *work, real *x);

/* augment_mixes - does the list end by mixing samples? */
bool augment_mixes(const struct augment *a);

/* augment_draw_mix - with which of `count` samples sample `of` is mixed, and
 * how, a function of its number and the epoch alone. */
struct augment_mix augment_draw_mix(const struct augment *a,
                                    const struct augment_sample *of,
                                    int64_t count);

/* augment_join - x [in..], what augment_apply made of a sample, takes its share
 * of what it made of the partner, `other` [in..]. */
void augment_join(const struct augment *a, const struct augment_mix *m,
                  const real *other, real *x);
