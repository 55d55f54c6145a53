/*
 * scratch.c - an empty folder of a test's own, as the working directory.
 */
#include "support/scratch.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"

static char folder[64];

void scratch_begin(void)
{
    snprintf(folder, sizeof folder, "%s", "/tmp/cnnctl-test-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    cr_assert_eq(chdir(folder), 0);
}

void scratch_drop_root(void)
{
    enum { NOBODY = 65534 };

    if (geteuid() != 0)
        return;
    cr_assert_eq(chown(".", NOBODY, NOBODY), 0);
    cr_assert_eq(setresgid(NOBODY, NOBODY, NOBODY), 0);
    cr_assert_eq(setresuid(NOBODY, NOBODY, NOBODY), 0);
}

static int remove_one(const char *path, const struct stat *info, int kind,
                      struct FTW *where)
{
    (void)info;
    (void)kind;
    (void)where;
    return remove(path);
}

void scratch_end(void)
{
    cr_assert_eq(chdir("/"), 0);
    nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

void scratch_write(const char *name, const void *bytes, size_t length)
{
    FILE *f = fopen(name, "wb");

    cr_assert_not_null(f, "%s", name);
    cr_assert_eq(fwrite(bytes, 1, length, f), length, "%s", name);
    cr_assert_eq(fclose(f), 0, "%s", name);
}

bool scratch_holds(const char *name, const void *bytes, size_t length)
{
    FILE *f = fopen(name, "rb");
    char *content = mem_take(length + 2, 1);

    cr_assert_not_null(content);
    const bool same = f && fread(content, 1, length + 1, f) == length &&
                      memcmp(content, bytes, length) == 0;
    mem_free(content);
    if (f)
        fclose(f);
    return same;
}

int scratch_count(void)
{
    DIR *d = opendir(".");
    int count = 0;

    cr_assert_not_null(d);
    for (const struct dirent *entry; (entry = readdir(d));)
        count += strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..");
    closedir(d);
    return count;
}
