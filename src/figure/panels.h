/*
 * panels.h - the kinds of panels: how large they would be, and laid out.
 *
 * Sizes are wishes for ordinary type, s->em being what it is; laid out they
 * take whatever room they get, or set `cramped` where nothing can be made out.
 */
#pragma once

#include "figure/figure.h"
#include "figure/words.h"

struct extent axes_wish(const struct sheet *s, const struct axes *a);
void axes_lay(struct sheet *s, const struct axes *a, struct box room);

struct extent tiles_wish(const struct sheet *s, const struct tiles *t);
void tiles_lay(struct sheet *s, const struct tiles *t, struct box room);

struct extent cells_wish(const struct sheet *s, const struct cells *c);
void cells_lay(struct sheet *s, const struct cells *c, struct box room);
