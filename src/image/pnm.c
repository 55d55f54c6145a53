/*
 * pnm.c - PBM, PGM and PPM, plain (P1, P2, P3) and raw (P4, P5, P6).
 *
 * One image per file; what follows it is an error, for then the extents are
 * not what was written.  Ref: the manual pages pbm(5), pgm(5), ppm(5).
 */
#include <string.h>

#include "image/format.h"

enum { MAXVAL_MAX = 65535 };

struct pnm {
    const unsigned char *at, *end;
    const char *name;
    bool bits, plain;
    int64_t maxval;
};

static bool is_blank(unsigned char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_digit(unsigned char c)
{
    return c >= '0' && c <= '9';
}

static bool knows(const unsigned char *head, size_t length)
{
    return length >= 3 && head[0] == 'P' && head[1] >= '1' && head[1] <= '6' &&
           (is_blank(head[2]) || head[2] == '#');
}

/* Blanks, and comments from # to the end of the line. */
static void skip_blanks(struct pnm *p)
{
    bool comment = false;

    for (; p->at < p->end; p->at++) {
        if (comment)
            comment = *p->at != '\n' && *p->at != '\r';
        else if (*p->at == '#')
            comment = true;
        else if (!is_blank(*p->at))
            return;
    }
}

static enum status cut_short(const struct pnm *p, struct err *e)
{
    return err_add(e, ERR_DATA, p->name, "PNM image is cut short");
}

/* A decimal number of at most `max`. */
static enum status read_number(struct pnm *p, const char *what, int64_t max,
                               int64_t *out, struct err *e)
{
    int64_t value = 0;

    skip_blanks(p);
    if (p->at == p->end)
        return cut_short(p, e);
    if (!is_digit(*p->at))
        return err_add(e, ERR_DATA, p->name,
                       "%s of the PNM image is no number: byte 0x%02x", what,
                       *p->at);
    for (; p->at < p->end && is_digit(*p->at); p->at++) {
        value = value * 10 + (*p->at - '0');
        if (value > max)
            return err_add(e, ERR_DATA, p->name,
                           "%s of the PNM image is over %lld", what,
                           (long long)max);
    }
    *out = value;
    return OK;
}

static enum status read_extents(struct pnm *p, struct raw *out, struct err *e)
{
    enum status s = read_number(p, "width", INT32_MAX, &out->width, e);

    if (s == OK)
        s = read_number(p, "height", INT32_MAX, &out->height, e);
    p->maxval = 1;
    if (s == OK && !p->bits)
        s = read_number(p, "maxval", MAXVAL_MAX, &p->maxval, e);
    if (s == OK && p->maxval == 0)
        s = err_add(e, ERR_DATA, p->name, "maxval of the PNM image is 0");
    if (s != OK || p->plain)
        return s;
    /* One blank, which may end a comment, and then pixels, which may look like
     * blanks. */
    if (p->at < p->end && *p->at == '#')
        while (p->at < p->end && *p->at != '\n')
            p->at++;
    if (p->at == p->end)
        return cut_short(p, e);
    if (!is_blank(*p->at))
        return err_add(e, ERR_DATA, p->name,
                       "expected a blank before the pixels of the PNM image");
    p->at++;
    return OK;
}

/* Can so many bytes be an image of these extents?  Before memory is taken. */
static enum status check_length(const struct pnm *p, const struct raw *out,
                                struct err *e)
{
    const int64_t row = out->width * out->channels;
    int64_t need = out->height * row, have = p->end - p->at;

    if (!p->plain && p->bits)
        need = out->height * ((out->width + 7) / 8);
    else if (!p->plain && p->maxval > 255)
        need *= 2;
    if (have < need)
        return cut_short(p, e);
    if (!p->plain && have > need)
        return err_add(e, ERR_DATA, p->name,
                       "%lld bytes follow the PNM image of %lldx%lld pixels",
                       (long long)(have - need), (long long)out->height,
                       (long long)out->width);
    return OK;
}

static unsigned char scaled(int64_t value, int64_t maxval)
{
    return (unsigned char)((value * 510 + maxval) / (2 * maxval));
}

static enum status over_maxval(const struct pnm *p, struct err *e)
{
    return err_add(e, ERR_DATA, p->name,
                   "a pixel of the PNM image is over its maxval, %lld",
                   (long long)p->maxval);
}

static enum status read_raw(struct pnm *p, struct raw *out, struct err *e)
{
    const int64_t count = out->height * out->width * out->channels;

    for (int64_t i = 0; i < count; i++) {
        int64_t value = *p->at++;
        if (p->maxval > 255)
            value = value << 8 | *p->at++;
        if (value > p->maxval)
            return over_maxval(p, e);
        out->pixels[i] = scaled(value, p->maxval);
    }
    return OK;
}

/* Eight pixels a byte, from the left; 1 is black. */
static void read_raw_bits(struct pnm *p, struct raw *out)
{
    const int64_t row = (out->width + 7) / 8;

    for (int64_t y = 0; y < out->height; y++, p->at += row)
        for (int64_t x = 0; x < out->width; x++)
            out->pixels[y * out->width + x] =
                p->at[x / 8] >> (7 - x % 8) & 1 ? 0 : 255;
}

/* The digits of a plain bitmap need no blanks between them. */
static enum status read_bit(struct pnm *p, unsigned char *pixel, struct err *e)
{
    skip_blanks(p);
    if (p->at == p->end)
        return cut_short(p, e);
    if (*p->at != '0' && *p->at != '1')
        return err_add(e, ERR_DATA, p->name,
                       "a pixel of the PBM image is neither 0 nor 1: byte "
                       "0x%02x",
                       *p->at);
    *pixel = *p->at++ == '1' ? 0 : 255;
    return OK;
}

static enum status read_plain(struct pnm *p, struct raw *out, struct err *e)
{
    const int64_t count = out->height * out->width * out->channels;
    enum status s = OK;

    for (int64_t i = 0; i < count && s == OK; i++) {
        int64_t value = 0;
        if (p->bits) {
            s = read_bit(p, &out->pixels[i], e);
            continue;
        }
        s = read_number(p, "a pixel", MAXVAL_MAX, &value, e);
        if (s == OK && value > p->maxval)
            s = over_maxval(p, e);
        if (s == OK)
            out->pixels[i] = scaled(value, p->maxval);
    }
    skip_blanks(p);
    if (s == OK && p->at < p->end)
        return err_add(e, ERR_DATA, p->name,
                       "%lld bytes follow the PNM image of %lldx%lld pixels",
                       (long long)(p->end - p->at), (long long)out->height,
                       (long long)out->width);
    return s;
}

static enum status decode(const unsigned char *bytes, size_t length,
                          const char *name, struct raw *out, struct err *e)
{
    const int kind = bytes[1] - '0';
    struct pnm p = {.at = bytes + 2,
                    .end = bytes + length,
                    .name = name,
                    .bits = kind == 1 || kind == 4,
                    .plain = kind <= 3};

    out->channels = kind == 3 || kind == 6 ? 3 : 1;
    enum status s = read_extents(&p, out, e);
    if (s == OK)
        s = raw_bounded(out, name, e);
    if (s == OK)
        s = check_length(&p, out, e);
    if (s == OK)
        s = raw_take(out, e);
    if (s != OK)
        return s;
    if (p.plain)
        return read_plain(&p, out, e);
    if (!p.bits)
        return read_raw(&p, out, e);
    read_raw_bits(&p, out);
    return OK;
}

const struct image_format image_pnm = {
    .name = "PNM",
    .knows = knows,
    .decode = decode,
};
