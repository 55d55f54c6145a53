/* Strings that come back, many in the order that is worst for a tree. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/dict.h"

enum { KEYS = 200000 };

Test(dict, keeps_what_it_is_given)
{
    static char keys[KEYS][12];
    struct dict d = {0};

    cr_assert_null(dict_find(&d, "k", 1));
    for (int i = 0; i < KEYS; i++) {
        const int length = snprintf(keys[i], sizeof keys[i], "k%d", i);
        struct dict_entry *entry = dict_add(&d, keys[i], (size_t)length);
        cr_assert_not_null(entry);
        cr_assert_eq(entry->value, -1, "%s is there before", keys[i]);
        entry->value = i;
    }
    for (int i = 0; i < KEYS; i++)
        cr_assert_eq(dict_find(&d, keys[i], strlen(keys[i]))->value, i);
    cr_assert_eq(dict_add(&d, "k17", 3)->value, 17);
    cr_assert_null(dict_find(&d, "k17", 1), "a part of a key");
    cr_assert_eq(dict_add(&d, "", 0)->value, -1, "the empty key is one");
    dict_free(&d);
    cr_assert_null(dict_find(&d, "k17", 3));
}
