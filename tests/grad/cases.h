/*
 * cases.h - what the gradient check runs over: one row per code path of each
 * layer type.
 */
#pragma once

#include "tensor/shape.h"

struct grad_case {
    const char *type, *what;
    const void *config;
    const char *nonlinearity; /* "" linear */
    struct shape in;
    int64_t batch;
    const struct shape *more; /* inputs beside the first, ended by one without
                                 axes; NULL: none */
};

extern const struct grad_case grad_cases[]; /* ended by type NULL */
