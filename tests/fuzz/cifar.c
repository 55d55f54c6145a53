/*
 * cifar.c - batches of CIFAR: two files, whose sizes the input says.
 *
 * The first byte chooses the label, the next four how long both files are; the
 * rest is repeated in them.  Pictures are small in a build for fuzzing, so that
 * a file has as many records as it takes to have a size of either kind.
 */
#include "source/cifar.h"

#include <string.h>

#include "fuzz/fuzz.h"
#include "fuzz/samples.h"

enum {
    RECORD = 1 + 3 * CIFAR_EDGE * CIFAR_EDGE,
    RECORDS = 16,
    MOST = (RECORDS - 1) * (RECORD + 1) + 8
};

/* As long as some records of either kind, or a little more. */
static size_t length_of(const uint8_t *at)
{
    const size_t length =
        (size_t)(at[0] % RECORDS) * (RECORD + at[0] / RECORDS % 2);

    return length + (at[1] % 16 == 1) + (at[1] % 16 == 2 ? 8 : 0);
}

static const char *make_file(int slot, const uint8_t *bytes, size_t length,
                             size_t want)
{
    static uint8_t content[MOST];

    for (size_t i = 0; i < want; i++)
        content[i] = length > 0 ? bytes[i % length] : 0;
    return fuzz_file(slot, content, want);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static const char *const labels[] = {NULL, "fine", "coarse"};
    enum { HEAD = 5 };

    if (length < HEAD)
        return 0;
    const char *first =
        make_file(0, bytes + HEAD, length - HEAD, length_of(bytes + 1));
    const char *second =
        make_file(1, bytes + HEAD, length - HEAD, length_of(bytes + 3));
    const struct path files[] = {{first, first}, {second, second}};
    const struct cifar_source source = {
        .cifar = {files, bytes[0] & 1 ? 2 : 1},
        .label = labels[bytes[0] / 2 % ARRAY_LEN(labels)],
    };
    fuzz_source(&cifar_source_ops, &source);
    return 0;
}
