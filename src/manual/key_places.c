/*
 * key_places.c - the walk over sections and registries.
 */
#include <stdio.h>
#include <string.h>

#include "activation/activation.h"
#include "augment/augment.h"
#include "init/init.h"
#include "layer/layer.h"
#include "loss/loss.h"
#include "manual/key_help.h"
#include "metric/metric.h"
#include "notation/notation.h"
#include "schedule/schedule.h"
#include "source/source.h"
#include "train/average.h"
#include "update/update.h"

/* Mappings within train, and within its schedule. */
static const struct kind *const train_groups[] = {&schedule_group,
                                                  &early_stopping_group, NULL};
static const struct kind *const schedule_groups[] = {&warmup_group, NULL};

/* The kinds that belong to a section.  Sources have a registry of their own. */
static const struct {
    const char *section, *under;
    enum place_role role;
    const struct kind *const *kinds;
} lists[] = {
    {"data.train", "data.train", PLACE_BESIDE, NULL},
    {"data", "data.augment", PLACE_VALUE, augment_kinds},
    {"layers", "layers", PLACE_NESTED, layer_kinds},
    {"layers", "layers", PLACE_NESTED, notation_kinds},
    {"layers", "layers.nonlinearity", PLACE_VALUE, activation_kinds},
    {"layers", "layers.W", PLACE_VALUE, init_kinds},
    {"train", "train", PLACE_BESIDE, update_kinds},
    {"train", "train", PLACE_BESIDE, loss_kinds},
    {"train", "train.metrics", PLACE_VALUE, metric_choices},
    {"train", "train.average", PLACE_VALUE, average_kinds},
    {"train", "train", PLACE_NESTED, train_groups},
    {"train", "train.schedule", PLACE_NESTED, schedule_groups},
    {"train", "train.schedule", PLACE_VALUE, schedule_kinds},
};

/* The kind where the walk stands; false: the list has ended. */
static bool take_kind(struct place *p)
{
    const struct kind *const *kinds = lists[p->list].kinds;
    const struct source_ops *source = kinds ? NULL : source_registry[p->kind];
    const struct kind *k = source  ? &source->kind
                           : kinds ? kinds[p->kind]
                                   : NULL;

    if (!k)
        return false;
    p->kind++;
    p->role = source && source->nested ? PLACE_NESTED : lists[p->list].role;
    p->section = lists[p->list].under;
    p->name = k->name;
    p->aka = k->aka;
    p->doc = k->doc;
    p->fields = k->fields;
    snprintf(p->path, sizeof p->path, "%.60s.%.60s", p->section, k->name);
    p->keys = p->role == PLACE_BESIDE ? p->section : p->path;
    return true;
}

/* Kinds follow the last of their section's tables. */
static bool has_kinds(const struct section *s)
{
    return s && (!s[1].path || strcmp(s->path, s[1].path) != 0);
}

bool place_next(struct place *p)
{
    for (; has_kinds(p->at) && p->list < ARRAY_LEN(lists);
         p->list++, p->kind = 0)
        if (strcmp(lists[p->list].section, p->at->path) == 0 && take_kind(p))
            return true;
    const struct section *s = p->at ? p->at + 1 : sections;
    *p = (struct place){
        .role = PLACE_SECTION,
        .section = s->path,
        .keys = s->path,
        .doc = s->doc,
        .fields = s->fields,
        .at = s,
    };
    snprintf(p->path, sizeof p->path, "%s", s->path ? s->path : "");
    return s->path != NULL;
}

void place_key(const struct place *p, const char *key,
               char path[KEY_PATH_BYTES])
{
    snprintf(path, KEY_PATH_BYTES, "%.120s%s%.30s", p->keys,
             *p->keys ? "." : "", key);
}
