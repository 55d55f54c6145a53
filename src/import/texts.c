/*
 * texts.c - what a file says beside its graph: names of classes, constants with
 * all their digits.
 */
#include <string.h>

#include "app/facts.h"
#include "codec/json.h"
#include "import/importer.h"

/* Names of classes that a file of this program holds, if there are as many; two
 * at least, as a document has them. */
void texts_classes(struct importer *im, int64_t outputs)
{
    const int64_t width = im->is_pair ? 2 : outputs;
    const char *value = NULL;
    struct json *list = NULL;

    for (int64_t i = 0; i < im->from->text_count; i++)
        if (strcmp(im->from->texts[i].key, "classes") == 0)
            value = im->from->texts[i].value;
    if (!value || width < 2 ||
        json_parse(value, strlen(value), im->file, &list, im->quiet) != OK)
        return;
    const char **names = arena_take(im->arena, (size_t)width, sizeof *names);
    bool good = names && json_count(list) == width;
    for (int64_t i = 0; good && i < width; i++) {
        const char *name = json_text_of(json_entry(list, i));
        names[i] = name ? arena_strdup(im->arena, name) : "";
        good = name != NULL;
    }
    const struct target target = {TARGET_CLASS, width, names};
    if (good && !target_fault(&target, im->arena))
        im->classes = (struct text_list){names, width};
    json_free(list);
}

/* The constants of a file of this program with all their digits, if they are
 * those of the graph. */
void texts_normalization(struct importer *im)
{
    struct front *f = &im->front;
    const char *value = NULL;
    struct json *map = NULL;
    double *pairs = arena_take(im->arena, 2 * (size_t)f->count, sizeof *pairs);

    for (int64_t i = 0; i < im->from->text_count; i++)
        if (strcmp(im->from->texts[i].key, "normalization") == 0)
            value = im->from->texts[i].value;
    if (!f->any || !value || !pairs ||
        json_parse(value, strlen(value), im->file, &map, im->quiet) != OK)
        return;
    const struct json *mean = json_member(map, "mean");
    const struct json *std = json_member(map, "std");
    bool same = json_count(mean) == f->count && json_count(std) == f->count;
    for (int64_t i = 0; same && i < f->count; i++)
        same = json_real_of(json_entry(mean, i), &pairs[i]) &&
               json_real_of(json_entry(std, i), &pairs[f->count + i]) &&
               (float)pairs[i] == (float)f->mean[i] &&
               (float)pairs[f->count + i] == (float)f->std[i] &&
               facts_can_divide(pairs[i], pairs[f->count + i]);
    if (same) {
        f->mean = pairs;
        f->std = pairs + f->count;
    }
    json_free(map);
}
