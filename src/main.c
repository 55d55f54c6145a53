/*
 * main.c - run a command, print its errors once, exit.  The only exit point.
 */
#include <stdio.h>

int main(void)
{
    fputs("usage: cnnctl COMMAND\n", stderr);
    return 64;
}
