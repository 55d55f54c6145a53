/*
 * pr.c - precision over recall.
 */
#include "plot/separation.h"

static enum status run(const struct call *call, struct err *e)
{
    return separation_run(call, SEPARATION_PR, e);
}

const struct command cmd_plot_pr = {
    .name = "plot pr",
    .operands = "MODEL [CONFIG]",
    .doc = "Precision over recall of every class against the rest, or of every "
           "label, and the average precision.",
    .examples =
        "  cnnctl plot pr m.safetensors mnist.yaml -o pr.svg\n"
        "  cnnctl plot pr m.safetensors --csv test.csv.gz --data pr.csv\n",
    .options = separation_options,
    .options_size = sizeof(struct separation_options),
    .takes_set = true,
    .run = run,
};
