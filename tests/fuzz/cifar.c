/*
 * cifar.c - batches of CIFAR: two files, whose sizes the input says.
 *
 * The first byte chooses the label, the next four how long both files are; the
 * rest is repeated in them.
 */
#include "source/cifar.h"

#include <string.h>

#include "fuzz/fuzz.h"
#include "fuzz/samples.h"

enum { RECORD = 3073, MOST = 3 * (RECORD + 1) + 16 };

/* As long as a few records of either kind, a little more or less. */
static size_t length_of(const uint8_t *at)
{
    const size_t length = (size_t)(at[0] % 4) * (RECORD + at[0] / 4 % 2);

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
