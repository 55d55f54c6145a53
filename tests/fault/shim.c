/*
 * shim.c - makes a system call or an allocation of the program fail.
 *
 * A library for LD_PRELOAD, told by the environment what to do:
 *
 *   FAULT_CALL  which: malloc (every way to allocate), read (pread too), write,
 *               open, close, fsync, link, rename, stat (and its like), fcntl,
 *               poll, pthread_create
 *   FAULT_AT    the how-many-th call from the start of main, from 1
 *   FAULT_HOW   the value of errno, or 0: read or write half of what was asked
 *   FAULT_REST  if set, all later calls fail too
 *   FAULT_LOG   a file that is made when the first fault is injected
 *
 * or, so that no other place has to be tried, to count: FAULT_COUNTS names a
 * file for lines `WHICH NUMBER`, the calls of a run in which none fails.
 *
 * Calls made by OpenBLAS, libgfortran, cairo with what it stands on and the
 * dynamic linker do not count: their failure kills the process whatever the
 * program does, or is papered over.  Calls inside the C library are not seen,
 * but its allocations are, as whose who called it.
 */
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CALLER __builtin_extract_return_addr(__builtin_return_address(0))

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
int __libc_start_main(int (*program)(int, char **, char **), int argc,
                      char **argv, void (*init)(void), void (*fini)(void),
                      void (*rtld_fini)(void), void *stack_end);

enum { RANGES = 64, FRAMES = 32 };

static const char *const call_names[] = {
    "malloc", "read",   "write", "open",  "close", "fsync",
    "link",   "rename", "stat",  "fcntl", "poll",  "pthread_create"};
enum { CALLS = sizeof call_names / sizeof call_names[0] };

static const char *call_name, *log_path, *counts_path;
static long fault_at;
static int fault_errno;
static bool fault_rest, armed;
static atomic_long calls[CALLS];
static struct range {
    uintptr_t begin, end;
} excluded[RANGES], c_library[RANGES];
static int excluded_count, c_library_count;

static bool is_within(const struct range *ranges, int count, const void *caller)
{
    const uintptr_t at = (uintptr_t)caller;

    for (int i = 0; i < count; i++)
        if (at >= ranges[i].begin && at < ranges[i].end)
            return true;
    return false;
}

/* Whoever called the C library, which called us. */
static const void *caller_of_library(void)
{
    static _Thread_local bool looking;
    void *frames[FRAMES];
    int i = 0;

    if (looking)
        return NULL;
    looking = true; /* backtrace may allocate */
    const int count = backtrace(frames, FRAMES);
    looking = false;
    while (i < count && !is_within(c_library, c_library_count, frames[i]))
        i++;
    while (i < count && is_within(c_library, c_library_count, frames[i]))
        i++;
    return i < count ? frames[i] : NULL;
}

static bool is_excluded(const void *caller)
{
    if (is_within(c_library, c_library_count, caller))
        caller = caller_of_library();
    return is_within(excluded, excluded_count, caller);
}

/* Leaves the mark without a call that could be intercepted. */
static void leave_mark(void)
{
    const int why = errno;
    const long fd = syscall(SYS_open, log_path, O_CREAT | O_WRONLY, 0666);

    if (fd >= 0)
        syscall(SYS_close, fd);
    errno = why;
}

static atomic_long *calls_of(const char *name)
{
    int i = 0;

    while (strcmp(name, call_names[i]) != 0)
        i++;
    return &calls[i];
}

/* Is this the call that is to fail? */
static bool fails(const char *name, const void *caller)
{
    if (!armed || (!counts_path && strcmp(name, call_name) != 0) ||
        is_excluded(caller))
        return false;
    const long number = atomic_fetch_add(calls_of(name), 1) + 1;
    if (counts_path)
        return false;
    if (number == fault_at)
        leave_mark();
    if (number == fault_at || (fault_rest && number > fault_at)) {
        errno = fault_errno;
        return true;
    }
    return false;
}

static void add_ranges(const struct dl_phdr_info *info, struct range *ranges,
                       int *count)
{
    for (int i = 0; i < info->dlpi_phnum && *count < RANGES; i++) {
        const ElfW(Phdr) *p = &info->dlpi_phdr[i];
        const uintptr_t begin = info->dlpi_addr + p->p_vaddr;
        if (p->p_type == PT_LOAD)
            ranges[(*count)++] = (struct range){begin, begin + p->p_memsz};
    }
}

static int exclude(struct dl_phdr_info *info, size_t size, void *context)
{
    static const char *const names[] = {"openblas", "gfortran", "ld-linux",
                                        "cairo",    "pixman",   "fontconfig",
                                        "freetype", "expat",    NULL};
    int name = 0;

    (void)size;
    (void)context;
    while (names[name] && !strstr(info->dlpi_name, names[name]))
        name++;
    if (names[name])
        add_ranges(info, excluded, &excluded_count);
    else if (strstr(info->dlpi_name, "/libc.so"))
        add_ranges(info, c_library, &c_library_count);
    return 0;
}

static void look_at_libraries(void)
{
    excluded_count = c_library_count = 0;
    dl_iterate_phdr(exclude, NULL);
}

__attribute__((destructor)) static void write_counts(void)
{
    FILE *f = counts_path ? fopen(counts_path, "w") : NULL;

    for (int i = 0; f && i < CALLS; i++)
        fprintf(f, "%s %ld\n", call_names[i], atomic_load(&calls[i]));
    if (f)
        fclose(f);
}

static int (*real_main)(int, char **, char **);

static int armed_main(int argc, char **argv, char **envp)
{
    const char *at = getenv("FAULT_AT"), *how = getenv("FAULT_HOW");

    call_name = getenv("FAULT_CALL");
    log_path = getenv("FAULT_LOG");
    counts_path = getenv("FAULT_COUNTS");
    fault_at = at ? strtol(at, NULL, 10) : 0;
    fault_errno = how ? (int)strtol(how, NULL, 10) : 0;
    fault_rest = getenv("FAULT_REST") != NULL;
    look_at_libraries();
    caller_of_library();    /* which loads what it needs */
    unsetenv("LD_PRELOAD"); /* what it starts does not fail */
    alarm(60);              /* what hangs ends */
    armed = counts_path || (call_name && log_path && fault_at > 0);
    return real_main(argc, argv, envp);
}

/* The real function behind a wrapper. */
static void *next(const char *name)
{
    return dlsym(RTLD_NEXT, name);
}

int __libc_start_main(int (*program)(int, char **, char **), int argc,
                      char **argv, void (*init)(void), void (*fini)(void),
                      void (*rtld_fini)(void), void *stack_end)
{
    __typeof__(&__libc_start_main) real;

    *(void **)&real = next("__libc_start_main");
    real_main = program;
    return real(armed_main, argc, argv, init, fini, rtld_fini, stack_end);
}

/* What a library does while it is opened, and those of its functions that do
 * not count, do not count. */
void *dlopen(const char *file, int mode)
{
    void *(*real)(const char *, int);
    const bool was = armed;

    *(void **)&real = next("dlopen");
    armed = false;
    void *const library = real(file, mode);
    look_at_libraries();
    armed = was;
    return library;
}

void *malloc(size_t size)
{
    return fails("malloc", CALLER) ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return fails("malloc", CALLER) ? NULL : __libc_calloc(count, size);
}

void *realloc(void *block, size_t size)
{
    return fails("malloc", CALLER) ? NULL : __libc_realloc(block, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return fails("malloc", CALLER) ? NULL : __libc_memalign(alignment, size);
}

/* A short count where FAULT_HOW is 0: at least 1 byte, unless asked for 0. */
static bool is_short(size_t *count)
{
    if (fault_errno)
        return false;
    *count = (*count + 1) / 2;
    return true;
}

ssize_t read(int fd, void *buffer, size_t count)
{
    if (fails("read", CALLER) && !is_short(&count))
        return -1;
    return syscall(SYS_read, fd, buffer, count);
}

ssize_t pread(int fd, void *buffer, size_t count, off_t offset)
{
    if (fails("read", CALLER) && !is_short(&count))
        return -1;
    return syscall(SYS_pread64, fd, buffer, count, offset);
}

ssize_t write(int fd, const void *buffer, size_t count)
{
    if (fails("write", CALLER) && !is_short(&count))
        return -1;
    return syscall(SYS_write, fd, buffer, count);
}

int open(const char *path, int flags, ...)
{
    va_list rest;

    va_start(rest, flags);
    const bool creates = flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE;
    const unsigned mode = creates ? va_arg(rest, unsigned) : 0;
    va_end(rest);
    if (fails("open", CALLER))
        return -1;
    return (int)syscall(SYS_open, path, flags, mode);
}

/* As in the kernel, the descriptor is gone even when closing fails. */
int close(int fd)
{
    const bool failing = fails("close", CALLER);
    const long result = syscall(SYS_close, fd);

    if (!failing)
        return (int)result;
    errno = fault_errno;
    return -1;
}

int fsync(int fd)
{
    return fails("fsync", CALLER) ? -1 : (int)syscall(SYS_fsync, fd);
}

int rename(const char *from, const char *to)
{
    return fails("rename", CALLER) ? -1 : (int)syscall(SYS_rename, from, to);
}

int linkat(int from_folder, const char *from, int to_folder, const char *to,
           int flags)
{
    if (fails("link", CALLER))
        return -1;
    return (int)syscall(SYS_linkat, from_folder, from, to_folder, to, flags);
}

int stat(const char *restrict path, struct stat *restrict info)
{
    return fails("stat", CALLER) ? -1 : (int)syscall(SYS_stat, path, info);
}

int lstat(const char *restrict path, struct stat *restrict info)
{
    return fails("stat", CALLER) ? -1 : (int)syscall(SYS_lstat, path, info);
}

int fstat(int fd, struct stat *info)
{
    return fails("stat", CALLER) ? -1 : (int)syscall(SYS_fstat, fd, info);
}

/* The third argument is an integer or a pointer: a long holds either. */
int fcntl(int fd, int command, ...)
{
    va_list rest;

    va_start(rest, command);
    const long argument = va_arg(rest, long);
    va_end(rest);
    if (fails("fcntl", CALLER))
        return -1;
    return (int)syscall(SYS_fcntl, fd, command, argument);
}

int poll(struct pollfd *fds, nfds_t count, int timeout)
{
    return fails("poll", CALLER) ? -1
                                 : (int)syscall(SYS_poll, fds, count, timeout);
}

/* This one returns its error. */
int pthread_create(pthread_t *restrict thread,
                   const pthread_attr_t *restrict attributes,
                   void *(*start)(void *), void *restrict argument)
{
    __typeof__(&pthread_create) real;

    if (fails("pthread_create", CALLER))
        return fault_errno;
    *(void **)&real = next("pthread_create");
    return real(thread, attributes, start, argument);
}
