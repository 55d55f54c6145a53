/*
 * onnx_form.c - a network in the format of Open Neural Network Exchange.
 */
#include "export/onnx_file.h"

static int64_t constant_bytes(const struct onnx_model *m)
{
    int64_t bytes = 0;

    for (int64_t i = 0; i < m->constant_count; i++) {
        const struct onnx_tensor *t = &m->constants[i];
        bytes += t->count * (int64_t)(t->type == ONNX_FLOAT ? sizeof *t->reals
                                                            : sizeof *t->ints);
    }
    return bytes;
}

/* Only what is probable has logits. */
static enum status check_logits(const struct network *n,
                                const struct export_wish *w, struct err *e)
{
    const struct model *m = n->model;

    if (!w->logits ||
        (network_answer_of(m).probable && !target_is_real(m->target.kind)))
        return OK;
    return err_add(e, ERR_CONFIG, NULL,
                   "--logits: the network's outputs are no probabilities, they "
                   "come as they are");
}

static enum status make(const struct network *n, const struct export_wish *w,
                        struct exported *out, struct err *e)
{
    struct operators o = {0};
    struct onnx_model m;
    bool by_nodes = false;
    enum status s = check_logits(n, w, e);

    if (s == OK)
        s = onnx_graph(n, w, &o, &m, e);
    if (s == OK)
        s = onnx_write(&m, &out->file, e);
    if (s == OK)
        s = onnx_check(n, w, &out->file, &by_nodes, e);
    if (s == OK)
        out->words = arena_printf(&out->arena,
                                  "%lld nodes, %lld bytes of "
                                  "constants",
                                  (long long)m.node_count,
                                  (long long)constant_bytes(&m));
    if (s == OK)
        s = arena_check(&out->arena, e, "writing ONNX");
    out->checked = by_nodes ? "read back and node by node" : "read back";
    operators_free(&o);
    return s;
}

const struct export_format export_onnx = {
    .ending = ".onnx",
    .doc = "A file in the format of Open Neural Network Exchange, for other "
           "programs.",
    .has_normalization = true,
    .has_logits = true,
    .has_folding = true,
    .make = make,
};
