/*
 * model_images.c - how images become samples, in a model file.
 *
 * It says what the document says as well, and must agree with it; of a model
 * whose document names no samples it is the only word.
 */
#include <string.h>

#include "app/model.h"

void model_images_put(struct json_writer *w, const char *key,
                      const struct image_rule *rule)
{
    json_begin_map(w, key);
    if (rule->height > 0) {
        json_begin_list(w, "resize");
        json_put_int(w, NULL, rule->height);
        json_put_int(w, NULL, rule->width);
        json_end(w);
        json_put_text(w, "fit", image_fit_words[rule->fit]);
    }
    json_put_int(w, "channels", rule->channels);
    json_put_reals(w, "background", rule->background, 3);
    json_end(w);
}

static bool alike(const struct image_rule *a, const struct image_rule *b)
{
    bool same = a->channels == b->channels && a->height == b->height &&
                a->width == b->width && a->fit == b->fit;

    for (int i = 0; i < 3; i++)
        same = same && !(a->background[i] < b->background[i]) &&
               !(a->background[i] > b->background[i]);
    return same;
}

/* A size and its fit; false: they are no such thing. */
static bool read_size(const struct json *map, struct image_rule *rule)
{
    const struct json *size = json_member(map, "resize");
    const char *fit = json_text_of(json_member(map, "fit"));
    int i = 0;

    if (!size)
        return !json_member(map, "fit");
    while (fit && image_fit_words[i] && strcmp(fit, image_fit_words[i]) != 0)
        i++;
    if (!fit || !image_fit_words[i])
        return false;
    rule->fit = (enum image_fit)i;
    return json_count(size) == 2 &&
           json_int_of(json_entry(size, 0), &rule->height) &&
           json_int_of(json_entry(size, 1), &rule->width) && rule->height > 0 &&
           rule->width > 0;
}

/* NULL, or what is wrong with the rule that stands in a file. */
static const char *take_rule(struct model *m, const struct json *map)
{
    const struct json *background = json_member(map, "background");
    struct image_rule rule = {0};

    bool sound = read_size(map, &rule) &&
                 json_int_of(json_member(map, "channels"), &rule.channels) &&
                 json_count(background) == 3;
    for (int64_t i = 0; sound && i < 3; i++)
        sound = json_real_of(json_entry(background, i), &rule.background[i]) &&
                rule.background[i] >= 0 && rule.background[i] <= 255;
    if (!sound)
        return "metadata inputs: image is malformed";
    if (m->experiment.train_source.kind && !alike(&rule, &m->images))
        return "metadata inputs: image is not what its configuration says";
    if (!image_rule_makes(&rule, m->experiment.graph.in))
        return "metadata inputs: image does not make what its network takes";
    m->images = rule;
    m->of_images = true;
    return NULL;
}

/* Images leave their rule, and nothing else does. */
static const char *misplaced(const struct model *m)
{
    const struct experiment *x = &m->experiment;

    if (!x->train_source.kind || m->of_images == experiment_reads_images(x))
        return NULL;
    return m->of_images ? "metadata inputs: image is given, and its "
                          "configuration reads none"
                        : "metadata inputs: image is missing";
}

enum status model_images_read(struct model *m, const char *path, struct err *e)
{
    struct json *inputs = NULL;
    const char *fault = NULL;
    enum status s = OK;

    m->images = experiment_images(&m->experiment);
    if (stored_text_of(&m->stored, "inputs"))
        s = stored_json(&m->stored, "inputs", path, &inputs, e);
    const struct json *map = inputs ? json_member(inputs, "image") : NULL;
    if (map)
        fault = take_rule(m, map);
    json_free(inputs);
    if (s == OK && !fault)
        fault = misplaced(m);
    return fault ? err_add(e, ERR_DATA, path, "%s", fault) : s;
}

enum status model_images_for(const struct model *m, const struct experiment *x,
                             struct image_rule *rule, struct err *e)
{
    const bool own = x && experiment_reads_images(x);

    if (x)
        *rule = experiment_images(x);
    if (!m || (own && !m->of_images))
        return OK;
    if (own && !alike(rule, &m->images))
        return err_add(e, ERR_CONFIG, x->tree.name,
                       "data: its images are resized or coloured otherwise "
                       "than those of the model; checkpoint show tells how it "
                       "reads them");
    *rule = m->images;
    return OK;
}
