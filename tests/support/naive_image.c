/*
 * naive_image.c - what image_apply computes, as slowly as it is defined.
 */
#include "support/naive_image.h"

#include <math.h>
#include <stdlib.h>

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t most(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* The weight of pixel j of `from` in pixel i of `to`, and what the weights of
 * all add up to. */
static int64_t weight(int64_t from, int64_t to, int64_t i, int64_t j)
{
    if (to <= from) /* how much of it lies in i from .. (i + 1) from */
        return most(0, least((i + 1) * from, (j + 1) * to) -
                           most(i * from, j * to));
    /* A tent over the centre, which is kept between those of the ends. */
    const int64_t centre =
        least(most((2 * i + 1) * from - to, 0), (from - 1) * 2 * to);
    return most(0, 2 * to - llabs(centre - 2 * to * j));
}

static int64_t whole(int64_t from, int64_t to)
{
    return to <= from ? from : 2 * to;
}

static int64_t pixel(const struct image *m, int64_t channels, int64_t y,
                     int64_t x, int64_t c)
{
    const unsigned char *p = m->pixels + (y * m->width + x) * m->channels;

    if (m->channels == 3 && channels == 1)
        return (int64_t)floor((299 * p[0] + 587 * p[1] + 114 * p[2]) / 1000.0 +
                              0.5);
    return p[m->channels == 1 ? 0 : c];
}

/* The side that goes with `known` in the aspect whole : part. */
static int64_t goes_with(int64_t known, int64_t whole_side, int64_t part)
{
    const double side =
        floor((double)(known * part) / (double)whole_side + 0.5);

    return most(1, (int64_t)side);
}

struct box {
    int64_t y, x, height, width;
};

/* The largest box of the aspect of `like` in the middle of `room`. */
static struct box inscribe(int64_t rows, int64_t columns, int64_t like_rows,
                           int64_t like_columns)
{
    struct box b = {0, 0, rows, columns};

    if ((double)columns / (double)rows >
        (double)like_columns / (double)like_rows)
        b.width = goes_with(rows, like_rows, like_columns);
    else
        b.height = goes_with(columns, like_columns, like_rows);
    b.y = (rows - b.height) / 2;
    b.x = (columns - b.width) / 2;
    return b;
}

static int64_t border(const struct image_rule *rule, int64_t channels,
                      int64_t c)
{
    const double *b = rule->background;

    if (channels == 1)
        return (int64_t)floor((299 * floor(b[0] + 0.5) +
                               587 * floor(b[1] + 0.5) +
                               114 * floor(b[2] + 0.5)) /
                                  1000 +
                              0.5);
    return (int64_t)floor(b[c] + 0.5);
}

static int64_t value(const struct image *m, int64_t channels, struct box in,
                     struct box out, const int64_t at[3])
{
    const int64_t y = at[1] - out.y, x = at[2] - out.x;
    const int64_t all =
        whole(in.height, out.height) * whole(in.width, out.width);
    int64_t sum = 0;

    for (int64_t j = 0; j < in.height; j++)
        for (int64_t k = 0; k < in.width; k++)
            sum += weight(in.height, out.height, y, j) *
                   weight(in.width, out.width, x, k) *
                   pixel(m, channels, in.y + j, in.x + k, at[0]);
    /* Half up, by the remainder. */
    return sum / all + (2 * (sum % all) >= all);
}

void naive_image(const struct image *from, const struct image_rule *rule,
                 unsigned char *planar)
{
    const int64_t channels = rule->channels ? rule->channels : from->channels;
    const int64_t height = rule->height ? rule->height : from->height;
    const int64_t width = rule->width ? rule->width : from->width;
    struct box in = {0, 0, from->height, from->width};
    struct box out = {0, 0, height, width};
    int64_t at[3];

    if (rule->height && rule->fit == IMAGE_CROP)
        in = inscribe(from->height, from->width, height, width);
    if (rule->height && rule->fit == IMAGE_PAD)
        out = inscribe(height, width, from->height, from->width);
    for (at[0] = 0; at[0] < channels; at[0]++)
        for (at[1] = 0; at[1] < height; at[1]++)
            for (at[2] = 0; at[2] < width; at[2]++) {
                const int64_t y = at[1] - out.y, x = at[2] - out.x;
                const bool inside =
                    y >= 0 && y < out.height && x >= 0 && x < out.width;
                *planar++ =
                    (unsigned char)(inside ? value(from, channels, in, out, at)
                                           : border(rule, channels, at[0]));
            }
}

/* Where the stored row 0 and column 0 are to be seen (Exif 2.32, 4.6.4):
 *
 *   1 top, left   2 top, right   3 bottom, right   4 bottom, left
 *   5 left, top   6 right, top   7 right, bottom   8 left, bottom
 */
static void place(int orientation, const struct image *to, int64_t row,
                  int64_t column, int64_t *y, int64_t *x)
{
    const int64_t bottom = to->height - 1, right = to->width - 1;

    switch (orientation) {
    case 1:
        *y = row, *x = column;
        break;
    case 2:
        *y = row, *x = right - column;
        break;
    case 3:
        *y = bottom - row, *x = right - column;
        break;
    case 4:
        *y = bottom - row, *x = column;
        break;
    case 5:
        *y = column, *x = row;
        break;
    case 6:
        *y = column, *x = right - row;
        break;
    case 7:
        *y = bottom - column, *x = right - row;
        break;
    default:
        *y = bottom - column, *x = row;
        break;
    }
}

void naive_upright(const struct image *from, int orientation, struct image *to)
{
    const int64_t channels = from->channels;
    int64_t y, x;

    to->channels = channels;
    to->height = orientation < 5 ? from->height : from->width;
    to->width = orientation < 5 ? from->width : from->height;
    for (int64_t row = 0; row < from->height; row++)
        for (int64_t column = 0; column < from->width; column++)
            for (int64_t c = 0; c < channels; c++) {
                place(orientation, to, row, column, &y, &x);
                to->pixels[(y * to->width + x) * channels + c] =
                    from->pixels[(row * from->width + column) * channels + c];
            }
}
