/*
 * registry.c - the list of activations as a table, and the identity.
 */
#include "activation/list.h"

const struct field activation_no_fields[] = {{0}};

/* NOLINTBEGIN(readability-non-const-parameter): the types are those of all
 * activations. */
static void linear_forward(const void *config, int64_t rows, int64_t width,
                           real *y)
{
    (void)config;
    (void)rows;
    (void)width;
    (void)y;
}

/* y = z, so dz = dy. */
static void linear_backward(const void *config, int64_t rows, int64_t width,
                            const real *y, real *dy)
{
    (void)config;
    (void)rows;
    (void)width;
    (void)y;
    (void)dy;
}
/* NOLINTEND(readability-non-const-parameter) */

const struct activation_ops linear_activation = {
    .kind = {.name = "linear",
             .doc = "The identity, y = z.",
             .fields = activation_no_fields,
             .aka = (const char *const[]){"identity", "none", "Linear", NULL}},
    .forward = linear_forward,
    .backward = linear_backward,
};

#define KIND(name) &name##_activation.kind,
const struct kind *const activation_kinds[] = {ACTIVATIONS(KIND) NULL};

const struct activation_ops *activation_of(struct variant v)
{
    if (!v.kind)
        return &linear_activation;
    /* The kind is the first member of the ops it belongs to. */
    return (const struct activation_ops *)(const void *)v.kind;
}
