/*
 * view.h - layers that give their input another shape and leave its elements in
 * their order: the plan makes y a view of x, and there is nothing to do.
 *
 * Private to layer/.
 */
#pragma once

#include "layer/layer.h"

void view_forward(const struct layer *l, const struct pass *p);
void view_backward(const struct layer *l, const struct pass *p);
