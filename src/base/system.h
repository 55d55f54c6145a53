/*
 * system.h - what the machine, or the control group we run in, has left; the
 * time that passes.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* system_memory_left - bytes that can still be taken before the kernel kills:
 * the least of MemAvailable, the control groups' limits (versions 1 and 2) and
 * the address space limit.  SIZE_MAX when nothing is known. */
size_t system_memory_left(void);

/* system_addresses_left - bytes of address space that the limit on it leaves;
 * SIZE_MAX without one. */
size_t system_addresses_left(void);

/* system_disk_left - bytes that an unprivileged user can still write beside
 * `path`.  SIZE_MAX when unknown. */
size_t system_disk_left(const char *path);

enum { SYSTEM_NAME_BYTES = 65 };

/* system_name - what this machine is called; "a host without a name" when it
 * cannot be told. */
void system_name(char name[SYSTEM_NAME_BYTES]);

enum { SYSTEM_PROCESSOR_BYTES = 80 };

/* system_processor - its maker's name of it, in printable ASCII; "unknown"
 * where /proc/cpuinfo has none. */
void system_processor(char name[SYSTEM_PROCESSOR_BYTES]);

/* system_rest - somebody waits, and looks in vain for the number *looks of
 * times, which is counted: the processor goes to others, for a moment at first,
 * later for tens of microseconds, so that a machine with more processes than
 * processors gets on. */
void system_rest(int64_t *looks);

/* clock_seconds - seconds since an arbitrary fixed moment; never goes back.  No
 * model file holds any. */
double clock_seconds(void);
