/*
 * arena.c - the only caller of malloc.
 */
#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#if defined(__SANITIZE_ADDRESS__)
#define HAVE_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAVE_ASAN 1
#endif
#endif

enum {
    BLOCK_BYTES = 16 * 1024,
    PIECE_ALIGN = 16,
    LARGE_ALIGN = 64,
    HUGE_PAGE = 2 * 1024 * 1024,
    MANY_BYTES = 16 * HUGE_PAGE, /* beside which one more is little */
#ifdef HAVE_ASAN
    ONE_PIECE_PER_BLOCK = 1, /* so that overruns meet the sanitizer */
#else
    ONE_PIECE_PER_BLOCK = 0,
#endif
};

struct arena_block {
    struct arena_block *next;
    size_t size, used;
    _Alignas(PIECE_ALIGN) unsigned char bytes[];
};

static struct arena_block *block_new(size_t room)
{
    size_t size = room;

    if (!ONE_PIECE_PER_BLOCK && size < BLOCK_BYTES)
        size = BLOCK_BYTES;
    struct arena_block *b = calloc(1, sizeof *b + size);
    if (b)
        b->size = size;
    return b;
}

void *arena_take(struct arena *a, size_t count, size_t size)
{
    struct arena_block *b = a->blocks;
    size_t bytes;

    if (__builtin_mul_overflow(count, size, &bytes) ||
        bytes > (size_t)PTRDIFF_MAX - BLOCK_BYTES) {
        a->failed = true;
        return NULL;
    }
    bytes = bytes ? bytes : 1;
    if (!ONE_PIECE_PER_BLOCK)
        bytes = (bytes + PIECE_ALIGN - 1) / PIECE_ALIGN * PIECE_ALIGN;
    if (!b || b->size - b->used < bytes) {
        b = block_new(bytes);
        if (!b) {
            a->failed = true;
            return NULL;
        }
        b->next = a->blocks;
        a->blocks = b;
    }
    b->used += bytes;
    return b->bytes + b->used - bytes;
}

const char *arena_strndup(struct arena *a, const char *text, size_t length)
{
    char *copy = arena_take(a, length + 1, 1);

    return copy ? memcpy(copy, text, length) : "";
}

const char *arena_strdup(struct arena *a, const char *text)
{
    return arena_strndup(a, text, strlen(text));
}

const char *arena_printf(struct arena *a, const char *fmt, ...)
{
    va_list args, again;

    va_start(args, fmt);
    va_copy(again, args);
    const int length = vsnprintf(NULL, 0, fmt, args);
    char *text = length < 0 ? NULL : arena_take(a, (size_t)length + 1, 1);
    if (text)
        vsnprintf(text, (size_t)length + 1, fmt, again);
    else
        a->failed = true;
    va_end(again);
    va_end(args);
    return text ? text : "";
}

enum status arena_check(const struct arena *a, struct err *e, const char *doing)
{
    return a->failed ? err_memory(e, doing) : OK;
}

void arena_free(struct arena *a)
{
    for (struct arena_block *b = a->blocks, *next; b; b = next) {
        next = b->next;
        free(b);
    }
    *a = (struct arena){0};
}

/* Blocks begin behind a word that says where malloc's begin. */
static void *block_at(unsigned char *base, size_t offset)
{
    void **block = (void **)(void *)(base + offset);

    block[-1] = base;
    return block;
}

static void *base_of(void *block)
{
    return block ? ((void **)block)[-1] : NULL;
}

/* Whole huge pages spare most of the misses of the processor's table of pages.
 * A system that has none goes on with small ones. */
static void ask_huge(unsigned char *block, size_t bytes)
{
#ifdef MADV_HUGEPAGE
    const size_t before = -(uintptr_t)block % HUGE_PAGE;

    if (bytes >= before + HUGE_PAGE)
        (void)madvise(block + before, (bytes - before) / HUGE_PAGE * HUGE_PAGE,
                      MADV_HUGEPAGE);
#else
    (void)block;
    (void)bytes;
#endif
}

/* calloc, unlike aligned_alloc and memset, does not touch fresh pages: pages,
 * huge ones too, that a run does not use cost nothing. */
void *mem_take(size_t count, size_t size)
{
    size_t bytes;

    if (__builtin_mul_overflow(count, size, &bytes) ||
        bytes > (size_t)PTRDIFF_MAX - HUGE_PAGE)
        return NULL;
    const size_t align = bytes < MANY_BYTES ? LARGE_ALIGN : HUGE_PAGE;
    unsigned char *base = calloc(1, bytes + align);
    if (!base)
        return NULL;
    void *block = block_at(base, align - (uintptr_t)base % align);
    ask_huge(block, bytes);
    return block;
}

bool mem_grow(void *block, size_t *capacity, size_t need, size_t size)
{
    size_t room = *capacity ? *capacity : 16, bytes;
    unsigned char *old;

    if (need <= *capacity)
        return true;
    while (room < need)
        if (__builtin_mul_overflow(room, (size_t)2, &room))
            return false;
    if (__builtin_mul_overflow(room, size, &bytes) ||
        bytes > (size_t)PTRDIFF_MAX - LARGE_ALIGN)
        return false;
    memcpy(&old, block, sizeof old);
    /* The content stays where it is, counted from malloc's block. */
    unsigned char *base = base_of(old);
    const size_t offset = base ? (size_t)(old - base) : PIECE_ALIGN;
    unsigned char *grown = realloc(base, bytes + offset);
    if (!grown)
        return false;
    void *moved = block_at(grown, offset);
    memcpy(block, &moved, sizeof moved);
    *capacity = room;
    return true;
}

void mem_free(void *block)
{
    free(base_of(block));
}
