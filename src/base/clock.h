/*
 * clock.h - elapsed time.  Never reaches a model file.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

/* clock_seconds - seconds since an arbitrary fixed moment; never goes back. */
double clock_seconds(void);

#endif
