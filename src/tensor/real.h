/*
 * real.h - the number type of all tensors.
 *
 * float.  Built with -DREAL_DOUBLE the same sources compute in double
 * precision, which is how gradients are checked against differences: the code
 * under test is the code that trains.
 */
#pragma once

#ifdef REAL_DOUBLE
typedef double real;
#define REAL_EPSILON 0x1p-52
#else
typedef float real;
#define REAL_EPSILON 0x1p-23
#endif
