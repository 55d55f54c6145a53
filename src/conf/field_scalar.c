/*
 * field_scalar.c - numbers, booleans and text.
 *
 * Numbers and booleans are plain scalars; where text is wanted any scalar is
 * text, so a name may be `no` or `010`.
 */
#include <inttypes.h>
#include <string.h>

#include "base/num.h"
#include "conf/field_type.h"

static bool is_plain(const struct node *n)
{
    return n->kind == NODE_SCALAR && n->plain;
}

static enum status int_read(const struct source_value *v, void *to)
{
    int64_t value;

    if (!is_plain(v->node) || !num_parse_int(v->node->text, &value))
        return value_mismatch(v);
    *(int64_t *)to = value;
    return value_in_range(v, (double)value) ? OK : ERR_CONFIG;
}

static void int_print(struct text *out, const struct field *f,
                      const void *member)
{
    (void)f;
    text_printf(out, "%" PRId64, *(const int64_t *)member);
}

const struct field_type type_int = {
    .size = sizeof(int64_t),
    .has_zero = true,
    .expect = "an integer",
    .schema = "\"type\": \"integer\"",
    .sample = "16",
    .read = int_read,
    .print = int_print,
};

static enum status real_read(const struct source_value *v, void *to)
{
    double *value = to;

    if (!is_plain(v->node) || !num_parse_real(v->node->text, value))
        return value_mismatch(v);
    return value_in_range(v, *value) ? OK : ERR_CONFIG;
}

static void real_print(struct text *out, const struct field *f,
                       const void *member)
{
    (void)f;
    real_add(out, *(const double *)member);
}

const struct field_type type_real = {
    .size = sizeof(double),
    .has_zero = true,
    .expect = "a number",
    .schema = "\"type\": \"number\"",
    .sample = "0.01",
    .read = real_read,
    .print = real_print,
};

static enum status bool_read(const struct source_value *v, void *to)
{
    static const char *const words[] = {"true", "false", NULL};

    if (!is_plain(v->node) || !is_among(v->node->text, words))
        return value_mismatch(v);
    *(bool *)to = v->node->text[0] == 't';
    return OK;
}

static void bool_print(struct text *out, const struct field *f,
                       const void *member)
{
    (void)f;
    text_puts(out, *(const bool *)member ? "true" : "false");
}

const struct field_type type_bool = {
    .size = sizeof(bool),
    .has_zero = true,
    .expect = "true or false",
    .schema = "\"type\": \"boolean\"",
    .sample = "true",
    .read = bool_read,
    .print = bool_print,
};

/* UTF-8, of which a character has one byte that continues none. */
static int64_t character_count(const char *text)
{
    int64_t count = 0;

    for (; *text; text++)
        count += (*text & 0xc0) != 0x80;
    return count;
}

static enum status text_read(const struct source_value *v, void *to)
{
    const struct field *f = v->field;
    const struct node *n = v->node;
    const char *now = n->kind == NODE_SCALAR && !node_is_null(n)
                          ? choice_called(f, f->choices_gone, n->text)
                          : NULL;

    if (now) {
        *(const char **)to = now;
        return OK;
    }
    if (n->kind != NODE_SCALAR || node_is_null(n) ||
        (f->choices && !is_among(n->text, f->choices)) ||
        (f->kinds && !kind_find(f->kinds, n->text)))
        return value_mismatch(v);
    const int64_t length = character_count(n->text);
    if (length < f->least || (f->most > 0 && length > f->most))
        return value_mismatch(v);
    *(const char **)to = n->text;
    return OK;
}

static void text_print(struct text *out, const struct field *f,
                       const void *member)
{
    const char *word = *(const char *const *)member;

    if (f->choices)
        text_puts(out, word);
    else
        field_print_text(out, word);
}

/* Any scalar is text to us, whatever an editor takes it for. */
const struct field_type type_text = {
    .size = sizeof(const char *),
    .expect = "text",
    .schema = "\"type\": [\"string\", \"number\", \"boolean\"]",
    .sample = "word",
    .read = text_read,
    .print = text_print,
};

/* "1/3": two integers without sign; false when `text` is no fraction. */
static bool parse_ratio(const char *text, double *to)
{
    const char *slash = strchr(text, '/');
    char numerator[24];
    int64_t over, under;

    if (!slash || (size_t)(slash - text) >= sizeof numerator)
        return false;
    memcpy(numerator, text, (size_t)(slash - text));
    numerator[slash - text] = '\0';
    if (!num_parse_int(numerator, &over) || !num_parse_int(slash + 1, &under) ||
        under < 1)
        return false;
    *to = (double)over / (double)under;
    return true;
}

static enum status fraction_read(const struct source_value *v, void *to)
{
    struct fraction *value = to;
    const char *text = v->node->text;

    if (!is_plain(v->node) || (!parse_ratio(text, &value->value) &&
                               !num_parse_real(text, &value->value)))
        return value_mismatch(v);
    value->text = text;
    return value_in_range(v, value->value) ? OK : ERR_CONFIG;
}

static void fraction_print(struct text *out, const struct field *f,
                           const void *member)
{
    (void)f;
    text_puts(out, ((const struct fraction *)member)->text);
}

const struct field_type type_fraction = {
    .size = sizeof(struct fraction),
    .expect = "a number or a fraction such as 1/3",
    .range = "in [0, 1)",
    .schema = "\"type\": \"string\", \"pattern\": "
              "\"^[0-9]+/[1-9][0-9]*$\"}, {\"type\": \"number\", "
              "\"minimum\": 0, \"exclusiveMaximum\": 1",
    .sample = "1/4",
    .read = fraction_read,
    .print = fraction_print,
};
