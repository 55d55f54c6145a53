/*
 * checksum.c - the two checksums by which a cnnctl file knows itself.
 *
 * The header's covers every byte from '{' through the padding and with them the
 * tensors' checksums, so one flipped bit anywhere in the file is found.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "codec/digest.h"
#include "codec/json.h"
#include "store/header.h"

uint32_t checksum_of_header(const struct bytes *header,
                            const unsigned char *digits)
{
    const unsigned char *end = header->at + header->length;

    if (!digits)
        return crc32_of(header->at, header->length);
    const unsigned char *rest = digits + CRC_DIGITS;
    uint32_t crc = crc32_of(header->at, (size_t)(digits - header->at));
    crc = crc32_more(crc, "00000000", CRC_DIGITS);
    return crc32_more(crc, rest, (size_t)(end - rest));
}

/* Is `text` the eight lower-case digits of `crc`, and nothing else? */
static bool says(const char *text, uint32_t crc)
{
    char want[CRC_DIGITS + 1];

    snprintf(want, sizeof want, "%08" PRIx32, crc);
    return strcmp(text, want) == 0;
}

/* Where the digits of the header's checksum stand, eight and then a quote. */
static const unsigned char *find_digits(const struct bytes *header)
{
    const size_t start = strlen(HEADER_CRC_START);
    const unsigned char *at =
        memmem(header->at, header->length, HEADER_CRC_START, start);
    const unsigned char *end = header->at + header->length;

    if (!at || end - at <= (ptrdiff_t)start + CRC_DIGITS ||
        at[start + CRC_DIGITS] != '"')
        return NULL;
    return at + start;
}

static enum status check_header(const char *path, const struct bytes *header,
                                const char *stored, struct err *e)
{
    const unsigned char *digits = find_digits(header);

    if (!digits || !says(stored, checksum_of_header(header, digits)))
        return err_add(e, ERR_DATA, path,
                       "the header is damaged: its checksum is not '%s'",
                       stored);
    return OK;
}

static enum status check_tensors(const char *path, const struct json *sums,
                                 const struct stored *s,
                                 const struct extent *extents, struct err *e)
{
    if (json_count(sums) != s->tensor_count || !json_is_map(sums))
        return err_add(e, ERR_DATA, path,
                       CRC_KEY " does not hold one checksum per tensor");
    for (int64_t i = 0; i < s->tensor_count; i++) {
        const struct stored_tensor *t = &s->tensors[i];
        const unsigned char *begin = s->content.at + extents[i].begin;
        const size_t bytes = (size_t)(extents[i].end - extents[i].begin);
        const char *sum = json_text_of(json_member(sums, t->name));
        if (!sum)
            return err_add(e, ERR_DATA, path, "tensor '%s' has no checksum",
                           t->name);
        if (!says(sum, crc32_of(begin, bytes)))
            return err_add(e, ERR_DATA, path,
                           "tensor '%s' is damaged: its checksum is wrong",
                           t->name);
    }
    return OK;
}

enum status checksums_check(const char *path, const struct bytes *header,
                            const struct stored *s,
                            const struct extent *extents, struct err *e)
{
    const char *of_header = stored_text_of(s, HEADER_CRC_KEY);
    const char *of_tensors = stored_text_of(s, CRC_KEY);
    struct json *sums;

    if (store_is_own(s) && (!of_header || !of_tensors))
        return err_add(e, ERR_DATA, path, "the checksum %s is missing",
                       of_header ? CRC_KEY : HEADER_CRC_KEY);
    enum status status = OK;
    if (of_header)
        status = check_header(path, header, of_header, e);
    if (status != OK || !of_tensors)
        return status;
    status = json_parse(of_tensors, strlen(of_tensors), path, &sums, e);
    if (status != OK)
        return status;
    status = check_tensors(path, sums, s, extents, e);
    json_free(sums);
    return status;
}
