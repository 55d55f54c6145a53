/*
 * json.c - JSON documents by jansson, whose values `struct json` stands for.
 *
 * jansson allocates through base/arena like the rest of the program.  Its lexer
 * does not notice when it loses a character because memory is short, and then
 * aborts or reads on behind the end of its buffer.  So the first request that
 * is refused gets a block put aside for it, and the document ends there.
 */
#include "codec/json.h"

#include <assert.h>
#include <jansson.h>
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/utf8.h"

/* The hooks of jansson take no context: this is the one piece of state.  It
 * lives from the start to the end of a call of json_parse. */
static _Thread_local struct {
    void *reserve; /* for the first refusal */
    size_t reserve_bytes;
    bool refused;
} memory;

static void *take_for_jansson(size_t bytes)
{
    size_t capacity = 0;
    void *block = NULL;

    if (mem_grow(&block, &capacity, bytes, 1))
        return block;
    memory.refused = true;
    if (bytes > memory.reserve_bytes)
        return NULL;
    block = memory.reserve;
    memory.reserve = NULL;
    memory.reserve_bytes = 0;
    return block;
}

/* Before the first value of a document is made.  Setting the same functions
 * again changes nothing. */
static void use_own_memory(void)
{
    json_set_alloc_funcs(take_for_jansson, mem_free);
}

static json_t *value_of(struct json *v)
{
    return (json_t *)(void *)v;
}

static const json_t *const_value_of(const struct json *v)
{
    return (const json_t *)(const void *)v;
}

static struct json *handle_of(json_t *v)
{
    return (struct json *)(void *)v;
}

/* Appends `string` with each byte that is no UTF-8 as U+FFFD. */
static void add_utf8(struct text *t, const char *string)
{
    while (*string) {
        uint32_t code;
        const size_t length = utf8_decode(string, strnlen(string, 4), &code);
        if (length > 0)
            text_add(t, string, length);
        else
            text_puts(t, "\xef\xbf\xbd");
        string += length ? length : 1;
    }
}

/* Puts `v`, NULL for want of memory, where the writer stands. */
static void attach(struct json_writer *w, const char *key, json_t *v)
{
    json_t *parent = w->depth ? value_of(w->stack[w->depth - 1]) : NULL;
    struct text name = {0};

    if (w->failed || !v) {
        json_decref(v);
        w->failed = true;
        return;
    }
    assert(parent ? json_is_object(parent) == (key != NULL) : !key && !w->root);
    if (key)
        add_utf8(&name, key);
    if (!parent)
        w->root = handle_of(v);
    else if (!key)
        w->failed = json_array_append_new(parent, v) != 0;
    else if (name.failed)
        json_decref(v);
    else
        w->failed = json_object_set_new(parent, text_string(&name), v) != 0;
    w->failed = w->failed || name.failed;
    text_free(&name);
}

static void begin(struct json_writer *w, const char *key, json_t *v)
{
    assert(w->depth < JSON_MAX_DEPTH);
    attach(w, key, v);
    if (!w->failed)
        w->stack[w->depth++] = handle_of(v);
}

void json_begin_map(struct json_writer *w, const char *key)
{
    use_own_memory();
    begin(w, key, json_object());
}

void json_begin_list(struct json_writer *w, const char *key)
{
    use_own_memory();
    begin(w, key, json_array());
}

void json_end(struct json_writer *w)
{
    assert(w->failed || w->depth > 0);
    w->depth -= !w->failed;
}

void json_put_text(struct json_writer *w, const char *key, const char *text)
{
    struct text clean = {0};

    use_own_memory();
    add_utf8(&clean, text ? text : "");
    attach(w, key,
           clean.failed ? NULL
           : text       ? json_string(text_string(&clean))
                        : json_null());
    text_free(&clean);
}

void json_put_int(struct json_writer *w, const char *key, int64_t value)
{
    use_own_memory();
    attach(w, key, json_integer(value));
}

void json_put_bool(struct json_writer *w, const char *key, bool value)
{
    use_own_memory();
    attach(w, key, json_boolean(value));
}

void json_put_real(struct json_writer *w, const char *key, double value)
{
    use_own_memory();
    attach(w, key, isfinite(value) ? json_real(value) : json_null());
}

void json_put_null(struct json_writer *w, const char *key)
{
    attach(w, key, json_null());
}

void json_put_ints(struct json_writer *w, const char *key,
                   const int64_t *values, int64_t count)
{
    json_begin_list(w, key);
    for (int64_t i = 0; i < count; i++)
        json_put_int(w, NULL, values[i]);
    json_end(w);
}

void json_put_reals(struct json_writer *w, const char *key,
                    const double *values, int64_t count)
{
    json_begin_list(w, key);
    for (int64_t i = 0; i < count; i++)
        json_put_real(w, NULL, values[i]);
    json_end(w);
}

void json_put_texts(struct json_writer *w, const char *key,
                    const char *const *texts, int64_t count)
{
    json_begin_list(w, key);
    for (int64_t i = 0; i < count; i++)
        json_put_text(w, NULL, texts[i]);
    json_end(w);
}

static int add_to_text(const char *bytes, size_t length, void *context)
{
    struct text *t = context;

    text_add(t, bytes, length);
    return t->failed ? -1 : 0;
}

static size_t dump_flags(enum json_style style)
{
    size_t flags = JSON_ENCODE_ANY;

    flags |= JSON_REAL_PRECISION(style == JSON_FLOATS ? 9U : 17U);
    if (style == JSON_INDENTED)
        return flags | JSON_INDENT(2);
    if (style == JSON_LINE || style == JSON_FLOATS)
        return flags;
    /* This is jansson's flag, which hides our enumerator of that name. */
    flags |= JSON_COMPACT;
    return style == JSON_SORTED ? flags | JSON_SORT_KEYS : flags;
}

/* DEL and the control characters from U+0080 on, which jansson leaves as they
 * are, stand in strings alone. */
static void add_shown(struct text *out, const char *document)
{
    size_t length;

    for (; *document; document += length) {
        uint32_t code = 0;
        length = utf8_decode(document, strnlen(document, 4), &code);
        assert(length > 0);
        if (code >= 0x7f && utf8_is_control(code))
            text_printf(out, "\\u%04x", (unsigned)code);
        else
            text_add(out, document, length);
    }
}

void json_finish(struct json_writer *w, enum json_style style, struct text *out)
{
    json_t *root = value_of(w->root);
    struct text raw = {0};

    assert(w->failed || (root && w->depth == 0));
    if (w->failed ||
        json_dump_callback(root, add_to_text, &raw, dump_flags(style)) != 0)
        out->failed = true;
    else
        add_shown(out, text_string(&raw));
    text_free(&raw);
    json_decref(root);
    *w = (struct json_writer){0};
}

const char *json_finish_on(struct json_writer *w, enum json_style style,
                           struct arena *arena)
{
    struct text text = {0};

    json_finish(w, style, &text);
    return arena_text(arena, &text);
}

/* An empty map takes a hundred times the bytes of its text. */
enum { MOST_GROUPS = 1 << 18 };

/* The document, a byte a call: none after a refusal, none when it has too many
 * maps and lists, or is nested so deep that jansson, which calls itself for
 * every level, outgrows a small stack. */
struct feed {
    const char *next;
    size_t left;
    int depth, groups; /* open ones; all of them */
    bool in_string, escaped;
};

static void count_groups(struct feed *f, char c)
{
    if (c == '"' && !f->escaped)
        f->in_string = !f->in_string;
    f->escaped = f->in_string && c == '\\' && !f->escaped;
    if (f->in_string)
        return;
    const bool begins = c == '[' || c == '{';
    f->groups += begins;
    f->depth += begins - (c == ']' || c == '}');
}

static bool is_excessive(const struct feed *f)
{
    return f->depth > JSON_MAX_DEPTH || f->groups > MOST_GROUPS;
}

static size_t feed_byte(void *buffer, size_t room, void *context)
{
    struct feed *f = context;

    (void)room;
    if (f->left == 0 || memory.refused || is_excessive(f))
        return 0;
    count_groups(f, *f->next);
    *(char *)buffer = *f->next++;
    f->left--;
    return 1;
}

enum status json_parse_slice(const struct json_slice *text, const char *place,
                             struct json **out, struct err *e)
{
    struct feed feed = {.next = text->at, .left = text->length};
    json_error_t error;

    *out = NULL;
    use_own_memory();
    /* The lexer's buffer doubles when a token fills it. */
    memory.refused = false;
    memory.reserve_bytes = 0;
    if (!mem_grow(&memory.reserve, &memory.reserve_bytes, 2 * text->length + 64,
                  1))
        return err_memory(e, "reading JSON");
    json_t *root = json_load_callback(
        feed_byte, &feed, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    mem_free(memory.reserve);
    memory.reserve = NULL;
    memory.reserve_bytes = 0;
    if (memory.refused) {
        json_decref(root);
        return err_memory(e, "reading JSON");
    }
    if (is_excessive(&feed)) {
        const bool deep = feed.depth > JSON_MAX_DEPTH;
        json_decref(root);
        return err_add(e, ERR_DATA, place, "JSON byte %zu: more than %d %s",
                       text->offset + text->length - feed.left,
                       deep ? JSON_MAX_DEPTH : MOST_GROUPS,
                       deep ? "levels deep" : "maps and lists");
    }
    if (!root)
        return err_add(e, ERR_DATA, place, "JSON byte %zu: %s",
                       text->offset + (size_t)error.position, error.text);
    *out = handle_of(root);
    return OK;
}

enum status json_parse(const char *bytes, size_t length, const char *place,
                       struct json **out, struct err *e)
{
    return json_parse_slice(&(struct json_slice){bytes, length, 0}, place, out,
                            e);
}

void json_free(struct json *document)
{
    json_decref(value_of(document));
}

const struct json *json_member(const struct json *map, const char *key)
{
    return handle_of(json_object_get(const_value_of(map), key));
}

bool json_is_map(const struct json *v)
{
    return json_is_object(const_value_of(v));
}

int64_t json_count(const struct json *map_or_list)
{
    const json_t *v = const_value_of(map_or_list);

    if (json_is_object(v))
        return (int64_t)json_object_size(v);
    return json_is_array(v) ? (int64_t)json_array_size(v) : -1;
}

const struct json *json_entry(const struct json *list, int64_t index)
{
    if (index < 0)
        return NULL;
    return handle_of(json_array_get(const_value_of(list), (size_t)index));
}

const char *json_text_of(const struct json *v)
{
    return json_string_value(const_value_of(v));
}

bool json_int_of(const struct json *v, int64_t *out)
{
    if (!json_is_integer(const_value_of(v)))
        return false;
    *out = json_integer_value(const_value_of(v));
    return true;
}

bool json_real_of(const struct json *v, double *out)
{
    const json_t *value = const_value_of(v);

    if (!json_is_number(value) && !json_is_null(value))
        return false;
    *out = json_is_null(value) ? (double)NAN : json_number_value(value);
    return true;
}
