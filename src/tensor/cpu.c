/*
 * cpu.c - the processor's answer, through the compiler's built-in.
 *
 * The kernels in vectors of 8 and 16 exist for float on x86 only; double,
 * which serves the gradient checks, has the portable level alone.
 */
#include "tensor/cpu.h"

#include "tensor/real.h"

#if defined(__x86_64__) && !defined(REAL_DOUBLE)

static bool has_avx2(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

static bool has_avx512(void)
{
    return has_avx2() && __builtin_cpu_supports("avx512f") &&
           __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq");
}

#else

static bool has_avx2(void)
{
    return false;
}

static bool has_avx512(void)
{
    return false;
}

#endif

bool cpu_has(enum cpu_level level)
{
    switch (level) {
    case CPU_PORTABLE:
        return true;
    case CPU_AVX2:
        return has_avx2();
    case CPU_AVX512:
        return has_avx512();
    case CPU_LEVELS:
        break;
    }
    return false;
}

enum cpu_level cpu_best(void)
{
    return has_avx512() ? CPU_AVX512 : has_avx2() ? CPU_AVX2 : CPU_PORTABLE;
}

const char *cpu_name(enum cpu_level level)
{
    static const char *const names[] = {
        [CPU_PORTABLE] = "portable",
        [CPU_AVX2] = "avx2",
        [CPU_AVX512] = "avx512",
    };

    return level < CPU_LEVELS ? names[level] : "unknown";
}
