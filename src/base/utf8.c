/*
 * utf8.c - decodes (RFC 3629) and shows characters.
 */
#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

size_t utf8_decode(const char *at, size_t room, uint32_t *code)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *byte = (const unsigned char *)at;
    size_t length = 1;
    uint32_t value = byte[0];

    if (byte[0] >= 0xf0 && byte[0] < 0xf8)
        length = 4, value = byte[0] & 0x07;
    else if (byte[0] >= 0xe0 && byte[0] < 0xf0)
        length = 3, value = byte[0] & 0x0f;
    else if (byte[0] >= 0xc0 && byte[0] < 0xe0)
        length = 2, value = byte[0] & 0x1f;
    else if (byte[0] >= 0x80)
        return 0;
    if (length > room)
        return 0;
    for (size_t i = 1; i < length; i++) {
        if ((byte[i] & 0xc0) != 0x80)
            return 0;
        value = value << 6 | (byte[i] & 0x3f);
    }
    if (value < least[length] || value > 0x10ffff ||
        (value >= 0xd800 && value <= 0xdfff))
        return 0;
    *code = value;
    return length;
}

bool utf8_is_control(uint32_t code)
{
    return code < 0x20 || (code >= 0x7f && code < 0xa0);
}

bool utf8_misleads(uint32_t code)
{
    return code == 0x61c || code == 0x200e || code == 0x200f ||
           (code >= 0x2028 && code < 0x202f) ||
           (code >= 0x2066 && code < 0x2070) || code == 0xfeff ||
           (code >= 0xfff0 && code < 0xfffc) || (code & 0xfffe) == 0xfffe;
}

void utf8_shown(const char **at, char piece[UTF8_PIECE_BYTES])
{
    uint32_t code = 0;
    const char *from = *at;
    size_t length = utf8_decode(from, strnlen(from, 4), &code);
    const bool is_plain =
        length > 0 && !utf8_is_control(code) && !utf8_misleads(code);

    length = length > 0 ? length : 1;
    *at += length;
    if (is_plain) {
        memcpy(piece, from, length);
        piece[length] = '\0';
        return;
    }
    for (size_t i = 0; i < length; i++)
        snprintf(piece + 4 * i, UTF8_PIECE_BYTES - 4 * i, "\\x%02x",
                 (unsigned)(unsigned char)from[i]);
}
