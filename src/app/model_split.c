/*
 * model_split.c - how the samples of a model were cut, in its file.
 */
#include <string.h>

#include "app/model.h"
#include "codec/digest.h"

/* Is the number that of the document, where 0 is none? */
static bool is_number(const struct json *map, const char *key, int64_t want)
{
    const struct json *member = json_member(map, key);
    int64_t number = 0;

    return (!member || json_int_of(member, &number)) && number == want;
}

/* Is the text that of the document, where NULL is none? */
static bool is_text(const struct json *map, const char *key, const char *want)
{
    const struct json *member = json_member(map, key);
    const char *text = json_text_of(member);

    return member && want ? text && strcmp(text, want) == 0 : !member && !want;
}

/* How many samples there were bounds how often weights were updated. */
enum status model_split_read(struct model *m, const char *path,
                             const struct json *map, struct err *e)
{
    static const char *const parts[] = {"train", "valid", "test"};
    const struct split_section *split = &m->experiment.split;
    int64_t count[ARRAY_LEN(parts)];

    const char *rows = json_text_of(json_member(map, "valid_rows"));
    bool sound = sha256_is_hex(rows);

    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        sound = json_int_of(json_member(map, parts[i]), &count[i]) &&
                count[i] >= (i == 0) && sound;
    if (!sound)
        return err_add(e, ERR_DATA, path, "metadata split is malformed");
    if (!is_number(map, "folds", split->folds) ||
        !is_number(map, "fold", split->fold))
        return err_add(e, ERR_DATA, path,
                       "metadata split is of another fold than its "
                       "configuration");
    if (!is_text(map, "by", split->by) || !is_text(map, "hash", split->hash))
        return err_add(e, ERR_DATA, path,
                       "metadata split goes by another column than its "
                       "configuration");
    m->samples_an_epoch = (double)count[0];
    m->valid_rows = arena_strdup(&m->arena, rows);
    return arena_check(&m->arena, e, "reading the model");
}
