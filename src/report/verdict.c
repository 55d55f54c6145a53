/*
 * verdict.c - does training still help, or overfit?
 */
#include <math.h>

#include "report/report.h"

/* From the best epoch on both losses have been measured, and that of training
 * went down while that of validation went up. */
static bool overfits(const struct history_row *best,
                     const struct history_row *last)
{
    return last->train_loss < best->train_loss &&
           last->valid_loss > best->valid_loss;
}

static void put_losses(struct text *out, const struct history_row *from,
                       const struct history_row *to)
{
    text_puts(out, "training loss went from ");
    html_real(out, 5, from->train_loss);
    text_puts(out, " to ");
    html_real(out, 5, to->train_loss);
    text_puts(out, ", validation loss from ");
    html_real(out, 5, from->valid_loss);
    text_puts(out, " to ");
    html_real(out, 5, to->valid_loss);
}

static void put_since(struct text *out, const struct history_row *best,
                      const struct history_row *last)
{
    const long long since = (long long)(last->epoch - best->epoch);

    text_printf(out,
                overfits(best, last)
                    ? "<span class=\"bad\">it overfits</span> since epoch %lld "
                      "of %lld: "
                    : "it has not become better since epoch %lld of %lld: ",
                (long long)best->epoch, (long long)last->epoch);
    put_losses(out, best, last);
    text_printf(out, " in %lld epoch%s.  The weights are those of epoch %lld.",
                since, since == 1 ? "" : "s", (long long)best->epoch);
}

void report_verdict(struct text *out, const struct train_state *s)
{
    const struct history_row *best = state_best(s);

    if (s->history_count == 0 || !best) {
        text_puts(out, "the network has not been trained.");
        return;
    }
    const struct history_row *first = &s->history[0];
    const struct history_row *last = &s->history[s->history_count - 1];
    if (isnan(last->valid_loss)) {
        text_printf(out,
                    "no samples were held out to validate with, so nothing "
                    "says whether it overfits; training loss went from ");
        html_real(out, 5, first->train_loss);
        text_puts(out, " to ");
        html_real(out, 5, last->train_loss);
        text_puts(out, ".");
    } else if (best->epoch < last->epoch) {
        put_since(out, best, last);
    } else {
        text_printf(out,
                    "the last epoch, %lld, is the best one: it was still "
                    "becoming better, and more epochs may help; ",
                    (long long)last->epoch);
        put_losses(out, first, last);
        text_puts(out, ".");
    }
    if (s->watched.stopped)
        text_puts(out, "  Early stopping ended it.");
}
