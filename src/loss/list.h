/*
 * list.h - every loss, the order of menus.
 *
 * Private to loss/: a new loss is one word here and one file.
 */
#ifndef LOSS_LIST_H
#define LOSS_LIST_H

#include "loss/loss.h"

#define LOSSES(X) X(categorical_crossentropy) X(squared_error)

#define LOSS_DECLARE(name) extern const struct loss_ops name##_loss;
LOSSES(LOSS_DECLARE)

/* The table of a loss without parameters. */
extern const struct field loss_no_fields[];

#endif
