/*
 * exif.c - which way up a picture is.  Every offset comes from the file and is
 * compared with its length before use.
 */
#include <string.h>

#include "image/format.h"

enum { HEADER_BYTES = 8, COUNT_BYTES = 2, ENTRY_BYTES = 12 };
enum { TAG_ORIENTATION = 0x0112, TYPE_SHORT = 3, TYPE_LONG = 4 };

struct tiff {
    const unsigned char *at;
    bool big; /* the byte order */
};

static uint32_t number_at(const struct tiff *t, size_t offset, int bytes)
{
    uint32_t value = 0;

    for (int i = 0; i < bytes; i++)
        value |= (uint32_t)t->at[offset + (size_t)i]
                 << 8 * (t->big ? bytes - 1 - i : i);
    return value;
}

static int value_of(const struct tiff *t, size_t entry)
{
    const uint32_t type = number_at(t, entry + 2, 2);

    if (number_at(t, entry + 4, 4) != 1 ||
        (type != TYPE_SHORT && type != TYPE_LONG))
        return 0;
    const uint32_t value = number_at(t, entry + 8, type == TYPE_SHORT ? 2 : 4);
    return value >= 1 && value <= 8 ? (int)value : 0;
}

int exif_orientation(const unsigned char *tiff, size_t length)
{
    struct tiff t = {.at = tiff};

    if (length < HEADER_BYTES)
        return 0;
    if (memcmp(tiff, "MM\0*", 4) == 0)
        t.big = true;
    else if (memcmp(tiff, "II*\0", 4) != 0)
        return 0;
    const size_t first = number_at(&t, 4, 4);
    if (first < HEADER_BYTES || first > length - COUNT_BYTES)
        return 0;
    const size_t count = number_at(&t, first, COUNT_BYTES);
    for (size_t i = 0, at = first + COUNT_BYTES;
         i < count && length - at >= ENTRY_BYTES; i++, at += ENTRY_BYTES)
        if (number_at(&t, at, 2) == TAG_ORIENTATION)
            return value_of(&t, at);
    return 0;
}
