/*
 * compiler.h - the few compiler extensions the program uses, by name.
 */
#ifndef BASE_COMPILER_H
#define BASE_COMPILER_H

#define MUST_USE                 __attribute__((warn_unused_result))
#define PRINTF_LIKE(form, first) __attribute__((format(printf, form, first)))
#define ARRAY_LEN(a)             (sizeof(a) / sizeof((a)[0]))

#endif
