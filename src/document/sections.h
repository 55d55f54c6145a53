/*
 * sections.h - the sections of a document as structs, and their tables.
 *
 * Layers, update rules, losses, initializers and data sources bring tables of
 * their own; what stands here is the rest of the YAML file's vocabulary.
 */
#pragma once

#include "conf/field.h"
#include "source/source.h"

struct top_section {
    struct text_list extends; /* of a document that was laid over them: none */
    int64_t seed;
};

struct split_section {
    struct fraction eval_size, test_size; /* text NULL: absent */
    int64_t folds, fold;                  /* 0: eval_size says how many */
    const char *by, *hash; /* columns: samples that agree in it stay together,
                              or go where it says; NULL: absent */
    bool stratify, shuffle;
};

/* data.normalize as a mapping, one or the other. */
struct standardize_section {
    const char *standardize; /* global, channel or column: what has a pair */
    const char *constant;    /* error or zero: where all values are equal */
};

struct constants_section {
    struct real_list mean, std;
};

struct data_section {
    struct pair resize;          /* rows, columns; 0: absent */
    const char *fit;             /* NULL: absent */
    int64_t channels;            /* 0: absent */
    struct real_list background; /* count 0: absent */
    const char *cache;           /* auto, memory or none; NULL: auto */
    struct real_or_word missing; /* error, mean or a number */
    struct text_map classes;     /* count 0: from the training source */
    struct variant_list augment; /* of augment_kinds */
};

/* One data source of the document; kind NULL: absent. */
struct source {
    const struct source_ops *kind;
    const void *config;
    int64_t limit; /* 0: all */
    bool sound;    /* of a document: its values are right and go together */
    const struct node *node;
    struct origin origin;
};

struct train_section {
    const char *update; /* of update_kinds; its keys stand beside it */
    int64_t max_epochs, batch_size;
    bool shuffle;
    const char *loss; /* of loss_kinds; likewise */
    bool regression, standardize_targets;
    const char *targets; /* inputs; NULL: those of the samples */
    struct real_map_or_word class_weights; /* count 0 and no word: none */
    double l1, l2;
    struct variant_list metrics; /* of metric_choices */
    bool train_metrics;
    double clip_norm, max_norm; /* 0: absent */
    struct text_list freeze;    /* names of layers and patterns */
    struct variant average;     /* of average_kinds; kind NULL: absent */
    const char *averaging;
    bool restore_best;
    const char *monitor;   /* NULL: absent, valid_loss */
    struct group schedule; /* schedule_keys */
    struct group early_stopping;
    int64_t save_every; /* batches; 0: absent */
    bool log;
};

struct early_stopping_section {
    int64_t patience;
    double min_delta;
    const char *monitor; /* NULL: absent, train.monitor */
};

struct engine_section {
    int64_t slices;
    const char *algorithm;
    const char *precision;
    bool fold;
};

/* engine_rounds - is the precision bfloat16?  Not after an error in it. */
bool engine_rounds(const struct engine_section *engine);

struct info_section {
    const char *compat;
};

/* plain_split_fields: those of split_fields that regression has too, and a
 * split by groups; hash_split_fields: one by hash; no_split_fields: those that
 * have an effect where nothing is held out; fold_split_fields,
 * plain_fold_fields, hash_fold_fields: where one of several folds is. */
extern const struct field top_fields[], data_fields[], split_fields[],
    plain_split_fields[], hash_split_fields[], no_split_fields[],
    fold_split_fields[], plain_fold_fields[], hash_fold_fields[],
    standardize_fields[], constants_fields[], train_fields[], engine_fields[],
    info_fields[], source_fields[];

/* What train.early_stopping holds. */
extern const struct kind early_stopping_group;

/* The words of data.fit, as enum image_fit numbers them. */
extern const char *const image_fit_words[];

/* The words that data.normalize may be instead of a mapping. */
extern const char *const normalize_words[];

/* One row per section, in the document's order, for help and man page. */
struct section {
    const char *path; /* "data.split" */
    const char *doc;
    const struct field *fields;
};
extern const struct section sections[]; /* ended by path NULL */
