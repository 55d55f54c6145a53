/*
 * idx.c - pairs of IDX files: what is read can be converted to CSV, and then
 * holds the same samples.
 *
 * The first two bytes say, big-endian, how many of the rest are the images; the
 * others are the labels.
 */
#include "source/idx.h"

#include "fuzz/fuzz.h"
#include "fuzz/samples.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    if (length < 2)
        return 0;
    size_t images = (size_t)bytes[0] << 8 | bytes[1];
    images = images < length - 2 ? images : length - 2;
    const char *image_path = fuzz_file(0, bytes + 2, images);
    const char *label_path =
        fuzz_file(1, bytes + 2 + images, length - 2 - images);
    const struct idx_source source = {{image_path, image_path},
                                      {label_path, label_path}};

    fuzz_source(&idx_source_ops, &source);
    return 0;
}
