/*
 * node.c - attributes of nodes.
 */
#include "evaluate/node.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum status node_refuse(const struct place *p, struct err *e, const char *fmt,
                        ...)
{
    struct text text = {0};
    va_list args;

    va_start(args, fmt);
    text_vprintf(&text, fmt, args);
    va_end(args);
    if (text.failed) {
        text_free(&text);
        return err_memory(e, "reading the network");
    }
    if (*p->node->name)
        err_add(e, ERR_DATA, p->file, "node '%s' (%s): %s", p->node->name,
                p->node->op, text_string(&text));
    else
        err_add(e, ERR_DATA, p->file, "node %lld (%s): %s",
                (long long)p->number, p->node->op, text_string(&text));
    text_free(&text);
    return ERR_DATA;
}

static const struct {
    char letter;
    enum onnx_kind kind;
    const char *word;
} kinds[] = {
    {'i', ONNX_INT, "an integer"},  {'I', ONNX_INTS, "a list of integers"},
    {'r', ONNX_REAL, "a number"},   {'R', ONNX_REALS, "a list of numbers"},
    {'s', ONNX_STRING, "a string"}, {'t', ONNX_TENSOR, "a tensor"},
};

/* The letter of `name` in a list of attributes; '\0': it is not there. */
static char letter_of(const char *known, const char *name)
{
    const size_t length = strlen(name);

    for (const char *at = known; *at;) {
        const size_t word = strcspn(at, " ");
        if (word == length + 2 && strncmp(at, name, length) == 0)
            return at[length + 1];
        at += word + (at[word] == ' ');
    }
    return '\0';
}

enum status node_check(const struct place *p, const char *known, struct err *e)
{
    const struct onnx_node *n = p->node;

    for (int64_t i = 0; i < n->attribute_count; i++) {
        const struct onnx_attribute *a = &n->attributes[i];
        const char letter = letter_of(known, a->name);
        if (!letter)
            return node_refuse(p, e, "attribute '%s' is not read", a->name);
        for (size_t k = 0; k < ARRAY_LEN(kinds); k++)
            if (kinds[k].letter == letter && kinds[k].kind != a->kind)
                return node_refuse(p, e, "attribute '%s' is not %s", a->name,
                                   kinds[k].word);
    }
    return OK;
}

bool node_has(const struct onnx_node *n, const char *name)
{
    return onnx_attribute_of(n, name) != NULL;
}

int64_t node_int(const struct onnx_node *n, const char *name, int64_t absent)
{
    const struct onnx_attribute *a = onnx_attribute_of(n, name);

    return a ? a->ints[0] : absent;
}

double node_real(const struct onnx_node *n, const char *name, double absent)
{
    const struct onnx_attribute *a = onnx_attribute_of(n, name);

    return a ? real_of_float(a->reals[0]) : absent;
}

const char *node_text(const struct onnx_node *n, const char *name,
                      const char *absent)
{
    const struct onnx_attribute *a = onnx_attribute_of(n, name);

    return a ? a->strings[0] : absent;
}

bool node_ints(const struct onnx_node *n, const char *name, int64_t count,
               int64_t absent, int64_t *out)
{
    const struct onnx_attribute *a = onnx_attribute_of(n, name);

    for (int64_t i = 0; i < count; i++)
        out[i] = a && i < a->count ? a->ints[i] : absent;
    return !a || a->count == count;
}

enum status node_list_of(const struct place *p, const char *name,
                         const struct onnx_tensor *given, struct node_list *out,
                         struct err *e)
{
    const struct onnx_attribute *a = onnx_attribute_of(p->node, name);
    const int64_t count = a ? a->count : given ? given->count : -1;
    const int64_t *from = a ? a->ints : given ? given->ints : NULL;

    out->count = -1;
    if (!a && given && (given->type != ONNX_INT64 || given->rank > 1))
        return node_refuse(p, e, "%s is no list of integers", name);
    if (count > NODE_MOST)
        return node_refuse(p, e, "%s has more than %d entries", name,
                           NODE_MOST);
    out->count = count;
    for (int64_t i = 0; i < count; i++)
        out->at[i] = from[i];
    return OK;
}

enum status node_axis(const struct place *p, int64_t axis, int64_t rank,
                      int64_t *out, struct err *e)
{
    if (axis < -rank || axis >= rank)
        return node_refuse(p, e, "there is no axis %lld of %lld",
                           (long long)axis, (long long)rank);
    *out = axis < 0 ? axis + rank : axis;
    return OK;
}

double real_of_float(float f)
{
    char text[32];

    for (int digits = 1; digits < 9; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, (double)f);
        if (strtof(text, NULL) == f)
            return strtod(text, NULL);
    }
    snprintf(text, sizeof text, "%.9g", (double)f);
    return strtod(text, NULL);
}
