/*
 * digest.h - checksums: CRC-32 (zlib) and SHA-256 (nettle).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* crc32_of - CRC-32 of a block; crc32_more continues one. */
uint32_t crc32_of(const void *bytes, size_t length);
uint32_t crc32_more(uint32_t crc, const void *bytes, size_t length);

enum { SHA256_HEX_BYTES = 65, SHA256_BYTES = 32 };

struct sha256 {
    uint64_t opaque[32]; /* room for nettle's context, checked in digest.c */
};

void sha256_begin(struct sha256 *s);
void sha256_add(struct sha256 *s, const void *bytes, size_t length);
/* sha256_add_int - eight bytes, little endian. */
void sha256_add_int(struct sha256 *s, int64_t value);
/* sha256_end - 64 lower-case hex digits and '\0'. */
void sha256_end(struct sha256 *s, char hex[SHA256_HEX_BYTES]);
/* sha256_end_bytes - the same as it is. */
void sha256_end_bytes(struct sha256 *s, unsigned char digest[SHA256_BYTES]);

/* sha256_is_hex - is it what sha256_end makes?  NULL is not. */
bool sha256_is_hex(const char *text);
