/*
 * compiler.h - the few compiler extensions the program uses, by name.
 */
#pragma once

#define MUST_USE                 __attribute__((warn_unused_result))
#define PRINTF_LIKE(form, first) __attribute__((format(printf, form, first)))
#define ARRAY_LEN(a)             (sizeof(a) / sizeof((a)[0]))

/* BUFFER_BYTES - the size of a buffer that grows or is refilled.  Tiny when
 * built for fuzzing, so that small inputs meet its ends. */
#ifdef TINY_BUFFERS
#define BUFFER_BYTES(usual) 64
#else
#define BUFFER_BYTES(usual) (usual)
#endif

/*
 * HOT_CLONES before a function compiles it for AVX-512, AVX2 and the baseline;
 * the loader picks one (GNU indirect functions), so a portable binary is fast.
 * Empty where that does not exist: other machines, clang 14; under sanitizers,
 * not ready yet when the loader picks; and for doubles, which only compare.
 */
#if defined(__x86_64__) && defined(__gnu_linux__) && !defined(__clang__) &&    \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) &&         \
    !defined(REAL_DOUBLE) && __GNUC__ >= 12
#define HOT_CLONES                                                             \
    __attribute__((                                                            \
        target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define HOT_CLONES
#endif

/* NO_CARRY before a loop: what an iteration writes, no other one reads.  Then
 * it may run in vectors although outputs may be the inputs themselves, element
 * on element. */
#ifdef __clang__
#define NO_CARRY _Pragma("clang loop vectorize(assume_safety)")
#else
#define NO_CARRY _Pragma("GCC ivdep")
#endif

/* INLINE - a static helper that must become part of its (cloned) caller. */
#define INLINE static inline __attribute__((always_inline))
