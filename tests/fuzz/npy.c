/*
 * npy.c - arrays of NumPy: samples, and their labels or targets.
 *
 * The first byte chooses what the second array is and where channels stand, the
 * next two say, big-endian, how many of the rest are the first array.
 */
#include "source/npy.h"

#include "fuzz/fuzz.h"
#include "fuzz/samples.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static const char *const names[] = {"sky", "sea"};
    enum { ANSWERS = 3 };

    if (length < 3)
        return 0;
    size_t samples = (size_t)bytes[1] << 8 | bytes[2];
    samples = samples < length - 3 ? samples : length - 3;
    const char *x = fuzz_file(0, bytes + 3, samples);
    const char *y = fuzz_file(1, bytes + 3 + samples, length - 3 - samples);
    struct npy_source source = {.npy = {x, x},
                                .layout = bytes[0] & 1 ? "last" : "first"};
    switch (bytes[0] / 2 % ANSWERS) {
    case 0:
        source.labels = (struct path){y, y};
        break;
    case 1:
        source.targets = (struct path){y, y};
        break;
    default:
        source.labels = (struct path){y, y};
        source.label_columns = (struct text_list){names, 2};
    }
    fuzz_source(&npy_source_ops, &source);
    return 0;
}
