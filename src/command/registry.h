/*
 * registry.h - the program: its commands, groups and helps.
 *
 * One file per command and its printers: the folder is as large as there are
 * commands, which share nothing but what stands below it.
 */
#pragma once

#include "cli/cmd.h"

extern const struct program cnnctl;
