/*
 * system.c - reads /proc, /sys/fs/cgroup, statvfs and the monotonic clock.
 */
#include "base/system.h"

#include <limits.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"

enum { SMALL_FILE = 8192 };

/* Reads the beginning of a file of the kernel's; false when there is none. */
static bool read_small(const char *path, char text[SMALL_FILE])
{
    const size_t got = file_peek(path, text, SMALL_FILE - 1);

    text[got] = '\0';
    return got > 0;
}

/* A number after `key`; SIZE_MAX when it is missing ("max" is no number). */
static size_t number_after(const char *text, const char *key)
{
    const char *at = strstr(text, key);
    char *end;

    if (!at)
        return SIZE_MAX;
    at += strlen(key);
    const unsigned long long value = strtoull(at, &end, 10);
    return end == at ? SIZE_MAX : (size_t)value;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t memory_of_machine(void)
{
    char text[SMALL_FILE];

    if (!read_small("/proc/meminfo", text))
        return SIZE_MAX;
    const size_t kib = number_after(text, "MemAvailable:");
    return kib == SIZE_MAX ? SIZE_MAX : kib * 1024;
}

/* The files of the two versions of control groups. */
struct hierarchy {
    const char *root, *limit, *usage, *files; /* a key of memory.stat */
};

/* limit - usage of one group; files the kernel can drop count as free. */
static size_t left_in_group(const struct hierarchy *h, const char *name)
{
    char path[PATH_MAX + 64], text[SMALL_FILE];

    snprintf(path, sizeof path, "%s%s/%s", h->root, name, h->limit);
    const size_t limit =
        read_small(path, text) ? number_after(text, "") : SIZE_MAX;
    snprintf(path, sizeof path, "%s%s/%s", h->root, name, h->usage);
    if (limit == SIZE_MAX || !read_small(path, text))
        return SIZE_MAX;
    size_t usage = number_after(text, "");
    snprintf(path, sizeof path, "%s%s/memory.stat", h->root, name);
    if (read_small(path, text) && number_after(text, h->files) != SIZE_MAX &&
        usage != SIZE_MAX)
        usage -= least(usage, number_after(text, h->files));
    return usage >= limit ? 0 : limit - usage;
}

/* The least of a group's and its ancestors' limits; `name` is cut. */
static size_t left_in_groups(const struct hierarchy *h, char *name)
{
    size_t left = left_in_group(h, name);

    for (char *slash; (slash = strrchr(name, '/'));) {
        *slash = '\0';
        left = least(left, left_in_group(h, name));
    }
    return left;
}

static size_t memory_of_groups(void)
{
    static const struct hierarchy one = {
        "/sys/fs/cgroup/memory", "memory.limit_in_bytes",
        "memory.usage_in_bytes", "total_inactive_file "};
    static const struct hierarchy two = {"/sys/fs/cgroup", "memory.max",
                                         "memory.current", "\ninactive_file "};
    char text[SMALL_FILE];
    size_t left = SIZE_MAX;
    char *rest = text;

    if (!read_small("/proc/self/cgroup", text))
        return SIZE_MAX;
    for (char *line; (line = strsep(&rest, "\n"));) {
        char *name = strrchr(line, ':');
        if (!name)
            continue;
        *name++ = '\0';
        if (strcmp(line, "0:") == 0)
            left = least(left, left_in_groups(&two, name));
        else if (strstr(line, ":memory"))
            left = least(left, left_in_groups(&one, name));
    }
    return left;
}

size_t system_addresses_left(void)
{
    struct rlimit limit;
    char text[SMALL_FILE];

    if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY ||
        !read_small("/proc/self/statm", text))
        return SIZE_MAX;
    const size_t used =
        strtoull(text, NULL, 10) * (size_t)sysconf(_SC_PAGESIZE);
    return limit.rlim_cur > used ? (size_t)limit.rlim_cur - used : 0;
}

size_t system_memory_left(void)
{
    return least(least(memory_of_machine(), memory_of_groups()),
                 system_addresses_left());
}

size_t system_disk_left(const char *path)
{
    char folder[PATH_MAX];
    struct statvfs v;

    snprintf(folder, sizeof folder, "%.*s.", (int)(file_base(path) - path),
             path);
    if (statvfs(folder, &v) != 0)
        return SIZE_MAX;
    return (size_t)v.f_bavail * (size_t)v.f_frsize;
}

void system_name(char name[SYSTEM_NAME_BYTES])
{
    if (gethostname(name, SYSTEM_NAME_BYTES - 1) != 0)
        snprintf(name, SYSTEM_NAME_BYTES, "a host without a name");
    name[SYSTEM_NAME_BYTES - 1] = '\0';
}

/* One blank where there are several; nothing that a terminal obeys. */
static void copy_line(const char *from, char *to, size_t room)
{
    size_t length = 0;

    for (; *from && *from != '\n' && length + 1 < room; from++)
        if (*from > ' ' && *from <= '~')
            to[length++] = *from;
        else if (length > 0 && to[length - 1] != ' ')
            to[length++] = ' ';
    while (length > 0 && to[length - 1] == ' ')
        length--;
    to[length] = '\0';
}

void system_processor(char name[SYSTEM_PROCESSOR_BYTES])
{
    char text[SMALL_FILE];
    const char *at =
        read_small("/proc/cpuinfo", text) ? strstr(text, "model name") : NULL;

    name[0] = '\0';
    at = at ? strchr(at, ':') : NULL;
    if (at)
        copy_line(at + 1, name, SYSTEM_PROCESSOR_BYTES);
    if (name[0] == '\0')
        snprintf(name, SYSTEM_PROCESSOR_BYTES, "unknown");
}

enum { SHORT_LOOKS = 1000, LONG_REST = 50 * 1000 /* nanoseconds */ };

void system_rest(int64_t *looks)
{
    const struct timespec rest = {.tv_nsec = LONG_REST};

    if (++*looks < SHORT_LOOKS)
        sched_yield();
    else
        nanosleep(&rest, NULL);
}

double clock_seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}
