/*
 * merge.c - shapes of several inputs brought together.
 */
#include "layer/merge.h"

#include <stdio.h>
#include <string.h>

#include "base/num.h"

static const char lower[] = "lower", center[] = "center", upper[] = "upper";

const char *const merge_crops[] = {lower, center, upper, NULL};

static int64_t most_axes(const struct merge *m)
{
    int64_t most = 0;

    for (int64_t k = 0; k < m->inputs; k++)
        most = num_max(most, m->in[k].axes);
    return most;
}

/* The word for an axis of a sample; NULL: it is not cropped. */
static const char *crop_of(const struct merge *m, int64_t axis)
{
    const struct text_list *list = &m->cropping;

    if (axis == m->kept || list->count == 0)
        return NULL;
    if (list->count == 1)
        return list->at[0];
    return axis + 1 < list->count ? list->at[axis + 1] : NULL;
}

enum status merge_check(const struct merge *m, struct layer_spec *s)
{
    const struct text_list *list = &m->cropping;

    if (list->count > 1 && list->at[0])
        return layer_refuse(s, "cropping",
                            "the first entry is the batch's, which cannot be "
                            "cropped; expected null, got %s",
                            list->at[0]);
    if (list->count > most_axes(m) + 1)
        return layer_refuse(s, "cropping",
                            "has %lld entries, the inputs have %lld axes, the "
                            "batch counted",
                            (long long)list->count,
                            (long long)most_axes(m) + 1);
    return OK;
}

static int64_t smallest(const struct merge *m, int64_t axis)
{
    int64_t least = INT64_MAX;

    for (int64_t k = 0; k < m->inputs; k++)
        if (axis < m->in[k].axes)
            least = num_min(least, m->in[k].dim[axis]);
    return least;
}

struct shape merge_cut(const struct merge *m, int64_t k)
{
    struct shape cut = m->in[k];

    for (int64_t a = 0; a < cut.axes; a++)
        if (crop_of(m, a))
            cut.dim[a] = smallest(m, a);
    return cut;
}

/* The first cell of an axis that is used. */
static int64_t first_cell(const char *crop, int64_t extent, int64_t used)
{
    if (!crop || strcmp(crop, lower) == 0)
        return 0;
    return strcmp(crop, upper) == 0 ? extent - used : (extent - used) / 2;
}

void merge_add(const struct merge *m, struct walk *w, int64_t k)
{
    const struct shape in = m->in[k], cut = merge_cut(m, k);
    struct strided *s = walk_add(w, in);

    for (int64_t a = 0; a < in.axes; a++) {
        s->origin +=
            first_cell(crop_of(m, a), in.dim[a], cut.dim[a]) * s->step[a + 1];
        if (cut.dim[a] == 1)
            s->step[a + 1] = 0;
    }
}

enum status merge_refuse(const struct merge *m, int64_t k, struct layer_spec *s)
{
    return layer_refuse(
        s, NULL,
        "incoming layer %lld of %lld is %s%s, which does not fit %s %s",
        (long long)k + 1, (long long)m->inputs, shape_text(m->in[k]).text,
        shape_equal(m->in[k], merge_cut(m, k)) ? "" : " before cropping",
        k > 1 ? "those before it," : "the first,", shape_text(s->out).text);
}

static bool are_alike(const struct merge *m, struct shape out)
{
    for (int64_t k = 0; k < m->inputs; k++)
        if (!shape_equal(m->in[k], out))
            return false;
    return out.axes == 3;
}

enum status merge_infer(const struct merge *m, struct layer_spec *s)
{
    const enum status checked = merge_check(m, s);

    s->out = (struct shape){0};
    for (int64_t k = 0; checked == OK && k < m->inputs; k++) {
        const struct shape cut = merge_cut(m, k);
        for (int64_t a = 0; a < cut.axes; a++) {
            int64_t *dim = &s->out.dim[a];
            if (a < s->out.axes && *dim != 1 && cut.dim[a] != 1 &&
                *dim != cut.dim[a])
                return merge_refuse(m, k, s);
            *dim = num_max(*dim, cut.dim[a]);
        }
        s->out.axes = num_max(s->out.axes, cut.axes);
    }
    for (int64_t k = 0; checked == OK && k < 2; k++)
        if (shape_equal(m->in[k], s->out))
            spec_in_place(s, k);
    if (checked == OK && are_alike(m, s->out))
        spec_blocked(s, WRITES_AS_READ);
    return checked;
}
