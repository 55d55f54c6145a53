/*
 * utf8.h - characters of text that may come from anywhere.
 *
 * What a file, a model or a name brings into a message or a table is shown
 * through utf8_shown, so that it can neither drive a terminal nor pretend to be
 * another line.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* utf8_decode - the bytes of the character at `at`, of `room` bytes, and its
 * code; 0 when it is no UTF-8 (overlong forms and surrogates included). */
size_t utf8_decode(const char *at, size_t room, uint32_t *code);

/* utf8_is_control - C0, DEL and C1. */
bool utf8_is_control(uint32_t code);

/* utf8_misleads - beyond those: breaks of lines, changes of direction, marks
 * that are not seen, and what is no character, which XML may not hold. */
bool utf8_misleads(uint32_t code);

enum { UTF8_PIECE_BYTES = 17 };

/* utf8_shown - the character at *at, which is not the end, as it may be shown:
 * itself, or `\xHH` for each byte of a control character or one that misleads,
 * and for a byte that is no UTF-8.  Steps over it. */
void utf8_shown(const char **at, char piece[UTF8_PIECE_BYTES]);
