/*
 * alone.c - a program that is started as one process.
 */
#include "train/exchange.h"

struct exchange exchange_begin(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    return exchange_local(NULL);
}

void exchange_end(void)
{
}
