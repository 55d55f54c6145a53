/*
 * digest.c - SHA-256 by nettle.  CRC-32 is in gzip.c, beside its library.
 */
#include "codec/digest.h"

#include <nettle/sha2.h>
#include <stdio.h>
#include <string.h>

_Static_assert(sizeof(struct sha256_ctx) <= sizeof(struct sha256),
               "struct sha256 has no room for nettle's context");

static struct sha256_ctx *context_of(struct sha256 *s)
{
    return (struct sha256_ctx *)(void *)s->opaque;
}

void sha256_begin(struct sha256 *s)
{
    sha256_init(context_of(s));
}

void sha256_add(struct sha256 *s, const void *bytes, size_t length)
{
    sha256_update(context_of(s), length, bytes);
}

void sha256_add_int(struct sha256 *s, int64_t value)
{
    unsigned char bytes[8];

    for (int i = 0; i < 8; i++)
        bytes[i] = (unsigned char)((uint64_t)value >> (8 * i));
    sha256_add(s, bytes, sizeof bytes);
}

void sha256_end_bytes(struct sha256 *s, unsigned char digest[SHA256_BYTES])
{
    sha256_digest(context_of(s), SHA256_BYTES, digest);
}

void sha256_end(struct sha256 *s, char hex[SHA256_HEX_BYTES])
{
    unsigned char digest[SHA256_BYTES];

    sha256_end_bytes(s, digest);
    for (size_t i = 0; i < sizeof digest; i++)
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
}

bool sha256_is_hex(const char *text)
{
    const size_t digits = text ? strspn(text, "0123456789abcdef") : 0;

    return digits == SHA256_HEX_BYTES - 1 && text[digits] == '\0';
}
