/*
 * digest.c - SHA-256 by nettle.  CRC-32 is in gzip.c, beside its library.
 */
#include "codec/digest.h"

#include <nettle/sha2.h>
#include <string.h>

_Static_assert(sizeof(struct sha256_ctx) <= sizeof(struct sha256),
               "struct sha256 has no room for nettle's context");

void sha256_begin(struct sha256 *s)
{
    struct sha256_ctx context;

    sha256_init(&context);
    memcpy(s->opaque, &context, sizeof context);
}

void sha256_add(struct sha256 *s, const void *bytes, size_t length)
{
    struct sha256_ctx context;

    memcpy(&context, s->opaque, sizeof context);
    sha256_update(&context, length, bytes);
    memcpy(s->opaque, &context, sizeof context);
}

void sha256_add_int(struct sha256 *s, int64_t value)
{
    unsigned char bytes[8];

    for (int i = 0; i < 8; i++)
        bytes[i] = (unsigned char)((uint64_t)value >> (8 * i));
    sha256_add(s, bytes, sizeof bytes);
}

void sha256_end(struct sha256 *s, char hex[SHA256_HEX_BYTES])
{
    static const char digits[] = "0123456789abcdef";
    struct sha256_ctx context;
    uint8_t digest[SHA256_DIGEST_SIZE];

    memcpy(&context, s->opaque, sizeof context);
    sha256_digest(&context, sizeof digest, digest);
    for (size_t i = 0; i < sizeof digest; i++) {
        hex[2 * i] = digits[digest[i] >> 4];
        hex[2 * i + 1] = digits[digest[i] & 15];
    }
    hex[2 * sizeof digest] = '\0';
}
