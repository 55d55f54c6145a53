/*
 * registry.h - one list of names makes a registry of kinds.
 *
 * A folder of kinds lists them once, in the order of menus, and knows each of
 * them by the ops struct that its file defines:
 *
 *     #define LOSSES(X) X(loss, squared_error) X(loss, ...)
 *     REGISTRY(loss, LOSSES)      in registry.c
 *     REGISTRY_DECLARE(loss)      in the folder's header
 *
 * makes `loss_kinds[]` of the structs `squared_error_loss`, and `loss_of`.
 * Every ops struct begins with its `struct kind`.
 */
#pragma once

#include "conf/field.h"

#define REGISTRY_EXTERN(what, name)                                            \
    extern const struct what##_ops name##_##what;
#define REGISTRY_KIND(what, name) &name##_##what.kind,

/* The table, ended by NULL. */
#define REGISTRY(what, LIST)                                                   \
    LIST(REGISTRY_EXTERN)                                                      \
    const struct kind *const what##_kinds[] = {LIST(REGISTRY_KIND) NULL};

/* The table, and the ops behind a variant of it (NULL when it has no kind). */
#define REGISTRY_DECLARE(what)                                                 \
    extern const struct kind *const what##_kinds[];                            \
    static inline const struct what##_ops *what##_of(struct variant v)         \
    {                                                                          \
        return (const struct what##_ops *)(const void *)v.kind;                \
    }
