/*
 * image.c - what layers over images have in common.
 */
#include "layer/image.h"

#include <stdio.h>

enum status image_expect(struct layer_spec *s, struct shape in)
{
    if (in.axes == IMAGE_AXES)
        return OK;
    return layer_refuse(s, NULL,
                        "takes images (channels, rows, columns), its input "
                        "has %lld %s",
                        (long long)in.axes, in.axes == 1 ? "axis" : "axes");
}

struct extents image_extents(int64_t rows, int64_t columns)
{
    struct extents e;

    snprintf(e.text, sizeof e.text, "%lldx%lld", (long long)rows,
             (long long)columns);
    return e;
}

/* Two numbers of one meaning: "1" when they are equal, else "1x2". */
static struct extents both(int64_t rows, int64_t columns)
{
    struct extents e = image_extents(rows, columns);

    if (rows == columns)
        snprintf(e.text, sizeof e.text, "%lld", (long long)rows);
    return e;
}

enum status image_refuse_window(struct layer_spec *s, const char *what,
                                const struct window *w)
{
    const bool dilated = w->y.dilation > 1 || w->x.dilation > 1;

    return layer_refuse(s, NULL, "%s %s%s%s does not fit its %s input (pad %s)",
                        what, image_extents(w->y.kernel, w->x.kernel).text,
                        dilated ? " with dilation " : "",
                        dilated ? both(w->y.dilation, w->x.dilation).text : "",
                        image_extents(w->y.in, w->x.in).text,
                        both(w->y.pad, w->x.pad).text);
}
