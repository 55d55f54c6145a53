/*
 * confusion.h - which classes are taken for which.
 */
#pragma once

#include "metric/metric.h"

/* Classes of a matrix at most: more make gigabytes, which nobody reads. */
enum { CONFUSION_MOST = 4096 };

/* confusion_add - counts [width true, width predicted] of rows of classes grow.
 */
void confusion_add(int64_t *counts, const struct metric_rows *of);
