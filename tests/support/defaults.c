#include "support/defaults.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/num.h"

const struct kind *defaults_find(const struct kind *const *kinds,
                                 const char *name)
{
    for (; *kinds; kinds++)
        if (strcmp((*kinds)->name, name) == 0)
            return *kinds;
    cr_assert_fail("no kind is called %s", name);
    return NULL;
}

static void store(const struct field *f, struct defaults *d, double value)
{
    void *at = d->config + f->offset;

    if (f->type == &type_real)
        memcpy(at, &value, sizeof value);
    else if (f->type == &type_real_or_word)
        memcpy(at, &(struct real_or_word){NULL, value},
               sizeof(struct real_or_word));
    else if (f->type == &type_real_list) {
        d->list = value;
        memcpy(at, &(struct real_list){&d->list, 1}, sizeof(struct real_list));
    } else
        cr_assert_fail("%s is not a number", f->key);
}

void defaults_fill(const struct kind *kind, struct defaults *d)
{
    double value;

    cr_assert(kind->config_size <= DEFAULTS_BYTES);
    *d = (struct defaults){{0}, 0};
    for (const struct field *f = kind->fields; f && f->key; f++)
        if (f->def && num_parse_real(f->def, &value))
            store(f, d, value);
}

void defaults_set(const struct kind *kind, struct defaults *d, const char *key,
                  double value)
{
    const struct field *f = kind->fields;

    while (f && f->key && strcmp(f->key, key) != 0)
        f++;
    cr_assert(f && f->key, "%s has no key %s", kind->name, key);
    cr_assert(value >= f->min && value <= f->max, "%s.%s: %g is not allowed",
              kind->name, key, value);
    store(f, d, value);
}
