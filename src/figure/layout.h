/*
 * layout.h - a figure becomes a drawing: title, panels in a grid.
 */
#pragma once

#include "figure/figure.h"
#include "figure/panels.h"

/* layout_wish - the size that a figure would have, with ordinary type; chooses
 * the colours of the theme. */
struct extent layout_wish(struct sheet *s, const struct figure *f);

/* layout - on a canvas of this size, whose type is larger or smaller as the
 * canvas is compared with the wish.  Whatever was drawn before is gone. */
void layout(struct sheet *s, const struct figure *f, struct extent size,
            struct extent wish);
