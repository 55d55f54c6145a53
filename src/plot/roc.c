/*
 * roc.c - true positives over false positives.
 */
#include "plot/separation.h"

static enum status run(const struct call *call, struct err *e)
{
    return separation_run(call, SEPARATION_ROC, e);
}

const struct command cmd_plot_roc = {
    .name = "plot roc",
    .operands = "MODEL [CONFIG]",
    .doc = "ROC curve of every class against the rest, or of every label, and "
           "the area under it.",
    .examples =
        "  cnnctl plot roc m.safetensors mnist.yaml -o roc.svg\n"
        "  cnnctl plot roc m.safetensors --csv test.csv.gz --data roc.csv\n",
    .options = separation_options,
    .options_size = sizeof(struct separation_options),
    .takes_set = true,
    .run = run,
};
