#include "support/augmenting.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "conf/tree.h"

struct list {
    struct variant_list augment;
};

static const struct field list_fields[] = {
    FIELD(list, augment, .kinds = augment_kinds, .short_first = true,
          .doc = "The list."),
    {0},
};

struct variant_list augmenting_list(struct arena *arena, const char *yaml)
{
    const char *text = arena_printf(arena, "augment: %s\n", yaml);
    struct err e = {0};
    struct tree t = {0};
    struct list list;

    cr_assert_eq(tree_parse(&t, arena, "list", text, strlen(text), &e), OK,
                 "%s", e.text);
    cr_assert_eq(field_fill(&t, t.root, list_fields, &list, &e), OK, "%s",
                 e.text);
    for (int64_t i = 0; i < list.augment.count; i++) {
        const struct augment_ops *ops = augment_of(list.augment.at[i]);
        struct text why = {0};
        const char *key =
            ops->fault ? ops->fault(list.augment.at[i].config, &why) : NULL;
        cr_assert_null(key, "%s: %s", yaml, text_string(&why));
        text_free(&why);
    }
    return list.augment;
}

void augmenting_open(struct augmenting *a, const char *yaml, struct shape shape,
                     bool bytes)
{
    const bool image = shape.axes == 3;
    const struct rng_key key = rng_key(5, yaml);

    *a = (struct augmenting){
        .shape = shape,
        .channels = image ? shape.dim[0] : 1,
        .height = image ? shape.dim[1] : 1,
        .width = image ? shape.dim[2] : shape_count(shape),
        .count = shape_count(shape),
        .range = bytes ? 255 : 2,
    };
    const struct augment_config c = {augmenting_list(&a->arena, yaml),
                                     AUGMENTING_SEED, a->range, bytes};
    a->augment = augment_new(&c, shape, &a->arena);
    cr_assert_not_null(a->augment);
    cr_assert(!a->arena.failed);
    a->work = mem_take(1, augment_work(a->augment));
    a->x = mem_take((size_t)a->count, sizeof *a->x);
    if (bytes)
        a->bytes = mem_take((size_t)a->count, 1);
    else
        a->floats = mem_take((size_t)a->count, sizeof *a->floats);
    for (int64_t i = 0; i < a->count; i++) {
        const double u = rng_unit(key, (uint64_t)i);
        if (bytes)
            a->bytes[i] = (unsigned char)(u * 256);
        else
            a->floats[i] = (float)(3 * u - 1);
    }
}

/* What is in scratch and in the output before must not matter. */
void augmenting_run(struct augmenting *a, int64_t id, uint64_t epoch)
{
    const struct augment_sample of = {a->bytes, a->floats, id, epoch};

    memset(a->work, 0xff, augment_work(a->augment));
    memset(a->x, 0xff, (size_t)a->count * sizeof *a->x);
    augment_apply(a->augment, &of, a->work, a->x);
}

void augmenting_close(struct augmenting *a)
{
    mem_free(a->work);
    mem_free(a->x);
    mem_free(a->bytes);
    mem_free(a->floats);
    arena_free(&a->arena);
}

double augmenting_raw(const struct augmenting *a, int64_t i)
{
    return a->bytes ? a->bytes[i] : (double)a->floats[i];
}

static struct rng_block block_of(const char *entry, int64_t id, uint64_t epoch,
                                 int64_t block)
{
    const struct rng_counter at = {
        {(uint32_t)block, (uint32_t)id, (uint32_t)(id >> 32), (uint32_t)epoch}};
    char purpose[80];

    snprintf(purpose, sizeof purpose, "augment/%s", entry);
    return rng_block(rng_key(AUGMENTING_SEED, purpose), at);
}

double naive_draw(const char *entry, int64_t id, uint64_t epoch, int64_t i)
{
    const struct rng_block b = block_of(entry, id, epoch, i / 2);
    const int64_t half = i % 2 * 2;
    const uint64_t bits = (uint64_t)b.word[half + 1] << 32 | b.word[half];

    return (double)(bits >> 11) / 9007199254740992.0;
}

double naive_noise(const char *entry, int64_t id, uint64_t epoch, int64_t i)
{
    const int64_t batch = i / 512, word = i % 256 / 64, block = i % 64;
    const uint32_t bits =
        block_of(entry, id, epoch, 65536 + 64 * batch + block).word[word];
    const int64_t half = i % 512 < 256 ? bits & 0xffff : bits >> 16;

    return (double)(half < 32768 ? half : half - 65536) / 32768;
}

static int64_t mirrored(int64_t i, int64_t extent)
{
    if (extent == 1)
        return 0;
    while (i < 0 || i >= extent)
        i = i < 0 ? -i : 2 * (extent - 1) - i;
    return i;
}

static int64_t clamped(int64_t i, int64_t extent)
{
    return i < 0 ? 0 : i >= extent ? extent - 1 : i;
}

double naive_pixel(const struct augmenting *a, int64_t channel, int64_t y,
                   int64_t x, const char *fill)
{
    if (strcmp(fill, "edge") == 0) {
        y = clamped(y, a->height);
        x = clamped(x, a->width);
    } else if (strcmp(fill, "reflect") == 0) {
        y = mirrored(y, a->height);
        x = mirrored(x, a->width);
    }
    if (y < 0 || y >= a->height || x < 0 || x >= a->width)
        return strcmp(fill, "zero") == 0 ? 0 : strtod(fill, NULL);
    return augmenting_raw(a, (channel * a->height + y) * a->width + x);
}

double naive_between(const struct augmenting *a, int64_t channel, double y,
                     double x, const char *fill)
{
    const int64_t top = (int64_t)floor(y), left = (int64_t)floor(x);
    const double down = y - floor(y), right = x - floor(x);

    return (1 - down) * (1 - right) * naive_pixel(a, channel, top, left, fill) +
           (1 - down) * right * naive_pixel(a, channel, top, left + 1, fill) +
           down * (1 - right) * naive_pixel(a, channel, top + 1, left, fill) +
           down * right * naive_pixel(a, channel, top + 1, left + 1, fill);
}
