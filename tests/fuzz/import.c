/*
 * import.c - graphs of ONNX: what is read becomes a network or is refused, and
 * a network says what it is.
 */
#include "import/import.h"

#include "fuzz/fuzz.h"
#include "onnx/onnx.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct arena arena = {0};
    struct onnx_model graph;
    struct err e = {0};
    struct model m = {0};

    if (!fuzz_outcome(onnx_read(bytes, length, "f.onnx", &arena, &graph, &e),
                      &e)) {
        arena_free(&arena);
        return 0;
    }
    if (fuzz_outcome(import_onnx(&m, &graph, "f.onnx", NULL, &e), &e)) {
        const struct graph *g = &m.experiment.graph;
        fuzz_require(g->count > 1, "a network has layers");
        fuzz_require(m.norm.count > 0, "its samples are normalized somehow");
        fuzz_require(m.experiment.document.length > 0, "it has a document");
    }
    model_free(&m);
    arena_free(&arena);
    return 0;
}
