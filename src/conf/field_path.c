/*
 * field_path.c - paths: the environment expanded, relative ones resolved.
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "conf/field_type.h"
#include "conf/source.h"

enum { NAME_BYTES = 128 };

/* How many bytes of `text` are a variable's name. */
static size_t name_length(const char *text)
{
    static const char letters[] =
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";

    return strspn(text, "0123456789") > 0 ? 0 : strspn(text, letters);
}

static enum status malformed(const struct source_value *v, const char *at)
{
    return tree_error(v->tree, v->node, AT_VALUE, NULL, v->e,
                      "expected ${NAME} or ${NAME:-default}, got '%.*s'",
                      (int)source_clip(at, 60), at);
}

/* One reference at *at, "${..}"; moves past it. */
static enum status expand_one(const struct source_value *v, const char **at,
                              struct text *out)
{
    const char *start = *at + 2;
    const size_t length = name_length(start);
    const char *rest = start + length;
    const bool has_default = strncmp(rest, ":-", 2) == 0;
    const char *end = strchr(rest, '}');
    char name[NAME_BYTES];

    if (length == 0 || length >= sizeof name || !end ||
        (!has_default && end != rest))
        return malformed(v, *at);
    memcpy(name, start, length);
    name[length] = '\0';
    const char *value = getenv(name);
    if (!value && !has_default)
        return tree_error(v->tree, v->node, AT_VALUE, NULL, v->e,
                          "the environment variable %s is not set", name);
    /* As in a shell, `:-` also replaces an empty value. */
    if (has_default && (!value || !*value))
        text_add(out, rest + 2, (size_t)(end - rest - 2));
    else
        text_puts(out, value);
    *at = end + 1;
    return OK;
}

static enum status expand(const struct source_value *v, struct text *out)
{
    const char *at = v->node->text;

    while (*at) {
        if (at[0] == '$' && at[1] == '{') {
            const enum status s = expand_one(v, &at, out);
            if (s != OK)
                return s;
            continue;
        }
        text_add(out, at++, 1);
    }
    return OK;
}

/* Without folders that only this machine has: of an absolute path its last
 * component, of `${NAME:-default}` at its start the default's. */
static const char *portable(struct arena *arena, const char *text)
{
    if (text[0] == '/')
        return strrchr(text, '/') + 1;
    const char *end = strchr(text, '}'), *start = strstr(text, ":-/");
    if (strncmp(text, "${", 2) != 0 || !start || start > end)
        return text;
    const char *last = end;
    while (last[-1] != '/')
        last--;
    return arena_printf(arena, "%.*s%s", (int)(start + 2 - text), text, last);
}

static enum status resolve(const struct source_value *v, const char *path,
                           struct path *to)
{
    const struct tree_file *file = v->node->mark.file;
    const char *folder = v->node->mark.set > 0 ? ""
                         : file                ? file->folder
                                               : v->tree->folder;
    const char *written = v->node->text;

    if (*path == '\0')
        return tree_error(v->tree, v->node, AT_VALUE, NULL, v->e,
                          "expected a path, got an empty one");
    if (!folder || path[0] == '/')
        folder = "";
    const size_t length = strlen(folder);
    const char *slash = length && folder[length - 1] != '/' ? "/" : "";
    if (file && *file->within && strncmp(written, "${", 2) != 0 &&
        written[0] != '/')
        written = arena_printf(v->tree->arena, "%s/%s", file->within, written);
    to->written =
        v->tree->keeps_folders ? written : portable(v->tree->arena, written);
    to->at = arena_printf(v->tree->arena, "%s%s%s", folder, slash, path);
    return arena_check(v->tree->arena, v->e, "reading the configuration");
}

static enum status path_read(const struct source_value *v, void *member)
{
    struct path *to = member;
    struct text path = {0};

    if (v->node->kind != NODE_SCALAR || node_is_null(v->node))
        return value_mismatch(v);
    if (v->tree->paths_as_written) {
        *to = (struct path){v->node->text, v->node->text};
        return OK;
    }
    enum status s = expand(v, &path);
    if (s == OK && path.failed)
        s = err_memory(v->e, "reading the configuration");
    if (s == OK)
        s = resolve(v, text_string(&path), to);
    text_free(&path);
    return s;
}

static void path_print(struct text *out, const struct field *f,
                       const void *member)
{
    (void)f;
    field_print_text(out, ((const struct path *)member)->written);
}

const struct field_type type_path = {
    .size = sizeof(struct path),
    .expect = "a path",
    .schema = "\"type\": \"string\", \"minLength\": 1",
    .sample = "FILE",
    .read = path_read,
    .print = path_print,
};
