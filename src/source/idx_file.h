/*
 * idx_file.h - one file of the IDX format: its header, its elements.
 */
#pragma once

#include "source/source.h"

enum { IDX_MAX_AXES = 4 };

/* The types of elements that are written. */
enum { IDX_U8 = 0x08, IDX_I32 = 0x0c, IDX_F32 = 0x0d };

/* A type of elements: its code in the header, bytes, kind. */
struct idx_element {
    unsigned char code;
    size_t size;
    bool is_signed, real;
};

/* idx_element - of a code; NULL: there is no such type. */
const struct idx_element *idx_element(unsigned char code);

/* idx_value - of the element at `p`. */
double idx_value(const struct idx_element *t, const unsigned char *p);

/* idx_convert - `count` elements to floats; are all of them finite? */
bool idx_convert(const struct idx_element *t, const unsigned char *from,
                 int64_t count, float *to);

/* A file, open behind its header. */
struct idx_file {
    struct input in;
    const struct idx_element *element;
    int64_t axes, dim[IDX_MAX_AXES];
    size_t bytes; /* of one record */
    int place;    /* the descriptor that records are fetched from; -1: none */
};

/* idx_read_header - of f->in.  ERR_DATA, ERR_IO, ERR_MEMORY. */
MUST_USE enum status idx_read_header(struct idx_file *f, struct err *e);

/* idx_short, idx_long, idx_infinite - record that elements are missing, `have`
 * bytes being there, that bytes follow them, that an image has a pixel that is
 * no number.  Return ERR_DATA. */
enum status idx_short(const struct idx_file *f, int64_t have, struct err *e);
enum status idx_long(const struct idx_file *f, struct err *e);
enum status idx_infinite(const struct idx_file *f, int64_t image,
                         struct err *e);

/* idx_choose_place - images [shape] stay in a file that is plain, when they are
 * large, or not to be held anywhere: f->place.  ERR_DATA: then its length is
 * wrong. */
MUST_USE enum status idx_choose_place(struct idx_file *f,
                                      const struct source_request *q,
                                      struct shape shape, struct err *e);

/* idx_fetch_images - see struct source_ops. */
MUST_USE enum status idx_fetch_images(const struct idx_file *f, int64_t index,
                                      int64_t count, void *pixels,
                                      struct err *e);
