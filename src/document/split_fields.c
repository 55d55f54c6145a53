/*
 * split_fields.c - the tables of data.split: one for each way to cut, of the
 * keys that have an effect beside it.
 */
#include "document/sections.h"

#define EVAL_SIZE                                                              \
    FIELD(split_section, eval_size,                                            \
          .aka = "validation_split valid_size val_size val_split valid_split " \
                 "validation_size validation_fraction validation",             \
          .def = "0.2", .max = 1,                                              \
          .doc = "Share of the training source held out for validation, "      \
                 "0 <= eval_size < 1; may be written 1/3.  Of what test_size " \
                 "leaves.")
#define TEST_SIZE                                                              \
    FIELD(split_section, test_size, .optional = true, .max = 1,                \
          .doc = "Share of the training source held out before that, which "   \
                 "evaluate takes for its test samples; not beside test.")
#define FOLDS                                                                  \
    FIELD(split_section, folds, .optional = true, .min = 2, .max = 1 << 20,    \
          .aka = "n_splits n_folds num_folds k_folds kfold cv",                \
          .doc = "Cut the training source into so many parts of which one "    \
                 "validates, instead of eval_size; fit --folds trains on "     \
                 "every one in turn."),                                        \
        FIELD(split_section, fold, .optional = true, .min = 1, .max = 1 << 20, \
              .doc = "Which of them validates, from 1; the first is what "     \
                     "eval_size 1/folds holds out.")
#define STRATIFY                                                               \
    FIELD(split_section, stratify, .def = "true",                              \
          .doc = "Take the share of each class instead of the whole; not in "  \
                 "regression and with label_columns, which have no classes, "  \
                 "and not beside by and hash.")
#define SHUFFLE                                                                \
    FIELD(split_section, shuffle, .def = "true",                               \
          .doc =                                                               \
              "Draw the samples held out, beside by the groups, instead of "   \
              "taking the first; not beside hash.")
#define BY_GROUP                                                               \
    FIELD(split_section, by, .optional = true, .least = 1,                     \
          .aka = "group groups group_column group_col group_by groupby "       \
                 "GroupKFold GroupShuffleSplit",                               \
          .sample = "patient",                                                 \
          .doc = "A column of the training table, by name or number: samples " \
                 "with one value of it are never parted, whole groups are "    \
                 "held out until they hold the share.  It stays an input "     \
                 "unless ignore lists it.")
#define BY_HASH                                                                \
    FIELD(split_section, hash, .optional = true, .least = 1, .sample = "id",   \
          .aka = "hash_column hash_key hash_by id_column FARM_FINGERPRINT",    \
          .doc = "A column of the training table, whose text and the seed "    \
                 "alone decide where a sample goes: rows that are added move " \
                 "no other, the shares are met nearly.  It stays an input "    \
                 "unless ignore lists it.")
#define COLUMN BY_GROUP, BY_HASH

const struct field split_fields[] = {
    EVAL_SIZE, TEST_SIZE, FOLDS, COLUMN, STRATIFY, SHUFFLE, {0},
};

const struct field plain_split_fields[] = {
    EVAL_SIZE, TEST_SIZE, COLUMN, SHUFFLE, {0}};
const struct field hash_split_fields[] = {EVAL_SIZE, TEST_SIZE, COLUMN, {0}};
const struct field no_split_fields[] = {EVAL_SIZE, TEST_SIZE, {0}};
const struct field fold_split_fields[] = {TEST_SIZE, FOLDS,   COLUMN,
                                          STRATIFY,  SHUFFLE, {0}};
const struct field plain_fold_fields[] = {
    TEST_SIZE, FOLDS, COLUMN, SHUFFLE, {0}};
const struct field hash_fold_fields[] = {TEST_SIZE, FOLDS, COLUMN, {0}};
