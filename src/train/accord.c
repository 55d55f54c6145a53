/*
 * accord.c - the least number of a process that has something to say, then what
 * it says.
 */
#include "train/accord.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/system.h"
#include "codec/digest.h"

void accord_name(const struct exchange *x, int64_t process,
                 char name[ACCORD_NAME_BYTES])
{
    char host[SYSTEM_NAME_BYTES];

    system_name(host);
    x->ops->tell(x, process, host, sizeof host);
    snprintf(name, ACCORD_NAME_BYTES, "rank %lld on %s", (long long)process,
             host);
}

/* All have the errors of process `from`. */
static enum status share_error(const struct exchange *x, int64_t from,
                               enum status own, struct err *e)
{
    char name[ACCORD_NAME_BYTES], prefix[ACCORD_NAME_BYTES + 2];
    struct {
        int64_t status, count, unsaid, used;
    } told;

    accord_name(x, from, name);
    snprintf(prefix, sizeof prefix, "%s: ", name);
    if (from > 0 && from == x->number)
        err_prefix(e, prefix);
    told.status = own;
    told.count = e->count;
    told.unsaid = e->unsaid;
    told.used = (int64_t)e->used;
    x->ops->tell(x, from, &told, sizeof told);
    e->status = (enum status)told.status;
    e->count = told.count;
    e->unsaid = told.unsaid;
    e->used = (size_t)told.used;
    x->ops->tell(x, from, e->text, e->used);
    e->text[e->used] = '\0';
    e->is_shared = true;
    return e->status;
}

enum status accord_status(const struct exchange *x, enum status own,
                          struct err *e)
{
    if (x->processes == 1 || e->is_shared)
        return own;
    /* Who has no text has learnt the status from another. */
    const int64_t first =
        x->ops->least(x, own == OK      ? INT64_MAX
                         : e->count > 0 ? x->number
                                        : x->processes + x->number);
    return first == INT64_MAX ? OK
                              : share_error(x, first % x->processes, own, e);
}

enum status accord_on(const struct exchange *x, const struct accord_fact *fact,
                      struct err *e)
{
    char first[ACCORD_BYTES] = "", other[ACCORD_BYTES] = "";
    char name[ACCORD_NAME_BYTES], leader[ACCORD_NAME_BYTES];

    if (x->processes == 1)
        return OK;
    assert(strlen(fact->value) < ACCORD_BYTES);
    snprintf(first, sizeof first, "%s", fact->value);
    snprintf(other, sizeof other, "%s", fact->value);
    x->ops->tell(x, 0, first, sizeof first);
    const int64_t differs =
        x->ops->least(x, strcmp(first, other) == 0 ? INT64_MAX : x->number);
    if (differs == INT64_MAX)
        return OK;
    x->ops->tell(x, differs, other, sizeof other);
    accord_name(x, 0, leader);
    accord_name(x, differs, name);
    e->is_shared = true;
    return fact->is_shown
               ? err_add(e, fact->status, name, "%s %s: '%s', not '%s'",
                         fact->otherwise, leader, other, first)
               : err_add(e, fact->status, name, "%s %s", fact->otherwise,
                         leader);
}

enum status accord_on_text(const struct exchange *x, struct accord_fact fact,
                           const char *text, size_t length, struct err *e)
{
    char digest[SHA256_HEX_BYTES];
    struct sha256 hash;

    sha256_begin(&hash);
    sha256_add(&hash, text, length);
    sha256_end(&hash, digest);
    fact.value = digest;
    return accord_on(x, &fact, e);
}

enum status accord_on_weights(const struct exchange *x, const real *weights,
                              int64_t count, int64_t epoch, struct err *e)
{
    char sum[16], what[80];

    if (x->processes == 1)
        return OK;
    snprintf(sum, sizeof sum, "%08x",
             (unsigned)crc32_of(weights, (size_t)count * sizeof *weights));
    snprintf(what, sizeof what, "after epoch %lld has other weights than",
             (long long)epoch);
    return accord_on(x, &(struct accord_fact){ERR_INTERNAL, what, sum, false},
                     e);
}

enum status accord_bytes(const struct exchange *x, enum status own,
                         struct bytes *bytes, struct err *e)
{
    enum status s = accord_status(x, own, e);
    int64_t length = (int64_t)bytes->length;

    if (s != OK || x->processes == 1)
        return s;
    x->ops->tell(x, 0, &length, sizeof length);
    if (x->number > 0) {
        *bytes =
            (struct bytes){mem_take((size_t)length + 1, 1), (size_t)length};
        s = bytes->at ? OK : err_memory(e, "receiving a file");
    }
    s = accord_status(x, s, e);
    if (s == OK && length > 0)
        x->ops->tell(x, 0, bytes->at, (size_t)length);
    return s;
}
