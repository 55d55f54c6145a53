/*
 * registry.c - every transformation, the order of menus.
 *
 * A new one is one line here and one file, or one more ops struct in the file
 * of its relatives.
 */
#include "augment/augment.h"

#define AUGMENTS(X)                                                            \
    X(augment, flip_horizontal)                                                \
    X(augment, flip_vertical)                                                  \
    X(augment, shift)                                                          \
    X(augment, rotate)                                                         \
    X(augment, scale)                                                          \
    X(augment, shear)                                                          \
    X(augment, affine)                                                         \
    X(augment, elastic)                                                        \
    X(augment, crop)                                                           \
    X(augment, resized_crop)                                                   \
    X(augment, erase)                                                          \
    X(augment, brightness)                                                     \
    X(augment, contrast)                                                       \
    X(augment, saturation)                                                     \
    X(augment, hue)                                                            \
    X(augment, gamma)                                                          \
    X(augment, invert)                                                         \
    X(augment, noise)                                                          \
    X(augment, mixup)                                                          \
    X(augment, cutmix)

REGISTRY(augment, AUGMENTS)
