/*
 * confusion.h - which classes are taken for which.
 */
#pragma once

#include "metric/metric.h"

/* confusion_add - counts [width true, width predicted] of rows of classes grow.
 */
void confusion_add(int64_t *counts, const struct metric_rows *of);
