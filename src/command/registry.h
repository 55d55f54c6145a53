/*
 * registry.h - the program: its commands, groups and helps.
 */
#pragma once

#include "cli/cmd.h"

extern const struct program cnnctl;
