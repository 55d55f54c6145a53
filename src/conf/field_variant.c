/*
 * field_variant.c - kinds with parameters: `rectify`, `{leaky_rectify:
 * {leakiness: 0.2}}`, or a value that stands for a kind's first parameter; and
 * a group, parameters of something that needs no name.
 */
#include <string.h>

#include "base/num.h"
#include "conf/field_type.h"

const struct kind *kind_find(const struct kind *const *kinds, const char *name)
{
    while (*kinds && strcmp((*kinds)->name, name) != 0)
        kinds++;
    return *kinds;
}

/* A kind in YAML: its word, and the mapping of its parameters. */
struct choice {
    struct node word, map, first; /* as if they stood there */
    const struct node *parameters;
};

/* The mapping that `value` alone stands for: its key is not known yet. */
static void put_first(struct choice *c, const struct node *value)
{
    c->first = *value;
    c->first.parent = &c->map;
    c->first.next = NULL;
    c->map.kind = NODE_MAP;
    c->map.text = NULL;
    c->map.first = &c->first;
    c->parameters = &c->map;
}

/* Takes the value apart; ERR_CONFIG: it is no kind. */
static enum status take_apart(const struct source_value *v, struct choice *c)
{
    const struct node *n = v->node, *only = n->first;
    double number;

    c->word = c->first = c->map = *n;
    c->parameters = &c->map;
    if (n->kind == NODE_MAP && (!only || only->next))
        return tree_error(v->tree, n, AT_VALUE, NULL, v->e,
                          "expected one name with its parameters, got %s",
                          only ? "more than one key" : "an empty mapping");
    if (n->kind == NODE_MAP) {
        c->word.kind = NODE_SCALAR;
        c->word.text = only->key;
        c->word.plain = true;
        c->word.mark = only->key_mark;
        c->parameters = only;
        if (v->field->short_first && only->kind != NODE_MAP) {
            c->map = *only;
            put_first(c, only);
        }
        return OK;
    }
    if (n->kind != NODE_SCALAR || node_is_null(n))
        return value_mismatch(v);
    c->map.kind = NODE_MAP;
    c->map.text = NULL;
    c->map.first = c->map.next = NULL;
    const bool is_number =
        v->field->number && n->plain && num_parse_real(n->text, &number);
    if (is_number) {
        c->word.text = v->field->number;
        put_first(c, n);
    } else { /* what it lacks is told as of `name: {}` in its place */
        c->map.key = n->text;
        c->map.parent = &c->word;
    }
    return OK;
}

/* Is the kind meant by a word that is nearly its own?  What stands under
 * another program's word is not known. */
static bool is_misspelt(const char *word, const struct kind *meant)
{
    const char *const own[] = {meant->name, NULL};

    return text_nearest(word, own) != NULL;
}

static enum status variant_read(const struct source_value *v, void *member)
{
    static const struct field none[] = {{0}};
    struct variant *to = member;
    struct choice c;
    enum status s = take_apart(v, &c);

    if (s != OK)
        return s;
    const struct kind *kind = kind_find(v->field->kinds, c.word.text);
    if (!kind) {
        const struct source_value word = {v->tree, v->field, &c.word, v->e};
        s = value_mismatch(&word);
        /* What stands in it is checked as of the kind that is meant. */
        kind = kind_meant(v->field->kinds, c.word.text);
        if (!kind || v->node->kind != NODE_MAP ||
            !is_misspelt(c.word.text, kind))
            return s;
    }
    const bool is_short = c.parameters->first == &c.first;
    if (c.parameters->kind != NODE_MAP || (is_short && !kind->fields))
        return tree_error(v->tree, c.parameters, AT_VALUE, NULL, v->e,
                          "expected a mapping of parameters, got %s",
                          node_found(is_short ? &c.first : c.parameters).text);
    void *config = arena_take(v->tree->arena, 1, kind->config_size);
    if (!config)
        return err_memory(v->e, "reading the configuration");
    if (is_short)
        c.first.key = kind->fields[0].key;
    *to = (struct variant){kind, config};
    const enum status bound =
        field_fill(v->tree, c.parameters, kind->fields ? kind->fields : none,
                   config, v->e);
    return s != OK && bound != ERR_MEMORY ? s : bound;
}

/* A kind's rows may hold kinds: as deep as the tables are nested, which is
 * fixed when the program is built.  NOLINTBEGIN(misc-no-recursion) */
static void variant_print(struct text *out, const struct field *f,
                          const void *member)
{
    const struct variant *v = member;
    struct text parameters = {0};

    const struct field *first = v->kind->fields;
    const bool is_short = f->short_first && first && first->key &&
                          !first[1].key && !field_is_absent(first, v->config);

    field_print(&parameters, first, v->config);
    if (is_short) {
        text_printf(out, "{%s: ", v->kind->name);
        field_print_value(out, first, v->config);
        text_puts(out, "}");
    } else if (parameters.length > 0)
        text_printf(out, "{%s: {%s}}", v->kind->name, text_string(&parameters));
    else
        text_puts(out, v->kind->name);
    text_drop(out, &parameters);
}

static void group_print(struct text *out, const struct field *f,
                        const void *member)
{
    const struct group *g = member;

    text_puts(out, "{");
    field_print(out, f->group->fields, g->config);
    text_puts(out, "}");
}
/* NOLINTEND(misc-no-recursion) */

const struct field_type type_variant = {
    .size = sizeof(struct variant),
    .expect = "a number",
    .read = variant_read,
    .print = variant_print,
};

/* Is the value that of the group's first row, not a mapping of its rows?  A
 * mapping is when its only key is no row but one of the kinds there are. */
static bool stands_for_first(const struct source_value *v)
{
    const struct field *rows = v->field->group->fields;
    const struct node *n = v->node, *only = n->first;

    if (!v->field->short_first || n->kind != NODE_MAP)
        return v->field->short_first;
    return rows->kinds && only && !only->next && !field_find(rows, only->key) &&
           kind_meant(rows->kinds, only->key);
}

static enum status group_read(const struct source_value *v, void *member)
{
    const struct kind *of = v->field->group;
    struct group *to = member;
    struct choice c = {.map = *v->node, .parameters = v->node};

    if (stands_for_first(v)) {
        put_first(&c, v->node);
        c.first.key = of->fields->key;
    } else if (v->node->kind != NODE_MAP) {
        return value_mismatch(v);
    }
    void *config = arena_take(v->tree->arena, 1, of->config_size);
    if (!config)
        return err_memory(v->e, "reading the configuration");
    const enum status s =
        field_fill(v->tree, c.parameters, of->fields, config, v->e);
    if (s == OK)
        to->config = config;
    return s;
}

const struct field_type type_group = {
    .size = sizeof(struct group),
    .expect = "a mapping",
    .sample = "{}",
    .read = group_read,
    .print = group_print,
};
