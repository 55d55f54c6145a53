/*
 * files.c - a folder of its own for a test that reads and writes files.
 */
#include "support/files.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "codec/stream.h"

static char folder[256];

void folder_begin(void)
{
    const char *parent = getenv("TMPDIR");

    snprintf(folder, sizeof folder, "%s/cnnctl-XXXXXX",
             parent ? parent : "/tmp");
    cr_assert_not_null(mkdtemp(folder), "no temporary folder");
    cr_assert_eq(chdir(folder), 0);
}

void folder_end(void)
{
    DIR *d = opendir(folder);

    for (struct dirent *entry; d && (entry = readdir(d));)
        unlink(entry->d_name);
    if (d)
        closedir(d);
    cr_assert_eq(chdir("/"), 0);
    cr_assert_eq(rmdir(folder), 0, "%s is left", folder);
}

void put_file(const char *name, const void *bytes, size_t length)
{
    FILE *f = fopen(name, "wb");

    cr_assert_not_null(f, "cannot write %s", name);
    cr_assert_eq(fwrite(bytes, 1, length, f), length);
    cr_assert_eq(fclose(f), 0);
}

void put_text(const char *name, const char *text)
{
    put_file(name, text, strlen(text));
}

void put_gzip(const char *name, const void *bytes, size_t length)
{
    struct err e = {0};
    unsigned char *packed = NULL;
    size_t packed_length = 0;

    cr_assert_eq(gzip_compress(bytes, length, &packed, &packed_length, &e), OK,
                 "%s", e.text);
    put_file(name, packed, packed_length);
    mem_free(packed);
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
    cr_log_warn("skipped: MNIST_DIR holds no %s", name);
    return NULL;
}
