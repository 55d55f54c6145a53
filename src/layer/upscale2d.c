/*
 * upscale2d.c - images of more pixels.
 *
 * Lasagne's Upscale2DLayer, every pixel becoming a cell of a x b pixels: repeat
 * fills the cell with it, dilate puts it in the first pixel and zeros in the
 * others, and bilinear interpolates between the centres of the cells, as
 * PyTorch does with align_corners=False: pixel a i + q of an axis is
 *
 *   (1 - w) x_i + w x_j,    w = |2 q + 1 - a| / (2 a)
 *
 * where j is the neighbour of i on the side of its cell where q lies, or i
 * itself at the border.  dx is the transpose of that, gathered: every number is
 * a sum in one order.
 */
#include <string.h>

#include "base/compiler.h"
#include "base/num.h"
#include "layer/config.h"
#include "layer/image.h"

static const char *const mode_words[] = {"repeat", "dilate", "bilinear", NULL};

/* clang-format off */
static const struct field upscale2d_fields[] = {
    FIELD(upscale2d_config, scale_factor, .min = 1, .max = 256,
          .aka = "size scale factor stride",
          .doc = "How many pixels one becomes along rows and columns."),
    FIELD(upscale2d_config, mode, .def = "repeat", .choices = mode_words,
          .aka = "interpolation upsample_mode",
          .doc = "repeat the pixel, dilate (zeros around it), or bilinear "
                 "interpolation."),
    {0},
};
/* clang-format on */

/* An image and what becomes of it: [rows, columns] to [rows * a, columns * b].
 */
struct scaling {
    int64_t rows, columns, a, b;
};

static struct scaling scaling_of(const struct layer *l)
{
    const struct upscale2d_config *c = l->config;
    const struct shape in = l->in[0];

    return (struct scaling){in.dim[IMAGE_ROWS], in.dim[IMAGE_COLUMNS],
                            c->scale_factor.y, c->scale_factor.x};
}

static bool is_mode(const struct layer *l, const char *word)
{
    const struct upscale2d_config *c = l->config;

    return strcmp(c->mode, word) == 0;
}

/* Bilinear: three expanded rows; gradients: one row. */
enum { KEPT_ROWS = 3 };

static enum status upscale2d_infer(const void *config, const struct shape *in,
                                   int64_t inputs, struct layer_spec *spec)
{
    const struct upscale2d_config *c = config;
    const enum status s = image_expect(spec, in[0]);
    int64_t rows, columns;

    (void)inputs;
    if (s != OK)
        return s;
    if (!num_mul(in[0].dim[IMAGE_ROWS], c->scale_factor.y, &rows) ||
        !num_mul(in[0].dim[IMAGE_COLUMNS], c->scale_factor.x, &columns))
        return layer_refuse(spec, NULL, "its output is too large to address");
    spec->out = SHAPE(in[0].dim[IMAGE_CHANNELS], rows, columns);
    if (!shape_fits(spec->out))
        return layer_refuse(spec, NULL, "its output is too large to address");
    const int64_t work = KEPT_ROWS * columns * (int64_t)sizeof(real);
    spec_work(spec, work, work);
    return OK;
}

/* What pixel q of a cell of `factor` takes from the neighbour, which is on the
 * side of `step`. */
struct tap {
    int64_t step;
    real weight;
};

INLINE struct tap tap_of(int64_t q, int64_t factor)
{
    const int64_t offset = 2 * q + 1 - factor; /* from the centre, in halves */
    const int64_t step = (offset > 0) - (offset < 0);

    return (struct tap){step, (real)(offset * step) / (real)(2 * factor)};
}

/* Cell i of `count`, or the one at the border. */
INLINE int64_t inside(int64_t i, int64_t count)
{
    return i < 0 ? 0 : i < count ? i : count - 1;
}

/* A row [columns] becomes [columns * factor]. */
INLINE void interpolate_by(int64_t factor, const real *restrict x,
                           int64_t columns, real *restrict wide)
{
    for (int64_t q = 0; q < factor; q++) {
        const struct tap t = tap_of(q, factor);
        const real own = 1 - t.weight, other = t.weight;
        for (int64_t i = 1; i < columns - 1; i++)
            wide[i * factor + q] = own * x[i] + other * x[i + t.step];
        for (int64_t i = 0; i < columns; i += num_max(1, columns - 1))
            wide[i * factor + q] =
                own * x[i] + other * x[inside(i + t.step, columns)];
    }
}

HOT_CLONES
static void interpolate_row(const struct scaling *s, const real *x, real *wide)
{
    if (s->b == 2)
        interpolate_by(2, x, s->columns, wide);
    else
        interpolate_by(s->b, x, s->columns, wide);
}

HOT_CLONES
static void mix_rows(const real *restrict own, const real *restrict other,
                     real weight, int64_t count, real *restrict y)
{
    for (int64_t i = 0; i < count; i++)
        y[i] = (1 - weight) * own[i] + weight * other[i];
}

/* The wide rows of pixels i - 1, i and i + 1 are kept, each at its number
 * modulo 3. */
static void interpolate_plane(const struct scaling *s, const real *x, real *y,
                              real *kept)
{
    const int64_t width = s->columns * s->b;

    interpolate_row(s, x, kept);
    for (int64_t i = 0; i < s->rows; i++) {
        if (i + 1 < s->rows)
            interpolate_row(s, x + (i + 1) * s->columns,
                            kept + (i + 1) % KEPT_ROWS * width);
        for (int64_t q = 0; q < s->a; q++, y += width) {
            const struct tap t = tap_of(q, s->a);
            const int64_t j = inside(i + t.step, s->rows);
            mix_rows(kept + i % KEPT_ROWS * width, kept + j % KEPT_ROWS * width,
                     t.weight, width, y);
        }
    }
}

INLINE void repeat_by(int64_t factor, const real *restrict x, int64_t columns,
                      real *restrict wide)
{
    for (int64_t i = 0; i < columns; i++)
        for (int64_t q = 0; q < factor; q++)
            wide[i * factor + q] = x[i];
}

HOT_CLONES
static void repeat_row(const struct scaling *s, const real *x, real *wide)
{
    if (s->b == 2)
        repeat_by(2, x, s->columns, wide);
    else
        repeat_by(s->b, x, s->columns, wide);
}

static void repeat_plane(const struct scaling *s, const real *x, real *y,
                         real *kept)
{
    const int64_t width = s->columns * s->b;

    (void)kept;
    for (int64_t i = 0; i < s->rows; i++, x += s->columns) {
        repeat_row(s, x, y);
        for (int64_t q = 1; q < s->a; q++)
            memcpy(y + q * width, y, (size_t)width * sizeof *y);
        y += s->a * width;
    }
}

static void dilate_plane(const struct scaling *s, const real *x, real *y,
                         real *kept)
{
    const int64_t width = s->columns * s->b;

    (void)kept;
    memset(y, 0, (size_t)(s->rows * s->a * width) * sizeof *y);
    for (int64_t i = 0; i < s->rows; i++, x += s->columns, y += s->a * width)
        for (int64_t j = 0; j < s->columns; j++)
            y[j * s->b] = x[j];
}

HOT_CLONES
static void add_row(const real *restrict from, real weight, int64_t count,
                    real *restrict to)
{
    for (int64_t i = 0; i < count; i++)
        to[i] += weight * from[i];
}

/* What pixel q of cell j gives to cell i, of `count`. */
INLINE real share(int64_t i, int64_t j, int64_t count, struct tap t)
{
    real weight = 0;

    if (j == i)
        weight += 1 - t.weight;
    if (inside(j + t.step, count) == i)
        weight += t.weight;
    return weight;
}

/* sum [width] = what the rows of y give to row i of x. */
static void gather_rows(const struct scaling *s, const real *dy, int64_t i,
                        real *sum)
{
    const int64_t width = s->columns * s->b;

    memset(sum, 0, (size_t)width * sizeof *sum);
    for (int64_t j = inside(i - 1, s->rows); j <= inside(i + 1, s->rows); j++)
        for (int64_t q = 0; q < s->a; q++) {
            const real weight = share(i, j, s->rows, tap_of(q, s->a));
            if (weight != 0)
                add_row(dy + (j * s->a + q) * width, weight, width, sum);
        }
}

/* The transpose of interpolate_by: pixels q of the cells to both sides of i
 * count where they look towards it. */
INLINE void gather_by(int64_t factor, const real *restrict wide,
                      int64_t columns, real *restrict dx)
{
    memset(dx, 0, (size_t)columns * sizeof *dx);
    for (int64_t q = 0; q < factor; q++) {
        const struct tap t = tap_of(q, factor);
        const int64_t begin = num_max(0, t.step);
        const int64_t end = columns + num_min(0, t.step);
        for (int64_t i = 0; i < columns; i++)
            dx[i] += (1 - t.weight) * wide[i * factor + q];
        for (int64_t i = begin; i < end; i++)
            dx[i] += t.weight * wide[(i - t.step) * factor + q];
        if (t.step > 0)
            dx[columns - 1] += t.weight * wide[(columns - 1) * factor + q];
        else if (t.step < 0)
            dx[0] += t.weight * wide[q];
    }
}

HOT_CLONES
static void gather_columns(const struct scaling *s, const real *wide, real *dx)
{
    if (s->b == 2)
        gather_by(2, wide, s->columns, dx);
    else
        gather_by(s->b, wide, s->columns, dx);
}

static void interpolate_back(const struct scaling *s, const real *dy, real *dx,
                             real *sum)
{
    for (int64_t i = 0; i < s->rows; i++) {
        gather_rows(s, dy, i, sum);
        gather_columns(s, sum, dx + i * s->columns);
    }
}

INLINE void sum_cells_by(int64_t factor, const real *restrict wide,
                         int64_t columns, real *restrict dx)
{
    memset(dx, 0, (size_t)columns * sizeof *dx);
    for (int64_t q = 0; q < factor; q++)
        for (int64_t i = 0; i < columns; i++)
            dx[i] += wide[i * factor + q];
}

HOT_CLONES
static void sum_cells(const struct scaling *s, const real *wide, real *dx)
{
    if (s->b == 2)
        sum_cells_by(2, wide, s->columns, dx);
    else
        sum_cells_by(s->b, wide, s->columns, dx);
}

static void repeat_back(const struct scaling *s, const real *dy, real *dx,
                        real *sum)
{
    const int64_t width = s->columns * s->b;

    for (int64_t i = 0; i < s->rows; i++, dx += s->columns) {
        memcpy(sum, dy, (size_t)width * sizeof *sum);
        for (int64_t q = 1; q < s->a; q++)
            add_row(dy + q * width, 1, width, sum);
        sum_cells(s, sum, dx);
        dy += s->a * width;
    }
}

static void dilate_back(const struct scaling *s, const real *dy, real *dx,
                        real *sum)
{
    (void)sum;
    for (int64_t i = 0; i < s->rows; i++, dx += s->columns) {
        for (int64_t j = 0; j < s->columns; j++)
            dx[j] = dy[j * s->b];
        dy += s->a * s->columns * s->b;
    }
}

/* Of one plane to another; work [KEPT_ROWS, columns * b]. */
typedef void plane_fn(const struct scaling *s, const real *from, real *to,
                      real *work);

static void upscale2d_forward(const struct layer *l, const struct pass *p)
{
    const struct scaling s = scaling_of(l);
    const int64_t planes = p->batch * l->spec.out.dim[IMAGE_CHANNELS];
    const int64_t in = s.rows * s.columns, out = in * s.a * s.b;
    plane_fn *plane = is_mode(l, "bilinear") ? interpolate_plane
                      : is_mode(l, "repeat") ? repeat_plane
                                             : dilate_plane;

    for (int64_t i = 0; i < planes; i++)
        plane(&s, p->x[0] + i * in, p->y + i * out, p->work);
}

static void upscale2d_backward(const struct layer *l, const struct pass *p)
{
    const struct scaling s = scaling_of(l);
    const int64_t planes = p->batch * l->spec.out.dim[IMAGE_CHANNELS];
    const int64_t in = s.rows * s.columns, out = in * s.a * s.b;
    plane_fn *plane = is_mode(l, "bilinear") ? interpolate_back
                      : is_mode(l, "repeat") ? repeat_back
                                             : dilate_back;

    for (int64_t i = 0; p->dx[0] && i < planes; i++)
        plane(&s, p->dy + i * out, p->dx[0] + i * in, p->work);
}

/* Two neighbours at a time where it interpolates, else one. */
static struct layer_window upscale2d_window(const void *config)
{
    const struct upscale2d_config *c = config;
    const struct pair f = c->scale_factor;
    const bool mixes = strcmp(c->mode, "bilinear") == 0;

    return (struct layer_window){
        .kind = WINDOW_POOL,
        .size = {mixes && f.y > 1 ? 2 * f.y : 1,
                 mixes && f.x > 1 ? 2 * f.x : 1},
        .stride = {1, 1},
        .dilation = {1, 1},
        .spread = f,
    };
}

const struct layer_ops upscale2d_layer = {
    .kind = {.name = "upscale2d",
             .doc = "Makes several pixels of each.",
             CONFIG(upscale2d),
             .aka = "upsample upsampling upsampling2d up_sampling2d upscale "
                    "resize interpolate"},
    ONE_INPUT,
    .infer = upscale2d_infer,
    .forward = upscale2d_forward,
    .backward = upscale2d_backward,
    .window = upscale2d_window,
};
