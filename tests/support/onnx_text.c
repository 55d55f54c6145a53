/*
 * onnx_text.c - reading them.
 */
#include "support/onnx_text.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 128 };

struct maker {
    struct arena *arena;
    struct onnx_node nodes[MOST];
    struct onnx_tensor constants[MOST];
    struct onnx_value values[2];
    struct onnx_model m;
};

static void *take(const struct maker *k, size_t count, size_t size)
{
    void *at = arena_take(k->arena, count, size);

    cr_assert(at);
    return at;
}

/* Words between commas; - is the empty one. */
static int64_t split(const struct maker *k, const char *text,
                     const char ***words)
{
    int64_t count = 0;

    *words = take(k, MOST, sizeof **words);
    for (const char *at = text; *at; at += *at == ',') {
        const size_t length = strcspn(at, ",");
        const char *word = arena_strndup(k->arena, at, length);
        cr_assert_lt(count, MOST);
        (*words)[count++] = strcmp(word, "-") == 0 ? "" : word;
        at += length;
    }
    return count;
}

static int64_t integers(const struct maker *k, const char *text, int64_t **out)
{
    const char **words;
    const int64_t count = split(k, text, &words);

    *out = take(k, MOST, sizeof **out);
    for (int64_t i = 0; i < count; i++)
        (*out)[i] = strcmp(words[i], "N") == 0 ? ONNX_SYMBOLIC
                                               : strtoll(words[i], NULL, 10);
    return count;
}

static void add_value(struct maker *k, const char *name, const char *dims,
                      int at)
{
    const char **words;
    int64_t *extents = NULL;
    const int64_t rank = dims ? integers(k, dims, &extents) : 0;

    if (dims)
        (void)split(k, dims, &words);
    k->values[at] = (struct onnx_value){
        .name = name,
        .type = ONNX_FLOAT,
        .type_name = "float32",
        .has_shape = dims != NULL,
        .rank = rank,
        .dims = extents,
        .symbols = dims ? words : NULL,
    };
}

/* `number` NULL: numbers that are not all alike, some below 0. */
static void add_reals(struct maker *k, const char *name, const char *number,
                      const char *dims)
{
    int64_t *extents, count = 1;
    const int64_t rank = strcmp(dims, "one") == 0 ? (extents = NULL, 0)
                                                  : integers(k, dims, &extents);

    for (int64_t a = 0; a < rank; a++)
        count *= extents[a];
    float *reals = take(k, (size_t)count, sizeof *reals);
    for (int64_t i = 0; i < count; i++)
        reals[i] =
            number ? strtof(number, NULL)
                   : (float)sin(1.7 * (double)i + (double)k->m.constant_count);
    k->constants[k->m.constant_count++] =
        (struct onnx_tensor){.name = name,
                             .type = ONNX_FLOAT,
                             .type_name = "float32",
                             .rank = rank,
                             .dims = extents,
                             .count = count,
                             .reals = reals};
}

static void add_ints(struct maker *k, const char *name, const char *list)
{
    int64_t *ints, *dims = take(k, 1, sizeof *dims);

    dims[0] = integers(k, list, &ints);
    k->constants[k->m.constant_count++] =
        (struct onnx_tensor){.name = name,
                             .type = ONNX_INT64,
                             .type_name = "int64",
                             .rank = 1,
                             .dims = dims,
                             .count = dims[0],
                             .ints = ints};
}

/* "pads:I=1,1". */
static struct onnx_attribute attribute(struct maker *k, const char *word)
{
    static const struct {
        char letter;
        enum onnx_kind kind;
    } kinds[] = {{'i', ONNX_INT},
                 {'I', ONNX_INTS},
                 {'r', ONNX_REAL},
                 {'R', ONNX_REALS},
                 {'s', ONNX_STRING}};
    const size_t length = strcspn(word, ":");
    const char *value = word + length + 3;
    struct onnx_attribute a = {.name = arena_strndup(k->arena, word, length)};
    const char **words;
    int64_t *ints;
    float *reals = take(k, MOST, sizeof *reals);

    cr_assert_eq(word[length], ':', "%s", word);
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (kinds[i].letter == word[length + 1])
            a.kind = kinds[i].kind;
    a.count = integers(k, value, &ints);
    (void)split(k, value, &words);
    for (int64_t i = 0; i < a.count; i++)
        reals[i] = strtof(words[i], NULL);
    a.ints = ints;
    a.reals = reals;
    a.strings = words;
    return a;
}

/* words: op, inputs, "->", outputs, attributes. */
static void add_node(struct maker *k, const char **words, int64_t count)
{
    cr_assert(k->m.node_count < MOST, "too many nodes");
    struct onnx_node *n = &k->nodes[k->m.node_count++];
    struct onnx_attribute *attributes = take(k, MOST, sizeof *attributes);
    const char **in, **out;
    const size_t colon = strcspn(words[0], ":");

    cr_assert_geq(count, 4, "%s", words[0]);
    *n = (struct onnx_node){.name = words[0][colon] ? words[0] + colon + 1 : "",
                            .op = arena_strndup(k->arena, words[0], colon),
                            .domain = "",
                            .doc = "",
                            .attributes = attributes};
    n->input_count = split(k, words[1], &in);
    n->output_count = split(k, words[3], &out);
    n->inputs = in;
    n->outputs = out;
    for (int64_t i = 4; i < count; i++)
        attributes[n->attribute_count++] = attribute(k, words[i]);
}

static void add_line(struct maker *k, const char *line, size_t length)
{
    const char *words[MOST] = {NULL};
    int64_t count = 0;

    for (size_t at = 0; at < length;) {
        const size_t word = strcspn(line + at, " \n");
        if (word > 0)
            words[count++] = arena_strndup(k->arena, line + at, word);
        at += word + 1;
    }
    if (count == 0)
        return;
    if (strcmp(words[0], "in") == 0)
        add_value(k, words[1], words[2], 0);
    else if (strcmp(words[0], "out") == 0)
        add_value(k, words[1], words[2], 1);
    else if (strcmp(words[0], "w") == 0)
        add_reals(k, words[1], NULL, words[2]);
    else if (strcmp(words[0], "all") == 0)
        add_reals(k, words[1], words[2], words[3]);
    else if (strcmp(words[0], "ints") == 0)
        add_ints(k, words[1], words[2]);
    else
        add_node(k, words, count);
}

struct onnx_model onnx_text(struct arena *arena, int64_t opset,
                            const char *text)
{
    struct maker *k = arena_take(arena, 1, sizeof *k);

    cr_assert(k);
    k->arena = arena;
    k->m = (struct onnx_model){.ir_version = 8,
                               .opset = opset,
                               .producer = "",
                               .producer_version = "",
                               .graph_name = "",
                               .input_count = 1,
                               .output_count = 1,
                               .nodes = k->nodes,
                               .constants = k->constants,
                               .inputs = &k->values[0],
                               .outputs = &k->values[1]};
    while (*text) {
        const size_t length = strcspn(text, "\n");
        add_line(k, text, length);
        text += length + (text[length] == '\n');
    }
    return k->m;
}
