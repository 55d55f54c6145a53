/*
 * wrap.c - failing allocations in a program built with sanitizers.
 *
 * A sanitizer has its own malloc, which shim.c cannot stand before.  Linked
 * with --wrap, the program's own calls come here first; told by the
 * environment, as shim.c is, one of them fails, or they are counted.
 */
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);

static atomic_long calls;

/* What hangs ends. */
__attribute__((constructor)) static void limit_time(void)
{
    alarm(60);
}

__attribute__((destructor)) static void write_counts(void)
{
    const char *path = getenv("FAULT_COUNTS");
    FILE *f = path ? fopen(path, "w") : NULL;

    if (!f)
        return;
    fprintf(f, "malloc %ld\n", atomic_load(&calls));
    fclose(f);
}

static bool fails(void)
{
    const char *at = getenv("FAULT_AT"), *log = getenv("FAULT_LOG");
    const long wanted = at && log ? strtol(at, NULL, 10) : 0;
    const long number = atomic_fetch_add(&calls, 1) + 1;

    if (number != wanted)
        return wanted > 0 && number > wanted && getenv("FAULT_REST");
    FILE *f = fopen(log, "w");
    if (f)
        fclose(f);
    return true;
}

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *block, size_t size)
{
    return fails() ? NULL : __real_realloc(block, size);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    return fails() ? NULL : __real_aligned_alloc(alignment, size);
}
