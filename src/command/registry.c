/*
 * registry.c - the list of commands.  A new one: its file, one line here.
 */
#include "command/registry.h"

#include "manual/help.h"

/* In the order of --help. */
#define COMMANDS(X)                                                            \
    X(fit)                                                                     \
    X(evaluate)                                                                \
    X(predict)                                                                 \
    X(info)                                                                    \
    X(checkpoint_save)                                                         \
    X(checkpoint_load)                                                         \
    X(checkpoint_strip)                                                        \
    X(checkpoint_show)                                                         \
    X(checkpoint_verify)                                                       \
    X(checkpoint_diff)                                                         \
    X(config_init)                                                             \
    X(config_check)                                                            \
    X(config_show)                                                             \
    X(config_schema)                                                           \
    X(data_stats)                                                              \
    X(data_show)                                                               \
    X(data_check)                                                              \
    X(data_convert)                                                            \
    X(plot_weights)                                                            \
    X(plot_activity)                                                           \
    X(plot_occlusion)                                                          \
    X(plot_saliency)                                                           \
    X(plot_graph)                                                              \
    X(plot_loss)                                                               \
    X(plot_history)                                                            \
    X(plot_lr)                                                                 \
    X(plot_samples)                                                            \
    X(plot_confusion)                                                          \
    X(plot_roc)                                                                \
    X(plot_pr)                                                                 \
    X(plot_calibration)                                                        \
    X(plot_mistakes)                                                           \
    X(plot_embedding)                                                          \
    X(report)                                                                  \
    X(export)                                                                  \
    X(import)                                                                  \
    X(bench)                                                                   \
    X(version)                                                                 \
    X(help)

#define DECLARE(c) extern const struct command cmd_##c;
#define ADDRESS(c) &cmd_##c,
COMMANDS(DECLARE)

static const struct command *const commands[] = {COMMANDS(ADDRESS) NULL};

static const struct command_group groups[] = {
    {"checkpoint", "Make, show, check and compare model files."},
    {"config", "Begin, check and print configurations; a schema."},
    {"data", "Facts and faults of samples; other formats."},
    {"plot", "Pictures of training and of what a network does."},
    {NULL, NULL},
};

const struct program cnnctl = {commands, groups, help_about, help_usage};
