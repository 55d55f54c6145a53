/*
 * suggest.h - the deepest network that the audit has nothing against.
 */
#ifndef APP_SUGGEST_H
#define APP_SUGGEST_H

#include "app/experiment.h"

/*
 * suggest_layers - append the `layers` section of a stack of 3x3 convolutions
 * and 2x2 pools for x's input and output: as many convolutions as fit with
 * capacity >= 1/6 and coverage <= 100 %, and of those the one that pools
 * earliest, which costs least.
 *
 * The input must be an image [C, H, W] of 3 to 4096 pixels a side: ERR_CONFIG.
 * ERR_MEMORY.
 */
MUST_USE enum status suggest_layers(const struct experiment *x,
                                    struct text *out, struct err *e);

#endif
