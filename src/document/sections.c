/*
 * sections.c - the tables of the document's own sections.
 */
#include "document/sections.h"

#include <string.h>

#include "augment/augment.h"
#include "conv/conv.h"
#include "loss/loss.h"
#include "metric/columns.h"
#include "notation/notation.h"
#include "schedule/schedule.h"
#include "train/average.h"
#include "update/update.h"

const struct field top_fields[] = {
    FIELD(top_section, extends, .optional = true, .least = 1,
          .doc = "Files that this one is laid over, the later over the "
                 "earlier: mappings merge, lists are replaced, null drops; a "
                 "mapping `layers: {conv2d1: {num_filters: 64}, dense9: null}` "
                 "changes or drops layers by name."),
    FIELD(top_section, seed, .aka = "random_seed random_state manual_seed",
          .def = "42", .max = 9007199254740991,
          .doc = "Every random choice derives from it: weights, shuffling, "
                 "dropout, augmentation."),
    {0},
};

static const char *const missing_words[] = {"error", "mean", NULL};
static const char *const cache_words[] = {"auto", "memory", "none", NULL};

/* In the order of enum image_fit. */
const char *const image_fit_words[] = {"stretch", "crop", "pad", NULL};

const struct field data_fields[] = {
    FIELD(data_section, resize, .optional = true, .min = 1,
          .max = IMAGE_MAX_SIZE, .sample = "[28, 28]",
          .aka = "image_size img_size imgsz target_size input_size size "
                 "image_shape height width crop_size resize_to Resize",
          .doc = "Rows and columns that images get: along each axis the mean "
                 "of the area where it shrinks, bilinear where it grows.  "
                 "Without it all must be of the network's size."),
    FIELD(data_section, fit, .optional = true, .choices = image_fit_words,
          .choices_aka = "letterbox=pad letter_box=pad contain=pad inside=pad "
                         "cover=crop center=crop center_crop=crop fill=stretch "
                         "squash=stretch",
          .aka = "crop_to_aspect_ratio pad_to_aspect_ratio keep_aspect_ratio "
                 "letterbox letter_box rect interpolation CenterCrop",
          .sample = "stretch",
          .doc = "How images of another aspect are resized: each axis by "
                 "itself (stretch, the default), the largest window of that "
                 "aspect in their middle (crop), or whole between bands of "
                 "background (pad)."),
    FIELD(data_section, channels, .optional = true, .min = 1, .max = 3,
          .aka = "color_mode colour_mode grayscale greyscale gray grey mode "
                 "num_channels in_channels Grayscale",
          .sample = "1",
          .doc = "1: images become grey, 0.299 R + 0.587 G + 0.114 B; 3: they "
                 "become red, green and blue.  Default: as many as the network "
                 "takes."),
    FIELD(data_section, background, .optional = true, .least = 1, .most = 3,
          .max = 255, .aka = "fill fill_value fillcolor cval pad_value bgcolor",
          .sample = "0",
          .doc = "What shows through where images are transparent, and the "
                 "bands of fit: pad: a number or [red, green, blue], from 0 "
                 "(the default) to 255."),
    FIELD(data_section, cache, .resume = FREE, .optional = true,
          .choices = cache_words,
          .choices_aka = "ram=memory mem=memory true=memory yes=memory "
                         "on=memory full=memory disk=none false=none no=none "
                         "off=none never=none",
          .aka = "cache_images cache_data in_memory",
          .doc = "Where pixels are kept that can be read one sample at a time, "
                 "those of images in files: in memory; nowhere (none), so that "
                 "every epoch reads them again, a batch ahead of the "
                 "computation; or in memory when they take at most half of "
                 "what is free, and never those of more than 64 MiB in plain "
                 "files of IDX, NumPy or CIFAR (auto, the default).  No result "
                 "depends on it."),
    FIELD(data_section, missing, .def = "error", .choices = missing_words,
          .min = -1e30, .max = 1e30,
          .aka = "na_values fillna impute imputer missing_values nan",
          .doc = "What stands for a cell of a table that is empty, nan, NA or "
                 "null: nothing (error), the mean of its column in the "
                 "training source, or a number.  It counts in no mean and no "
                 "standard deviation."),
    FIELD(data_section, classes, .optional = true, .least = 2, .most = 100000,
          .aka = "names class_names label_names class_map label_map id2label",
          .doc = "Names of the classes in output order, or what each label "
                 "is called, {0: china, 1: flower}; without it the distinct "
                 "labels of the training source, sorted."),
    FIELD(data_section, augment, .optional = true, .least = 1, .most = 64,
          .kinds = augment_kinds, .short_first = true,
          .aka = "augmentation augmentations transforms transform "
                 "data_augmentation preprocessing",
          .sample = "[{shift: 2}, {rotate: 10}]",
          .doc = "How samples are changed at random while training, in this "
                 "order, before they are normalized; neighbours that move "
                 "pixels become one resampling.  Validation and evaluation see "
                 "the samples as they are."),
    {0},
};

const struct field source_fields[] = {
    FIELD(source, limit, .optional = true, .min = 1, .max = 9007199254740991,
          .aka = "nrows n_rows max_samples num_samples n_samples subset",
          .unit = "samples",
          .doc = "Use the first samples only, of a folder the first of each "
                 "class in turn; default: all."),
    {0},
};

static const char *const scopes[] = {"global", "channel", "column", NULL};
static const char *const constant_words[] = {"error", "zero", NULL};

const struct field standardize_fields[] = {
    FIELD(standardize_section, standardize, .def = "global", .choices = scopes,
          .doc = "What has a mean and a standard deviation of its own: nothing "
                 "(global), each channel, or each column of a table, whatever "
                 "the input's shape."),
    FIELD(standardize_section, constant, .def = "error",
          .choices = constant_words,
          .doc = "What is done where all values are equal: error names the "
                 "column, zero takes 1 for its standard deviation."),
    {0},
};

const struct field constants_fields[] = {
    FIELD(constants_section, mean, .least = 1, .most = 100000, .min = -1e30,
          .max = 1e30,
          .doc = "Subtracted from every raw pixel: a number, one per channel, "
                 "or one per column."),
    FIELD(constants_section, std, .least = 1, .most = 100000, .min = 1e-12,
          .max = 1e12,
          .doc = "Divides every pixel after that: a number, one per channel, "
                 "or one per column."),
    {0},
};

const char *const normalize_words[] = {"standardize", "scale", "none", NULL};

static const struct field early_stopping_fields[] = {
    FIELD(early_stopping_section, patience, .resume = NAMED, .def = "10",
          .min = 1, .max = 1e9, .aka = "epochs rounds", .unit = "epochs",
          .doc = "Epochs without an improvement until training stops."),
    FIELD(early_stopping_section, min_delta, .resume = NAMED, .def = "0",
          .max = 1e9, .aka = "delta threshold tolerance",
          .doc = "An improvement is more than this."),
    FIELD(early_stopping_section, monitor, .resume = NAMED, .optional = true,
          .least = 1, .sample = "valid_loss",
          .doc = "What is to become better; default: train.monitor."),
    {0},
};

const struct kind early_stopping_group = {
    .name = "early_stopping",
    .doc = "When training stops before max_epochs; a number alone is "
           "patience.",
    .fields = early_stopping_fields,
    .config_size = sizeof(struct early_stopping_section),
};

static const char *const target_words[] = {"inputs", NULL};
static const char *const weight_words[] = {"balanced", NULL};
static const char *const averagings[] = {"sample_mean", "batch_mean", NULL};
const struct field train_fields[] = {
    FIELD(train_section, update, .def = "nesterov_momentum",
          .choices = update_words,
          .aka = "optimizer optim solver algorithm updater rule",
          .doc = "The update rule; its keys stand beside it."),
    FIELD(train_section, max_epochs, .resume = NAMED, .def = "100", .min = 1,
          .max = 1e9, .aka = "epochs num_epochs n_epochs", .unit = "epochs",
          .doc = "Passes over the training samples."),
    FIELD(train_section, batch_size, .resume = BETWEEN_EPOCHS, .def = "128",
          .min = 1, .max = 1 << 20, .aka = "batch minibatch_size",
          .unit = "samples", .doc = "Samples per update."),
    FIELD(train_section, shuffle, .resume = BETWEEN_EPOCHS, .def = "true",
          .doc = "Train in a new order each epoch."),
    FIELD(train_section, loss, .def = "categorical_crossentropy",
          .choices = loss_words, .aka = "criterion objective",
          .doc = "What is minimised; its keys stand beside it.  The default is "
                 "squared_error in regression, with label_columns "
                 "binary_crossentropy."),
    FIELD(train_section, regression, .def = "false",
          .doc = "Learn numbers, the target_columns of CSV sources, instead "
                 "of classes."),
    FIELD(train_section, targets, .optional = true, .choices = target_words,
          .aka = "target autoencoder",
          .doc = "In regression: inputs, the network learns to give back its "
                 "own normalized input, and needs no labels and no "
                 "target_columns; as many outputs as inputs."),
    FIELD(train_section, standardize_targets, .optional = true,
          .aka = "normalize_targets scale_targets standardize_y "
                 "target_transform TransformedTargetRegressor y_scaler",
          .doc = "In regression: learn (t - mean) / std of every target t, "
                 "constants of the training source that the model keeps.  "
                 "Losses are of these; predict, the metrics mse, rmse, mae and "
                 "r2, and evaluate are in the unit of the data."),
    FIELD(train_section, class_weights, .optional = true,
          .choices = weight_words, .min = 1e-6, .max = 1e6,
          .aka = "class_weight weight weights pos_weight",
          .doc = "What a sample counts by its class in the loss of training, "
                 "which is divided by the sum of a batch's weights: one for "
                 "each class, or balanced: n / (K n_k), for n training "
                 "samples of K classes, n_k of them of its own."),
    FIELD(train_section, l1, .resume = NAMED, .def = "0", .max = 1e6,
          .doc = "Adds l1 * sum |w| over regularizable weights to the loss."),
    FIELD(train_section, l2, .resume = NAMED, .def = "0", .max = 1e6,
          .aka = "weight_penalty regularization weight_decay",
          .doc = "Adds l2 * sum w^2 over regularizable weights to the loss; "
                 "no factor 1/2."),
    FIELD(train_section, metrics, .optional = true, .kinds = metric_choices,
          .short_first = true, .least = 1, .most = METRIC_MAX_COLUMNS - 1,
          .aka = "metric scores eval_metrics",
          .doc = "What is measured on the validation samples after every "
                 "epoch: columns of the table, keys valid_NAME of --metrics "
                 "and of the history.  Accuracy always is."),
    FIELD(train_section, train_metrics, .optional = true,
          .aka = "train_accuracy eval_train return_train_score",
          .doc = "Measure them on the training samples too, as they are "
                 "validated: columns train NAME, keys train_NAME.  Costs as "
                 "much time as validating that many samples."),
    FIELD(train_section, clip_norm, .resume = NAMED, .optional = true,
          .min = 1e-12, .max = 1e12, .sample = "1",
          .aka = "clipnorm global_clipnorm clip_grad_norm max_grad_norm "
                 "gradient_clip_val clip_gradients grad_clip clipvalue "
                 "clip_value",
          .doc = "Scales the gradient of all weights, the penalty's included, "
                 "down to this L2 norm where it is larger."),
    FIELD(train_section, max_norm, .resume = NAMED, .optional = true,
          .min = 1e-12, .max = 1e12, .sample = "3",
          .aka = "norm_constraint MaxNorm max_value kernel_constraint renorm",
          .doc = "Scales each filter of conv2d and nin and each unit of dense "
                 "down to this L2 norm, after the update, where its weights "
                 "have a larger one."),
    FIELD(train_section, freeze, .optional = true, .least = 1, .most = 256,
          .sample = "[conv*]",
          .aka = "frozen freeze_layers freeze_backbone stopbackward",
          .doc = "Layers that are not trained: names, and patterns such as "
                 "conv*; what is below the first trained layer costs no "
                 "backward pass."),
    FIELD(train_section, average, .optional = true, .kinds = average_kinds,
          .short_first = true, .sample = "{ema: 0.999}",
          .aka = "ema use_ema ema_momentum model_ema averaged_model swa",
          .doc = "A mean of the weights over the updates, which is validated, "
                 "kept as the best and predicted with."),
    FIELD(train_section, averaging, .resume = BETWEEN_EPOCHS,
          .def = "sample_mean", .choices = averagings,
          .doc = "How batches become an epoch's value: weighted by samples, "
                 "or alike (the tutorial's table)."),
    FIELD(train_section, restore_best, .resume = NAMED, .def = "true",
          .doc = "Predict with the weights of the best epoch, of which monitor "
                 "decides; false: with the last ones."),
    FIELD(train_section, monitor, .resume = NAMED, .optional = true, .least = 1,
          .aka = "metric_for_best_model best_metric fitness",
          .sample = "valid_loss",
          .doc = "What decides which epoch is best, a number of validation: "
                 "loss, accuracy or one of metrics, with or without valid_ "
                 "before it; default: valid_loss."),
    FIELD(train_section, schedule, .resume = NAMED, .optional = true,
          .group = &schedule_group, .short_first = true,
          .aka = "lr_schedule lr_scheduler scheduler lr_policy policy lr_decay "
                 "learning_rate_schedule cos_lr lrf warmup burn_in "
                 "warmup_epochs",
          .sample = "{learning_rate: cosine}",
          .doc = "How learning rate and momentum move while training runs, a "
                 "form of the learning rate or the keys learning_rate, "
                 "momentum and warmup; config show --schedule prints it."),
    FIELD(train_section, early_stopping, .resume = NAMED, .optional = true,
          .group = &early_stopping_group, .short_first = true,
          .aka = "patience early_stop EarlyStopping stop_early callbacks",
          .sample = "{patience: 10}",
          .doc =
              "Stop once nothing has become better for some epochs; default: "
              "train to max_epochs."),
    FIELD(train_section, save_every, .aka = "save_freq save_period snapshot",
          .resume = FREE, .optional = true, .min = 1, .max = 1e12,
          .unit = "batches",
          .doc = "Save the run so often within an epoch; default: only at the "
                 "epochs' ends."),
    FIELD(train_section, log, .resume = FREE, .optional = true,
          .aka = "verbose log_layers watch histogram_freq debug",
          .doc =
              "--metrics gains gradient_norm, the mean of the gradient's L2 "
              "norm over the epoch's updates, and layers: weight_norm, "
              "update_norm and gradient_norm of the last update, and dead, "
              "the share of the units or channels that rectify let pass "
              "nothing of.  Warns of layers that are dead or whose updates "
              "are too large or too small.  Where a resumed run has only "
              "finished an epoch dead is null, and all of layers if no update "
              "was left.  Costs some time and a copy of the weights."),
    {0},
};

static const char *const precisions[] = {"float32", "bfloat16", NULL};

bool engine_rounds(const struct engine_section *engine)
{
    return engine->precision && strcmp(engine->precision, "bfloat16") == 0;
}

const struct field engine_fields[] = {
    FIELD(engine_section, slices, .resume = NAMED, .def = "8", .min = 1,
          .max = 4096,
          .doc = "Parts that a batch is cut into, the unit of parallel work; "
                 "part of the result's bits, the number of threads is not."),
    FIELD(engine_section, algorithm, .resume = NAMED, .def = "auto",
          .choices = conv_words, .choices_gone = "pointwise=auto",
          .doc = "How convolutions are computed; auto: whichever is fastest. "
                 "direct, im2col (by the BLAS) and naive (the definition, "
                 "slow) fit every convolution, depthwise a filter per "
                 "channel, winograd2 to winograd6 (tiles of that many outputs "
                 "along an edge) filters of 3x3, winograd2 and winograd4 also "
                 "5x5 and winograd2 7x7, of stride 1 without dilation and "
                 "groups; those it does not fit, or not in bfloat16, are "
                 "computed as by auto."),
    FIELD(
        engine_section, precision, .resume = NAMED, .def = "float32",
        .choices = precisions,
        .choices_aka = "float=float32 fp32=float32 f32=float32 single=float32 "
                       "bf16=bfloat16 brain=bfloat16 16=bfloat16 "
                       "mixed=bfloat16",
        .doc = "bfloat16: the products of Winograd convolutions (winograd2 to "
               "winograd4 of filters of 3x3, winograd2 of 5x5, no larger "
               "tiles; forward and both gradients) take numbers rounded to 8 "
               "bits; their sums, all other products, weights and updates stay "
               "float32, as does what is exported.  Measured against double "
               "precision, relative to the root mean square of what a pass "
               "puts out, the largest error and the root mean square of all "
               "are below 0.03 and 0.005 with winograd2, 0.06 and 0.008 with "
               "winograd3, 0.12 and 0.013 with winograd4, and of 5x5 0.1 and "
               "0.016; those of gradients below twice as much.  "
               "engine.algorithm: winograd2 is the most exact; auto takes what "
               "is fastest.  info says which layers stay float32.  Processors "
               "with AVX512_BF16 multiply two at a time, some of them twice as "
               "fast as float32, some more slowly: bench prints both limits.  "
               "Others emulate that: the same bits of every product, more "
               "slowly than float32."),
    FIELD(engine_section, fold, .resume = NAMED, .def = "true",
          .doc = "Inference (validation, evaluate, predict) makes batchnorm "
                 "part of the weights of a linear convolution or dense layer "
                 "before it; false: it is computed, which differs by rounding "
                 "alone."),
    {0},
};

static const char *const compats[] = {"exact", "nolearn", NULL};

const struct field info_fields[] = {
    FIELD(info_section, compat, .def = "exact", .choices = compats,
          .doc = "Rules of the receptive field: exact, or those of nolearn, "
                 "which the tutorial's tables follow."),
    {0},
};

const struct section sections[] = {
    {"",
     "The whole document.  Keys that begin with x- are left alone, a place for "
     "anchors.",
     top_fields},
    {"data", "Where the samples come from.", data_fields},
    {"data.train",
     "Keys of every source (train, valid, test) beside those of its kind; "
     "valid and test of files take from train what they do not say of these.",
     source_fields},
    {"data.split", "What is held out for validation and for the test.",
     split_fields},
    {"data.normalize",
     "standardize (the default: one mean and one standard deviation over all "
     "pixels of the training source), scale (divide by 255), none, or a "
     "mapping: how to standardize, or constants.",
     standardize_fields},
    {"data.normalize", "Constants instead of the training source's own.",
     constants_fields},
    {"layers", "Keys of every layer.", layer_fields},
    {"layers", "Keys of layers with weights, a bias and a nonlinearity.",
     normalize_fields},
    {"train",
     "How the network is trained; the keys of the update rule and of the loss "
     "stand beside these.",
     train_fields},
    {"engine", "How the work is cut and done.", engine_fields},
    {"info", "How the layer table is computed.", info_fields},
    {NULL, NULL, NULL},
};
