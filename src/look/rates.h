/*
 * rates.h - learning rate and momentum of every update, as rows and figure.
 */
#pragma once

#include "base/text.h"
#include "figure/figure.h"
#include "schedule/schedule.h"

/* More updates than this have no place in a file. */
enum { RATES_MAX_ROWS = 100 * 1000 * 1000 };

/* rates_updates - how many updates the schedule's run has. */
int64_t rates_updates(const struct schedule *s);

/* rates_rows - append the CSV: update (from 1), learning_rate, momentum (empty
 * where the rule has none).  Plateau stays where it begins. */
void rates_rows(struct text *out, const struct schedule *s);

/* rates_figure - both over updates, of very many the least and the largest of
 * each piece; a panel of momentum where the rule has one.  `name` is the
 * document's; on `arena`, to be checked. */
void rates_figure(struct figure *f, const struct schedule *s, const char *name,
                  struct arena *arena);
