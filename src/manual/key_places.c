/*
 * key_places.c - the walk over sections and registries.
 */
#include "manual/key_places.h"

#include <stdio.h>
#include <string.h>

#include "activation/activation.h"
#include "app/sections.h"
#include "data/source.h"
#include "init/init.h"
#include "layer/layer.h"
#include "loss/loss.h"
#include "update/update.h"

static void visit(place_fn *fn, void *context, enum place_role role,
                  const char *section, const struct kind *k)
{
    struct place p = {
        .role = role,
        .section = section,
        .name = k->name,
        .doc = k->doc,
        .fields = k->fields,
    };

    snprintf(p.path, sizeof p.path, "%.60s.%.60s", section, k->name);
    p.keys = role == PLACE_BESIDE ? section : p.path;
    fn(context, &p);
}

static void visit_all(place_fn *fn, void *context, enum place_role role,
                      const char *section, const struct kind *const *kinds)
{
    for (size_t i = 0; kinds[i]; i++)
        visit(fn, context, role, section, kinds[i]);
}

static void visit_sources(place_fn *fn, void *context)
{
    for (size_t i = 0; source_registry[i]; i++) {
        const struct source_ops *source = source_registry[i];
        visit(fn, context, source->nested ? PLACE_NESTED : PLACE_BESIDE,
              "data.train", &source->kind);
    }
}

/* The kinds that belong to a section. */
static void visit_kinds(place_fn *fn, void *context, const char *section)
{
    if (strcmp(section, "data.train") == 0)
        visit_sources(fn, context);
    if (strcmp(section, "layers") == 0) {
        visit_all(fn, context, PLACE_NESTED, "layers", layer_kinds);
        visit_all(fn, context, PLACE_VALUE, "layers.nonlinearity",
                  activation_kinds);
        visit_all(fn, context, PLACE_VALUE, "layers.W", init_kinds);
    }
    if (strcmp(section, "train") == 0) {
        visit_all(fn, context, PLACE_BESIDE, "train", update_kinds);
        visit_all(fn, context, PLACE_VALUE, "train.loss", loss_kinds);
    }
}

void place_each(place_fn *fn, void *context)
{
    for (const struct section *s = sections; s->path; s++) {
        struct place p = {
            .role = PLACE_SECTION,
            .section = s->path,
            .keys = s->path,
            .doc = s->doc,
            .fields = s->fields,
        };
        snprintf(p.path, sizeof p.path, "%s", s->path);
        fn(context, &p);
        visit_kinds(fn, context, s->path);
    }
}

void place_key(const struct place *p, const struct field *f,
               char path[KEY_PATH_BYTES])
{
    snprintf(path, KEY_PATH_BYTES, "%.120s%s%.30s", p->keys,
             *p->keys ? "." : "", f->key);
}
