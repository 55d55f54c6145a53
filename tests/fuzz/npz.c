/*
 * npz.c - archives of arrays: "x" as samples, "y" as labels or targets.
 *
 * The first byte chooses which, where channels stand, and whether the samples
 * are the only array instead.
 */
#include "source/npz.h"

#include "fuzz/fuzz.h"
#include "fuzz/samples.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    if (length < 1)
        return 0;
    const char *path = fuzz_file(0, bytes + 1, length - 1);
    const struct npz_source source = {
        .npz = {path, path},
        .images = bytes[0] & 4 ? NULL : "x",
        .labels = bytes[0] & 2 ? NULL : "y",
        .targets = bytes[0] & 2 ? "y" : NULL,
        .layout = bytes[0] & 1 ? "last" : "first",
    };
    fuzz_source(&npz_source_ops, &source);
    return 0;
}
