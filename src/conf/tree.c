/*
 * tree.c - one YAML document as a tree: libyaml's events, translated.
 *
 * The only file that includes <yaml.h>, and the only place where its marks,
 * counted from 0, become ours, counted from 1.
 */
#include "conf/tree.h"

#include <string.h>
#include <yaml.h>

#include "conf/builder.h"
#include "conf/source.h"
#include "conf/tree_read.h"

/* The library's parser and what it feeds. */
struct reader {
    yaml_parser_t parser;
    struct builder builder;
    int64_t documents;
};

static struct mark mark_of(yaml_mark_t m)
{
    return (struct mark){
        .line = (int64_t)m.line + 1,
        .column = (int64_t)m.column + 1,
    };
}

static const char *text_of(const yaml_char_t *bytes)
{
    return (const char *)bytes;
}

/* The most common mistake deserves words of its own.  The library's index
 * counts characters, which are bytes as long as the text before is ASCII. */
static bool is_tab(const struct reader *r)
{
    const struct reading *in = r->builder.in;
    const size_t index = r->parser.problem_mark.index;

    return r->parser.error == YAML_SCANNER_ERROR && index < in->length &&
           in->text[index] == '\t';
}

/* The end of a text is where its last word ends, not the line below. */
static struct mark syntax_mark(const struct reader *r)
{
    const struct reading *in = r->builder.in;
    const struct mark at = mark_of(r->parser.problem_mark);

    if (in->set)
        return (struct mark){.set = in->set};
    return source_limit(in->text, in->length, at);
}

/* What the library found wrong, in its words. */
static enum status syntax_error(const struct reader *r)
{
    const yaml_parser_t *p = &r->parser;
    const struct reading *in = r->builder.in;
    const char *problem = p->problem ? p->problem : "malformed";
    const struct mark at = syntax_mark(r);
    const char *path = tree_path(in->tree, &in->place);

    if (p->error == YAML_MEMORY_ERROR)
        return err_memory(r->builder.e, "reading the configuration");
    if (p->context &&
        (strstr(p->context, "alias") || strstr(p->context, "anchor")))
        problem = "a word that begins with * or & stands in quotes, \"'*'\"";
    else if (is_tab(r))
        problem = "a tab cannot indent or start a value, use blanks";
    else if (p->context && at.line > (int64_t)p->context_mark.line + 1)
        return mark_error(in->tree, at, path, r->builder.e,
                          "not valid YAML: %s %s begun in line %lld", problem,
                          p->context, (long long)p->context_mark.line + 1);
    return mark_error(in->tree, at, path, r->builder.e, "not valid YAML: %s",
                      problem);
}

static enum status begin_document(struct reader *r, const yaml_event_t *event)
{
    const struct reading *in = r->builder.in;
    struct mark at = mark_of(event->start_mark);

    if (++r->documents == 1)
        return OK;
    if (in->set)
        at = (struct mark){.set = in->set};
    mark_error(in->tree, at, "", r->builder.e,
               "a second document starts here, expected one");
    return OK; /* the first one is still looked at */
}

static enum status take_event(struct reader *r, const yaml_event_t *event)
{
    struct piece p = {.mark = mark_of(event->start_mark)};

    if (event->type == YAML_DOCUMENT_START_EVENT)
        return begin_document(r, event);
    if (event->type == YAML_SEQUENCE_END_EVENT ||
        event->type == YAML_MAPPING_END_EVENT)
        return builder_close(&r->builder);
    if (event->type == YAML_SCALAR_EVENT) {
        const yaml_scalar_style_t style = event->data.scalar.style;
        p.kind = PIECE_SCALAR;
        p.anchor = text_of(event->data.scalar.anchor);
        p.tag = text_of(event->data.scalar.tag);
        p.text = text_of(event->data.scalar.value);
        p.length = event->data.scalar.length;
        p.plain = style == YAML_PLAIN_SCALAR_STYLE;
        p.is_text = style == YAML_LITERAL_SCALAR_STYLE ||
                    style == YAML_FOLDED_SCALAR_STYLE;
    } else if (event->type == YAML_ALIAS_EVENT) {
        p.kind = PIECE_ALIAS;
        p.anchor = text_of(event->data.alias.anchor);
    } else if (event->type == YAML_SEQUENCE_START_EVENT) {
        p.kind = PIECE_LIST;
        p.anchor = text_of(event->data.sequence_start.anchor);
        p.tag = text_of(event->data.sequence_start.tag);
    } else if (event->type == YAML_MAPPING_START_EVENT) {
        p.kind = PIECE_MAP;
        p.anchor = text_of(event->data.mapping_start.anchor);
        p.tag = text_of(event->data.mapping_start.tag);
    } else {
        return OK;
    }
    return builder_add(&r->builder, &p);
}

static enum status read_events(struct reader *r)
{
    enum status s = OK;
    bool ended = false;

    while (s == OK && !ended && r->documents < 2) {
        yaml_event_t event;
        if (!yaml_parser_parse(&r->parser, &event))
            return syntax_error(r);
        ended = event.type == YAML_STREAM_END_EVENT;
        s = take_event(r, &event);
        yaml_event_delete(&event);
    }
    return s;
}

enum status tree_read(const struct reading *in, struct node **root,
                      struct err *e)
{
    const int64_t before = e->count;
    struct reader *r = arena_take(in->tree->arena, 1, sizeof *r);

    *root = NULL;
    if (!r || !yaml_parser_initialize(&r->parser))
        return err_memory(e, "reading the configuration");
    r->builder.in = in;
    r->builder.e = e;
    yaml_parser_set_encoding(&r->parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r->parser, (const unsigned char *)in->text,
                                 in->length);
    const enum status s = read_events(r);
    yaml_parser_delete(&r->parser);
    dict_free(&r->builder.anchors);
    if (s != OK)
        return s;
    *root = r->builder.root; /* also after errors that reading survived */
    return e->count == before ? OK : ERR_CONFIG;
}

/* "a/b.yaml" is in "a", "/b.yaml" in "/", "b.yaml" and "-" in "". */
static const char *folder_of(struct arena *a, const char *name)
{
    const char *slash = strrchr(name, '/');

    if (!slash)
        return "";
    return arena_strndup(a, name, slash == name ? 1 : (size_t)(slash - name));
}

static enum status check_root(struct tree *t, struct node *root, struct err *e)
{
    static const struct mark start = {.line = 1, .column = 1};

    if (!root || node_is_null(root))
        return mark_error(t, start, "", e,
                          "the document is empty, expected a mapping");
    if (root->kind != NODE_MAP)
        return tree_error(t, root, AT_VALUE, NULL, e,
                          "expected a mapping of sections, got %s",
                          node_found(root).text);
    t->root = root;
    return OK;
}

const char *tree_library(void)
{
    return yaml_get_version_string();
}

enum status tree_parse(struct tree *t, struct arena *arena, const char *name,
                       const char *text, size_t length, struct err *e)
{
    static const char byte_order_mark[] = "\xef\xbb\xbf";
    const size_t skip =
        length >= 3 && !memcmp(text, byte_order_mark, 3) ? 3 : 0;
    struct reading in = {
        .tree = t,
        .place.key_mark = {.line = 1, .column = 1},
    };
    struct source_fault fault;
    struct node *root = NULL;

    *t = (struct tree){.arena = arena, .name = name};
    if (length > TREE_MAX_BYTES)
        return err_add(e, ERR_CONFIG, name, "larger than %d bytes",
                       TREE_MAX_BYTES);
    t->folder = folder_of(arena, name);
    t->source = arena_strndup(arena, text + skip, length - skip);
    if (arena->failed)
        return arena_check(arena, e, "reading the configuration");
    if (!source_check(t->source, length - skip, &fault))
        return mark_error(t, fault.mark, "", e, "%s", fault.why);
    in.text = t->source;
    in.length = length - skip;
    const enum status s = tree_read(&in, &root, e);
    const enum status other = s == OK || root ? check_root(t, root, e) : s;
    return s != OK ? s : other;
}
