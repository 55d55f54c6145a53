/*
 * base64.h - bytes as letters.  Ref: RFC 4648, section 4.
 */
#pragma once

#include <stddef.h>

#include "base/text.h"

/* base64_add - append them, padded with '='. */
void base64_add(struct text *out, const void *bytes, size_t length);
