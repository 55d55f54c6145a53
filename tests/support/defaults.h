/*
 * defaults.h - configurations straight from a kind's table, for tests of flat
 * arrays, which should not need the reader of YAML.
 */
#pragma once

#include "conf/field.h"

enum { DEFAULTS_BYTES = 256 };

/* A configuration of any kind, with room for a list's default. */
struct defaults {
    _Alignas(double) unsigned char config[DEFAULTS_BYTES];
    double list;
};

/* defaults_find - the kind called `name`; fails the test if there is none. */
const struct kind *defaults_find(const struct kind *const *kinds,
                                 const char *name);

/* defaults_fill - every default of the table that is a number; other members
 * become 0. */
void defaults_fill(const struct kind *kind, struct defaults *d);

/* defaults_set - a member that is a number; fails the test if the table has no
 * such key or does not allow the value. */
void defaults_set(const struct kind *kind, struct defaults *d, const char *key,
                  double value);
