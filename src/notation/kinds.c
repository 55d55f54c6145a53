/*
 * kinds.c - the tables of the notations, and the keys of every layer.
 */
#include "conf/field_type.h"
#include "graph/lint.h"
#include "notation/notation.h"

#define NAME_ROW                                                               \
    FIELD(graph_entry, name, .optional = true,                                 \
          .doc = "Default: the type and the position in the list, the input "  \
                 "being 0; in the list of a notation positions count from 1.")
#define INCOMING_DOC                                                           \
    "The layer, or list of layers, to read; default: the entry before."

const struct field layer_fields[] = {
    NAME_ROW,
    FIELD(graph_entry, incoming, .optional = true, .least = 1, .most = 64,
          .aka = "inputs input bottom incomings", .doc = INCOMING_DOC),
    FIELD(graph_entry, trainable, .def = "true",
          .doc = "false freezes the layer's parameters."),
    FIELD(graph_entry, learning_rate_scale, .def = "1", .max = 1e6,
          .aka = "lr_mult lr_scale blobs_lr",
          .doc = "Multiplies the learning rate of the layer's parameters."),
    FIELD(graph_entry, l1, .optional = true, .max = 1e6,
          .aka = "kernel_regularizer l1_regularizer decay_mult",
          .doc = "Added to train.l1 for the layer's regularizable weights."),
    FIELD(graph_entry, l2, .optional = true, .max = 1e6,
          .aka = "weight_decay l2_regularizer",
          .doc = "Added to train.l2 for the layer's regularizable weights."),
    FIELD(graph_entry, lint, .optional = true, .choices = lint_rules,
          .doc = "Rules of the audit that say nothing of this layer."),
    {0},
};

const struct field place_fields[] = {
    NAME_ROW,
    FIELD(graph_entry, incoming, .optional = true, .least = 1, .most = 1,
          .aka = "inputs input bottom incomings", .doc = INCOMING_DOC),
    {0},
};

static const char *const normalizations[] = {"batch", "instance", "layer",
                                             NULL};

const struct field normalize_fields[] = {
    FIELD(normalize_keys, normalize, .optional = true,
          .choices = normalizations,
          .aka = "norm normalization norm_layer normalizer",
          .doc = "Normalizes the sums before the nonlinearity, in layers of "
                 "their own: batch (NAME_bn), instance (NAME_in, .._scale, "
                 ".._bias; not of dense) or layer (NAME_ln ..); then follows "
                 "NAME_nonlin.  The layer has no bias; trainable, lint and "
                 "their like are its own alone."),
    FIELD(normalize_keys, batch_norm, .optional = true,
          .aka = "batch_normalize batchnorm use_bn bn",
          .doc = "true says normalize: batch."),
    {0},
};

static enum status layers_read(const struct source_value *v, void *to)
{
    const struct node *n = v->node;

    if (n->kind != NODE_LIST || !n->first)
        return tree_error(v->tree, n, AT_VALUE, NULL, v->e,
                          "expected a list of layers, one '- ' each");
    *(const struct node **)to = n;
    return OK;
}

const struct field_type type_layers = {
    .size = sizeof(const struct node *),
    .expect = "a list of layers",
    .schema = "\"$ref\": \"#/definitions/layers\"",
    .sample = "[dropout]",
    .read = layers_read,
};

/* clang-format off */
static const struct field repeat_fields[] = {
    FIELD(repeat_keys, times, .min = 1, .max = GRAPH_MAX_LAYERS,
          .aka = "n num count repeats depth",
          .doc = "How many rounds are made."),
    {.key = "layers", .offset = offsetof(struct repeat_keys, layers),
     .type = &type_layers, .aka = "body block layer",
     .doc = "The layers of a round.  Its first reads the round before; "
            "incoming: block_input reads what the round reads."},
    {0},
};

static const char *const projections[] = {"conv", "pool", NULL};

static const struct field residual_fields[] = {
    {.key = "layers", .offset = offsetof(struct residual_keys, layers),
     .type = &type_layers, .aka = "branch body block layer",
     .doc = "The layers of the branch; the last is linear unless it says "
            "otherwise.  A list in place of the keys, residual: [..], is "
            "these."},
    FIELD(residual_keys, projection, .def = "conv", .choices = projections,
          .aka = "shortcut downsample",
          .doc = "What is added where the branch changes the shape: a 1x1 "
                 "convolution of the stride that fits, normalized as the "
                 "branch's last, or means of as many cells, and a 1x1 "
                 "convolution where the channels differ."),
    FIELD(residual_keys, nonlinearity, .def = "rectify",
          .kinds = activation_kinds, .aka = "activation act",
          .doc = "Function applied to the sum."),
    FIELD(residual_keys, lint, .optional = true, .choices = lint_rules,
          .doc = "Rules of the audit that say nothing of the projection, the "
                 "sum and the nonlinearity."),
    {0},
};
/* clang-format on */

const struct kind repeat_kind = {
    .name = "repeat",
    .doc = "Layers made several times, each round reading the one before; the "
           "name means the last of them.",
    .fields = repeat_fields,
    .config_size = sizeof(struct repeat_keys),
    .aka = "loop times for stack replicate",
};

const struct kind residual_kind = {
    .name = "residual",
    .doc = "A branch that is added to what it reads, and a nonlinearity of the "
           "sum, which has the name.",
    .fields = residual_fields,
    .config_size = sizeof(struct residual_keys),
    .aka = "residual_block resblock res_block basic_block bottleneck skip "
           "resnet_block",
};

const struct kind *const notation_kinds[] = {&repeat_kind, &residual_kind,
                                             NULL};
