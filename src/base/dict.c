/*
 * dict.c - a table of open addresses, at most half full.
 */
#include "base/dict.h"

#include <stdbool.h>
#include <string.h>
#include <sys/auxv.h>

#include "base/arena.h"

enum { FIRST_ROOM = 64 };

static uint64_t rotate(uint64_t x, int bits)
{
    return x << bits | x >> (64 - bits);
}

static void sip_rounds(uint64_t v[4], int count)
{
    for (int i = 0; i < count; i++) {
        v[0] += v[1];
        v[2] += v[3];
        v[1] = rotate(v[1], 13) ^ v[0];
        v[3] = rotate(v[3], 16) ^ v[2];
        v[0] = rotate(v[0], 32) + v[3];
        v[2] += v[1];
        v[3] = rotate(v[3], 21) ^ v[0];
        v[1] = rotate(v[1], 17) ^ v[2];
        v[2] = rotate(v[2], 32);
    }
}

uint64_t siphash(const uint64_t key[2], const void *bytes, size_t length)
{
    const unsigned char *next = bytes;
    uint64_t v[4] = {key[0] ^ UINT64_C(0x736f6d6570736575),
                     key[1] ^ UINT64_C(0x646f72616e646f6d),
                     key[0] ^ UINT64_C(0x6c7967656e657261),
                     key[1] ^ UINT64_C(0x7465646279746573)};

    for (size_t left = length;; left -= 8, next += 8) {
        uint64_t word = left < 8 ? (uint64_t)length << 56 : 0;
        for (size_t i = 0; i < left && i < 8; i++)
            word |= (uint64_t)next[i] << (8 * i);
        v[3] ^= word;
        sip_rounds(v, 2);
        v[0] ^= word;
        if (left < 8)
            break;
    }
    v[2] ^= 0xff;
    sip_rounds(v, 4);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

/* The kernel gives every process 16 random bytes. */
static uint64_t hash_of(const char *bytes, size_t length)
{
    const void *random = (const void *)getauxval(AT_RANDOM);
    uint64_t key[2] = {0};

    if (random)
        memcpy(key, random, sizeof key);
    return siphash(key, bytes, length);
}

/* The entry of a key, or the free one where it belongs. */
static struct dict_entry *entry_of(const struct dict *d, const char *key,
                                   size_t length)
{
    const size_t mask = d->room - 1;
    size_t at = (size_t)hash_of(key, length) & mask;

    while (d->entries[at].key && (d->entries[at].length != length ||
                                  memcmp(d->entries[at].key, key, length) != 0))
        at = (at + 1) & mask;
    return &d->entries[at];
}

static bool grow(struct dict *d)
{
    struct dict larger = {.room = d->room ? 2 * d->room : FIRST_ROOM,
                          .count = d->count};

    larger.entries = mem_take(larger.room, sizeof *larger.entries);
    if (!larger.entries)
        return false;
    for (size_t i = 0; i < d->room; i++) {
        const struct dict_entry *from = &d->entries[i];
        if (from->key)
            *entry_of(&larger, from->key, from->length) = *from;
    }
    mem_free(d->entries);
    *d = larger;
    return true;
}

struct dict_entry *dict_add(struct dict *d, const char *key, size_t length)
{
    if (2 * (d->count + 1) > d->room && !grow(d))
        return NULL;
    struct dict_entry *entry = entry_of(d, key, length);
    if (!entry->key) {
        *entry = (struct dict_entry){key, length, -1, NULL};
        d->count++;
    }
    return entry;
}

const struct dict_entry *dict_find(const struct dict *d, const char *key,
                                   size_t length)
{
    const struct dict_entry *entry = d->room ? entry_of(d, key, length) : NULL;

    return entry && entry->key ? entry : NULL;
}

void dict_free(struct dict *d)
{
    mem_free(d->entries);
    *d = (struct dict){0};
}
