/*
 * fuzz.c - files in memory and the promises that every target checks.
 */
#include "fuzz/fuzz.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define FOLDER "/dev/shm/cnnctl-fuzz-XXXXXX"

enum { PATH_BYTES = sizeof FOLDER + 64 };

static char folder[] = FOLDER;

static void remove_folder(void)
{
    char command[sizeof FOLDER + 8];

    snprintf(command, sizeof command, "rm -rf %s", folder);
    if (system(command) != 0)
        fprintf(stderr, "%s is left\n", folder);
}

static void name_path(char path[PATH_BYTES], const char *name)
{
    if (strcmp(folder, FOLDER) == 0) {
        fuzz_require(mkdtemp(folder) != NULL, "/dev/shm can be written");
        atexit(remove_folder);
    }
    snprintf(path, PATH_BYTES, "%s/%s", folder, name);
}

/* A link to memory: the names that an input gives stand beside it, in a folder
 * of ours, and not among the descriptors of this process. */
static int make_file(int slot, char path[PATH_BYTES])
{
    const int fd = memfd_create("fuzz", MFD_CLOEXEC);
    char target[32], name[32];

    snprintf(target, sizeof target, "/proc/self/fd/%d", fd);
    snprintf(name, sizeof name, "in%d", slot);
    name_path(path, name);
    fuzz_require(fd >= 0 && symlink(target, path) == 0,
                 "an input can be handed over");
    return fd;
}

const char *fuzz_file(int slot, const void *bytes, size_t length)
{
    static char path[FUZZ_SLOTS][PATH_BYTES];
    static int fd[FUZZ_SLOTS];

    if (!fd[slot])
        fd[slot] = make_file(slot, path[slot]);
    fuzz_require(ftruncate(fd[slot], 0) == 0 &&
                     pwrite(fd[slot], bytes, length, 0) == (ssize_t)length,
                 "an input can be handed over");
    return path[slot];
}

const char *fuzz_output(const char *name)
{
    static char path[PATH_BYTES];

    name_path(path, name);
    return path;
}

void fuzz_require(bool kept, const char *promise)
{
    if (kept)
        return;
    fprintf(stderr, "broken promise: %s\n", promise);
    abort();
}

bool fuzz_outcome(enum status s, const struct err *e)
{
    if (s != OK && (e->text[0] == '\0' || !strstr(e->text, ": error: ")))
        fprintf(stderr, "status %d: '%s'\n", (int)s, e->text);
    fuzz_require(s == OK || e->status != OK, "a refusal records its status");
    fuzz_require(s == OK || strstr(e->text, ": error: "),
                 "a refusal says where and why");
    fuzz_require(s != OK || e->count == 0, "success reports no error");
    fuzz_require(s != ERR_INTERNAL, "no input is an internal error");
    return s == OK;
}
