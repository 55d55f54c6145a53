/*
 * agree_images.c - how images become samples: is there one, and does the rule
 * make what the network takes?
 */
#include <string.h>

#include "document/agree.h"
#include "document/bind.h"

static const char *const image_keys[] = {"resize", "fit", "channels",
                                         "background"};

bool experiment_reads_images(const struct experiment *x)
{
    const struct source *sources[] = {&x->train_source, &x->valid_source,
                                      &x->test_source};

    for (size_t i = 0; i < ARRAY_LEN(sources); i++)
        if (sources[i]->kind && sources[i]->kind->pictures)
            return true;
    return false;
}

/* The channels of the input layer that an image may have; 0: it has none. */
static int64_t channels_of(const struct experiment *x)
{
    const struct shape in = x->graph.in;

    if (x->graph.count == 0 || in.axes != 3)
        return 0;
    return in.dim[0] == 1 || in.dim[0] == 3 ? in.dim[0] : 0;
}

struct image_rule experiment_images(const struct experiment *x)
{
    const struct data_section *d = &x->data;
    const struct real_list b = d->background;
    struct image_rule rule = {
        .channels = d->channels ? d->channels : channels_of(x),
        .height = d->resize.y,
        .width = d->resize.x,
    };

    for (int i = 0; d->fit && image_fit_words[i]; i++)
        if (strcmp(d->fit, image_fit_words[i]) == 0)
            rule.fit = (enum image_fit)i;
    for (int64_t i = 0; i < 3 && b.count > 0; i++)
        rule.background[i] = b.at[b.count == 3 ? i : 0];
    return rule;
}

static enum status refuse_all(const struct experiment *x,
                              const struct node *data, struct err *e)
{
    enum status s = OK;

    for (size_t i = 0; i < ARRAY_LEN(image_keys); i++)
        s = bind_worse(agree_refuse(x, data, image_keys[i],
                                    "without a source of images", e),
                       s);
    return s;
}

/* Values that the table allows. */
static enum status check_values(const struct experiment *x,
                                const struct node *data, struct err *e)
{
    const struct data_section *d = &x->data;
    enum status s = OK;

    if (d->channels == 2)
        s = tree_error(&x->tree, node_find(data, "channels"), AT_VALUE, NULL, e,
                       "2 is neither 1, grey, nor 3, red, green and blue");
    if (d->background.count == 2)
        s = tree_error(&x->tree, node_find(data, "background"), AT_VALUE, NULL,
                       e, "expected a number or [red, green, blue]");
    if (d->resize.y == 0)
        s = bind_worse(agree_refuse(x, data, "fit", "without resize", e), s);
    return s;
}

/* What becomes of the images is what the input layer takes. */
static enum status check_input(const struct experiment *x,
                               const struct node *data, struct err *e)
{
    const struct data_section *d = &x->data;
    const struct shape in = x->graph.in;
    enum status s = OK;

    if (x->graph.count == 0 || in.axes != 3)
        return OK;
    if (d->resize.y > 0 &&
        (d->resize.y != in.dim[1] || d->resize.x != in.dim[2]))
        s = tree_error(&x->tree, node_find(data, "resize"), AT_VALUE, NULL, e,
                       "images become %lldx%lld, the input layer takes %s",
                       (long long)d->resize.y, (long long)d->resize.x,
                       shape_text(in).text);
    if (d->channels > 0 && d->channels != 2 && d->channels != in.dim[0])
        s = tree_error(&x->tree, node_find(data, "channels"), AT_VALUE, NULL, e,
                       "images get %lld channel%s, the input layer takes %s",
                       (long long)d->channels, d->channels == 1 ? "" : "s",
                       shape_text(in).text);
    else if (channels_of(x) == 0)
        s = tree_error(&x->tree, data, AT_KEY, NULL, e,
                       "images have 1 channel or 3, the input layer takes %s",
                       shape_text(in).text);
    return s;
}

/* The resolved document says all of the rule. */
static void settle(struct experiment *x)
{
    static const double black[] = {0};
    struct data_section *d = &x->data;

    if (d->resize.y > 0 && !d->fit)
        d->fit = image_fit_words[IMAGE_STRETCH];
    if (d->channels == 0)
        d->channels = channels_of(x);
    if (d->background.count == 0)
        d->background = (struct real_list){black, 1};
}

enum status agree_images(struct experiment *x, const struct node *data,
                         struct err *e)
{
    if (!experiment_reads_images(x))
        return refuse_all(x, data, e);
    const enum status s =
        bind_worse(check_input(x, data, e), check_values(x, data, e));
    if (s == OK)
        settle(x);
    return s;
}
