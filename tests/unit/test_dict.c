/* The hash against its published values; strings that come back. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/dict.h"

/* The vectors of the authors: key 00..0f, messages 00, 00 01, 00 01 02... */
Test(dict, siphash_as_published)
{
    const uint64_t key[2] = {UINT64_C(0x0706050403020100),
                             UINT64_C(0x0f0e0d0c0b0a0908)};
    static const struct {
        size_t length;
        uint64_t hash;
    } published[] = {
        {0, UINT64_C(0x726fdb47dd0e0e31)},  {1, UINT64_C(0x74f839c593dc67fd)},
        {7, UINT64_C(0xab0200f58b01d137)},  {8, UINT64_C(0x93f5f5799a932462)},
        {15, UINT64_C(0xa129ca6149be45e5)},
    };
    unsigned char message[16];

    for (unsigned char i = 0; i < 16; i++)
        message[i] = i;
    for (size_t i = 0; i < sizeof published / sizeof *published; i++)
        cr_expect_eq(siphash(key, message, published[i].length),
                     published[i].hash, "%zu bytes", published[i].length);
}

enum { KEYS = 5000 };

Test(dict, keeps_what_it_is_given)
{
    static char keys[KEYS][8];
    struct dict d = {0};

    cr_assert_null(dict_find(&d, "k", 1));
    for (int i = 0; i < KEYS; i++) {
        const int length = snprintf(keys[i], sizeof keys[i], "k%d", i);
        struct dict_entry *entry = dict_add(&d, keys[i], (size_t)length);
        cr_assert_not_null(entry);
        cr_assert_eq(entry->value, -1, "%s is there before", keys[i]);
        entry->value = i;
    }
    cr_assert_eq(d.count, KEYS);
    for (int i = 0; i < KEYS; i++)
        cr_assert_eq(dict_find(&d, keys[i], strlen(keys[i]))->value, i);
    cr_assert_eq(dict_add(&d, "k17", 3)->value, 17);
    cr_assert_eq(d.count, KEYS);
    cr_assert_null(dict_find(&d, "k17", 1), "a part of a key");
    cr_assert_eq(dict_add(&d, "", 0)->value, -1, "the empty key is one");
    dict_free(&d);
    cr_assert_null(dict_find(&d, "k17", 3));
}
