/*
 * field_span.c - intervals: a number or [low, high]; one of them, or one per
 * axis.
 */
#include <string.h>

#include "conf/field_type.h"

static enum status span_read(const struct source_value *v, void *to)
{
    const struct node *n = v->node, *last = n->first ? n->first->next : NULL;
    struct field row = *v->field;
    struct span *span = to;

    row.type = &type_real;
    if (n->kind == NODE_SCALAR) {
        const struct source_value one = {v->tree, v->field, n, v->e};
        const enum status s = type_real.read(&one, &span->low);
        span->high = span->low;
        span->count = 1;
        return s;
    }
    if (n->kind != NODE_LIST || !last || last->next)
        return value_mismatch(v);
    /* The list may stand for its kind's first key: that is where they are. */
    struct node list = *n, first = *n->first, second = *last;
    first.parent = second.parent = &list;
    const struct source_value low = {v->tree, &row, &first, v->e};
    const struct source_value high = {v->tree, &row, &second, v->e};
    const enum status s = type_real.read(&low, &span->low);
    const enum status other = type_real.read(&high, &span->high);
    span->count = 2;
    if (s != OK || other != OK)
        return s != OK ? s : other;
    return span->low <= span->high
               ? OK
               : tree_error(v->tree, n, AT_VALUE, NULL, v->e,
                            "the low end %s is above the high end %s",
                            n->first->text, last->text);
}

static void span_print(struct text *out, const struct field *f,
                       const void *member)
{
    const struct span *span = member;

    (void)f;
    text_puts(out, span->count == 2 ? "[" : "");
    real_add(out, span->low);
    if (span->count == 2) {
        text_puts(out, ", ");
        real_add(out, span->high);
        text_puts(out, "]");
    }
}

#define SPAN_SCHEMA                                                            \
    "\"type\": \"array\", \"items\": {\"type\": \"number\"}, \"minItems\": "   \
    "2, "                                                                      \
    "\"maxItems\": 2"

const struct field_type type_span = {
    .size = sizeof(struct span),
    .expect = "a number or an interval [low, high]",
    .schema = SPAN_SCHEMA "}, {\"type\": \"number\"",
    .sample = "0.1",
    .read = span_read,
    .print = span_print,
};

/* {y: .., x: ..}, either may be absent. */
static enum status axes_read(const struct source_value *v, void *to)
{
    static const char *const keys[] = {"y", "x", NULL};
    struct span_axes *axes = to;
    enum status s = OK;

    if (v->node->kind != NODE_MAP) {
        s = span_read(v, &axes->y);
        axes->x = axes->y;
        return s;
    }
    axes->apart = true;
    if (!v->node->first)
        return value_mismatch(v);
    for (const struct node *n = v->node->first; n; n = n->next) {
        const struct source_value one = {v->tree, v->field, n, v->e};
        if (!is_among(n->key, keys))
            s = tree_error(v->tree, n, AT_KEY, NULL, v->e,
                           "unknown key; expected y or x");
        else if (span_read(&one, *n->key == 'y' ? &axes->y : &axes->x) != OK)
            s = ERR_CONFIG;
    }
    return s;
}

static void axes_print(struct text *out, const struct field *f,
                       const void *member)
{
    const struct span_axes *axes = member;

    if (!axes->apart) {
        span_print(out, f, &axes->y);
        return;
    }
    text_puts(out, "{");
    if (axes->y.count > 0) {
        text_puts(out, "y: ");
        span_print(out, f, &axes->y);
    }
    if (axes->x.count > 0) {
        text_puts(out, axes->y.count > 0 ? ", x: " : "x: ");
        span_print(out, f, &axes->x);
    }
    text_puts(out, "}");
}

#define AXIS_SCHEMA "{\"anyOf\": [{\"type\": \"number\"}, {" SPAN_SCHEMA "}]}"

const struct field_type type_span_axes = {
    .size = sizeof(struct span_axes),
    .expect = "a number, an interval [low, high], or {y: .., x: ..} of them",
    .schema = SPAN_SCHEMA
    "}, {\"type\": \"object\", \"properties\": {\"y\": " AXIS_SCHEMA
    ", \"x\": " AXIS_SCHEMA "}, \"minProperties\": 1, "
    "\"additionalProperties\": false}, {\"type\": \"number\"",
    .sample = "2",
    .read = axes_read,
    .print = axes_print,
};
