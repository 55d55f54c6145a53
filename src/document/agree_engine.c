/*
 * agree_engine.c - does an algorithm that is named compute as precisely as is
 * asked for?
 */
#include "conv/conv.h"
#include "document/agree.h"

void print_rounding(struct text *out, const char *joint)
{
    const char *held = NULL; /* not yet printed: what follows says how */
    bool any = false;

    for (size_t i = 0; conv_words[i]; i++) {
        const struct conv_ops *ops = conv_find(conv_words[i]);
        if (!ops || !conv_rounds(ops))
            continue;
        if (held)
            text_printf(out, "%s%s", any ? ", " : "", held);
        any = any || held;
        held = ops->name;
    }
    if (any)
        text_printf(out, " %s ", joint);
    text_puts(out, held ? held : "");
}

enum status agree_engine(const struct experiment *x, struct err *e)
{
    const struct node *engine = node_find(x->tree.root, "engine");
    const struct conv_ops *wish = conv_find(x->engine.algorithm);
    struct text list = {0};

    if (!engine_rounds(&x->engine) || !wish || conv_rounds(wish))
        return OK;
    print_rounding(&list, "and");
    const enum status s =
        list.failed
            ? err_memory(e, "reading the configuration")
            : tree_error(&x->tree, node_find(engine, "algorithm"), AT_VALUE,
                         NULL, e,
                         "%s does not compute in bfloat16, the precision asked "
                         "for; %s do, and auto where they fit",
                         wish->name, text_string(&list));
    text_free(&list);
    return s;
}
