/*
 * sparse.c - a fixed number of non-zero inputs for every output.
 *
 * Ref: Martens 2010, section 5.  Which inputs: Knuth, The Art of Computer
 * Programming 2, algorithm 3.4.2 S.
 */
#include "init/shared.h"

struct sparse_config {
    double sparsity, std;
};

static const struct field sparse_fields[] = {
    FIELD(sparse_config, sparsity, .def = "0.1", .max = 1,
          .doc = "Share of the inputs of an output that are not 0, rounded "
                 "down."),
    FIELD(sparse_config, std, .def = "0.01", .max = 1e6,
          .doc = "Standard deviation of those."),
    {0},
};

static void sparse_fill(const void *config, struct rng_key key,
                        struct shape shape, real *value)
{
    const struct sparse_config *c = config;
    const int64_t count = shape_count(shape);
    const int64_t inputs = count / shape.dim[0];
    const int64_t wanted = (int64_t)(c->sparsity * (double)inputs);

    for (int64_t i = 0; i < count; i += inputs) {
        int64_t missing = wanted;
        for (int64_t j = 0; j < inputs; j++) {
            const uint64_t at = (uint64_t)(i + j);
            const double left = (double)(inputs - j);
            const bool chosen = left * rng_unit(key, at) < (double)missing;
            /* Behind all blocks that the choices use. */
            const uint64_t of_value = (uint64_t)count + at;
            value[at] = chosen ? (real)(c->std * rng_normal(key, of_value)) : 0;
            missing -= chosen;
        }
    }
}

const struct init_ops sparse_init = {
    .kind = {.name = "sparse",
             .doc = "Normal for a share of each output's inputs, 0 for the "
                    "rest.",
             CONFIG(sparse)},
    .min_axes = 2,
    .fill = sparse_fill,
};
