/*
 * library.c - opening shared libraries.
 */
#include "base/library.h"

#include <dlfcn.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

/* One thread at a time opens libraries; the others wait a few milliseconds. */
static atomic_flag opening = ATOMIC_FLAG_INIT;

/* ISO C has no conversion from an object's address to a function's. */
static bool find(void *library, const struct library_symbol *symbol)
{
    void *const at = dlsym(library, symbol->name);

    memcpy(symbol->function, &at, sizeof at);
    return at != NULL;
}

static bool find_all(void *library, const struct library_symbol *symbols)
{
    for (const struct library_symbol *s = symbols; s->name; s++)
        if (!find(library, s))
            return false;
    return true;
}

static const char *try_to_open(struct library *l)
{
    void *const library = dlopen(l->file, RTLD_NOW | RTLD_LOCAL);

    if (library && find_all(library, l->symbols)) {
        atomic_store_explicit(&l->open, true, memory_order_release);
        return NULL;
    }
    const char *const why = dlerror();
    snprintf(l->failure, sizeof l->failure, "%s; Debian's package is %s",
             why ? why : l->file, l->package);
    if (library)
        dlclose(library);
    return l->failure;
}

const char *library_open(struct library *l)
{
    const char *why = NULL;

    if (atomic_load_explicit(&l->open, memory_order_acquire))
        return NULL;
    while (atomic_flag_test_and_set_explicit(&opening, memory_order_acquire))
        sched_yield();
    if (!atomic_load_explicit(&l->open, memory_order_relaxed))
        why = try_to_open(l);
    atomic_flag_clear_explicit(&opening, memory_order_release);
    return why;
}

enum status library_need(struct library *l, const char *doing, struct err *e)
{
    const char *const why = library_open(l);

    if (!why)
        return OK;
    return err_add(e, ERR_MEMORY, NULL,
                   "%s needs a library that cannot be "
                   "loaded: %s",
                   doing, why);
}
