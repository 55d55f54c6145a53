/* Memory: zeroed, aligned, disjoint pieces; refusals instead of overflow. */
#include <criterion/criterion.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"

enum { PIECES = 3000 };

Test(arena, pieces_are_zeroed_aligned_and_disjoint)
{
    struct arena a = {0};
    static unsigned char *piece[PIECES];

    for (size_t i = 0; i < PIECES; i++) {
        const size_t size = i * 37 % 101; /* 0 to 100 bytes */
        piece[i] = arena_take(&a, size, 1);
        cr_assert_not_null(piece[i]);
        cr_assert_eq((uintptr_t)piece[i] % 16, 0, "piece %zu", i);
        for (size_t j = 0; j < size; j++)
            cr_assert_eq(piece[i][j], 0, "piece %zu byte %zu", i, j);
        memset(piece[i], (int)(i % 255 + 1), size);
    }
    for (size_t i = 0; i < PIECES; i++)
        for (size_t j = 0; j < i * 37 % 101; j++)
            cr_assert_eq(piece[i][j], i % 255 + 1,
                         "piece %zu was overwritten at %zu", i, j);
    arena_free(&a);
    cr_assert_null(a.blocks);
    cr_assert_not_null(arena_take(&a, 100000, 1), "usable again");
    arena_free(&a);
}

Test(arena, impossible_sizes_are_refused)
{
    struct arena a = {0};

    cr_assert_null(arena_take(&a, SIZE_MAX, 2));
    cr_assert_null(arena_take(&a, SIZE_MAX, 1));
    cr_assert_null(arena_take(&a, PTRDIFF_MAX, 1));
    cr_assert_null(mem_take(SIZE_MAX / 2, 4));
    cr_assert_null(mem_take(SIZE_MAX, 1));
    size_t capacity = 0;
    void *block = NULL;
    cr_assert_not(mem_grow(&block, &capacity, SIZE_MAX, 1));
    cr_assert_not(mem_grow(&block, &capacity, SIZE_MAX / 4, 8));
    cr_assert_null(block);
    cr_assert_eq(capacity, 0);
    arena_free(&a);
}

Test(arena, strings)
{
    struct arena a = {0};

    cr_assert_str_eq(arena_strdup(&a, "weight"), "weight");
    cr_assert_str_eq(arena_strndup(&a, "weight", 3), "wei");
    cr_assert_str_eq(arena_printf(&a, "%s.%d", "conv2d1", 5), "conv2d1.5");
    const char *wide = arena_printf(&a, "%40000d", 1);
    cr_assert_eq(strlen(wide), 40000);
    arena_free(&a);
}

Test(arena, failure_is_remembered_until_the_arena_is_freed)
{
    struct arena a = {0};
    struct err e = {0};

    cr_assert_eq(arena_check(&a, &e, "testing"), OK);
    cr_assert_eq(e.count, 0);
    cr_assert_null(arena_take(&a, SIZE_MAX, 2));
    cr_assert_str_eq(arena_strndup(&a, "", PTRDIFF_MAX), "", "never NULL");
    cr_assert_str_eq(arena_strdup(&a, "room"), "room", "the rest goes on");
    cr_assert_eq(arena_check(&a, &e, "testing"), ERR_MEMORY);
    cr_assert_str_eq(e.text, "cnnctl: error: out of memory while testing\n");
    arena_free(&a);
    cr_assert_eq(arena_check(&a, &e, "testing"), OK);
}

Test(arena, text_is_moved_with_its_failure)
{
    struct arena a = {0};
    struct text whole = {0}, cut = {.failed = true};

    text_puts(&whole, "weights");
    cr_assert_str_eq(arena_text(&a, &whole), "weights");
    cr_assert_null(whole.at);
    cr_assert_not(a.failed);
    cr_assert_str_eq(arena_text(&a, &cut), "");
    cr_assert(a.failed);
    arena_free(&a);
}

Test(mem, take_is_zeroed_and_aligned)
{
    for (size_t n = 0; n < 300; n++) {
        unsigned char *block = mem_take(n, 1);
        cr_assert_not_null(block);
        cr_assert_eq((uintptr_t)block % 64, 0, "%zu bytes", n);
        for (size_t i = 0; i < n; i++)
            cr_assert_eq(block[i], 0);
        mem_free(block);
    }
}

/* The flags of the mapping around an address, as /proc/self/smaps has them. */
static bool read_flags(const void *at, char *flags, int size)
{
    FILE *f = fopen("/proc/self/smaps", "r");
    const unsigned long long address = (uintptr_t)at;
    unsigned long long begin = 1, end = 0;
    bool found = false;

    while (f && !found && fgets(flags, size, f)) {
        if (strncmp(flags, "VmFlags:", 8) == 0)
            found = address >= begin && address < end;
        else
            (void)sscanf(flags, "%llx-%llx ", &begin, &end);
    }
    if (f)
        fclose(f);
    return found;
}

enum { HUGE_PAGE = 2 << 20 };

/* Of a block, the first huge page in whole. */
static void check_huge(size_t bytes)
{
    unsigned char *block = mem_take(bytes, 1);
    char flags[1024];

    cr_assert_not_null(block);
    cr_assert_eq((uintptr_t)block % 64, 0);
    for (size_t i = 0; i < bytes; i++)
        cr_assert_eq(block[i], 0);
    memset(block, 1, bytes);
    const unsigned char *page = block + -(uintptr_t)block % HUGE_PAGE;
    if (access("/sys/kernel/mm/transparent_hugepage/enabled", R_OK) == 0 &&
        read_flags(page, flags, sizeof flags))
        cr_assert(strstr(flags, " hg"), "%zu bytes: %s", bytes, flags);
    mem_free(block);
}

Test(mem, large_blocks_ask_for_huge_pages)
{
    check_huge(3 * HUGE_PAGE + 5);
    check_huge(17 * HUGE_PAGE + 5);
}

/* What a plan says of memory is what is taken: no more than a sixteenth is for
 * the pages' sake. */
Test(mem, large_blocks_begin_with_a_huge_page)
{
    unsigned char *block = mem_take(16 * HUGE_PAGE, 1);

    cr_assert_not_null(block);
    cr_assert_eq((uintptr_t)block % HUGE_PAGE, 0);
    mem_free(block);
}

Test(mem, grow_keeps_the_content_and_doubles)
{
    size_t capacity = 0, moves = 0;
    int64_t *block = NULL;

    for (size_t n = 0; n < 100000; n++) {
        const size_t before = capacity;
        cr_assert(mem_grow(&block, &capacity, n + 1, sizeof *block));
        cr_assert_not_null(block);
        moves += capacity != before;
        block[n] = (int64_t)n;
    }
    for (size_t n = 0; n < 100000; n++)
        cr_assert_eq(block[n], (int64_t)n, "element %zu", n);
    cr_assert_leq(moves, 14, "16 * 2^13 > 100000, but %zu moves", moves);
    mem_free(block);
    mem_free(NULL);
}
