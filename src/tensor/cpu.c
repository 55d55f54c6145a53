/*
 * cpu.c - the processor's answer, through the compiler's built-in.
 *
 * The kernels in vectors of 8 and 16 exist for float on x86 only; double,
 * which serves the gradient checks, has the portable level alone.
 */
#include "tensor/cpu.h"

#include "tensor/real.h"

bool cpu_has(enum cpu_level level)
{
#if defined(__x86_64__) && !defined(REAL_DOUBLE)
    const bool avx2 =
        __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    const bool avx512 = avx2 && __builtin_cpu_supports("avx512f") &&
                        __builtin_cpu_supports("avx512vl") &&
                        __builtin_cpu_supports("avx512bw") &&
                        __builtin_cpu_supports("avx512dq");
#else
    const bool avx2 = false, avx512 = false;
#endif

    return level == CPU_PORTABLE || (level == CPU_AVX2 && avx2) ||
           (level == CPU_AVX512 && avx512);
}

enum cpu_level cpu_best(void)
{
    return cpu_has(CPU_AVX512) ? CPU_AVX512
           : cpu_has(CPU_AVX2) ? CPU_AVX2
                               : CPU_PORTABLE;
}

bool cpu_has_bfloat16(void)
{
#if defined(__x86_64__) && !defined(REAL_DOUBLE)
    return cpu_has(CPU_AVX512) && __builtin_cpu_supports("avx512bf16");
#else
    return false;
#endif
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
