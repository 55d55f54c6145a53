/*
 * library.h - a shared library that is opened when it is first needed.
 *
 * Most runs need none of them; where one is missing, only what needs it fails.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>

#include "base/err.h"

/* A function and the pointer to it that is set. */
struct library_symbol {
    const char *name;
    void *function; /* the address of a pointer to a function */
};

/*
 * LIBRARY_POINTER, LIBRARY_SYMBOL - of a list of functions, FUNCTIONS(X), that
 * a file calls as lib.NAME:
 *
 *     static struct {
 *         FUNCTIONS(LIBRARY_POINTER)
 *     } lib;
 *     static const struct library_symbol symbols[] = {
 *         FUNCTIONS(LIBRARY_SYMBOL){0}};
 */
#define LIBRARY_POINTER(f) __typeof__(f) *f;
#define LIBRARY_SYMBOL(f)  {#f, &lib.f},

/* Static; its functions are written once, before anybody calls them. */
struct library {
    const char *file;                     /* "libpng16.so.16" */
    const char *package;                  /* Debian's, "libpng16-16" */
    const struct library_symbol *symbols; /* ended by name NULL */
    atomic_bool open;
    char failure[400];
};

/* library_open - open it and find its functions, unless that has been done.
 * From any thread.  NULL, or why not, naming the package; a later call tries
 * again. */
const char *library_open(struct library *l);

/* library_need - the same; ERR_MEMORY, a limit of the system, says what it was
 * to be opened for: "decoding a PNG image". */
MUST_USE enum status library_need(struct library *l, const char *doing,
                                  struct err *e);
