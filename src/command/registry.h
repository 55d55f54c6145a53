/*
 * registry.h - the program: its commands, groups and helps.
 */
#ifndef COMMAND_REGISTRY_H
#define COMMAND_REGISTRY_H

#include "cli/cmd.h"

extern const struct program cnnctl;

#endif
