/*
 * c_integers.h - a network in integers, in C.  Private to export/.
 */
#pragma once

#include "export/bytes.h"
#include "export/c_file.h"

/* c_integers - all that NAME_predict does. */
void c_integers(struct c_file *f, const struct byte_network *b);

/* Functions that it calls. */
extern const struct c_part c_integer_linear, c_integer_finish, c_integer_times,
    c_integer_clamp, c_integer_input, c_integer_conv_bytes,
    c_integer_conv_floats, c_integer_dense_bytes, c_integer_dense_floats,
    c_integer_pool_bytes, c_integer_sum_bytes, c_integer_table, c_integer_copy;
