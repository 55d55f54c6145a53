/*
 * files.c - data files for tests.
 */
#include "support/files.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "codec/stream.h"
#include "support/scratch.h"

void put_text(const char *name, const char *text)
{
    scratch_write(name, text, strlen(text));
}

void put_gzip(const char *name, const void *bytes, size_t length)
{
    struct text packed = {0};

    gzip_compress(&packed, bytes, length);
    cr_assert_not(packed.failed);
    scratch_write(name, packed.at, packed.length);
    text_free(&packed);
}

const char *mnist_path(const char *name)
{
    static char path[4][4096];
    static int used;
    const char *from = getenv("MNIST_DIR");
    char *to = path[used++ % 4];

    snprintf(to, sizeof path[0], "%s/%s", from ? from : "", name);
    if (from && access(to, R_OK) == 0)
        return to;
    /* A warning of Criterion's would fail the whole program. */
    fprintf(stderr, "[SKIP] MNIST_DIR holds no %s\n", name);
    return NULL;
}
