/*
 * agree_engine.c - does an algorithm that is named compute as precisely as is
 * asked for?
 */
#include "conv/conv.h"
#include "document/agree.h"

enum status agree_engine(const struct experiment *x, struct err *e)
{
    const struct node *engine = node_find(x->tree.root, "engine");
    const struct conv_ops *wish = conv_find(x->engine.algorithm);

    if (!engine_rounds(&x->engine) || !wish || conv_rounds(wish))
        return OK;
    return tree_error(&x->tree, node_find(engine, "algorithm"), AT_VALUE, NULL,
                      e,
                      "%s does not compute in bfloat16, the precision asked "
                      "for; winograd2, winograd3 and winograd4 do, and auto "
                      "where they fit",
                      wish->name);
}
