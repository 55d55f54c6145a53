/*
 * wire.h - the messages of onnx.proto, as a compiler of protocol buffers makes
 * them for C, and how they are taken apart.
 *
 * Private to onnx/.
 */
#pragma once

#include <onnx.pb-c.h>

#include "onnx/onnx.h"

/* A file being read; the first fault stays. */
struct wire_reader {
    struct arena *arena;
    const char *path;
    size_t left; /* bytes that its messages may still take */
    enum status status;
    struct err *e;
};

/* wire_fault - `where` `name` ("": none) is at fault: what it is or has. */
void wire_fault(struct wire_reader *r, const char *where, const char *name,
                const char *what);

/* wire_name, wire_text - strings that are names, or any text. */
const char *wire_name(struct wire_reader *r, const ProtobufCBinaryData *b);
const char *wire_text(struct wire_reader *r, const ProtobufCBinaryData *b);

struct onnx_tensor wire_tensor(struct wire_reader *r, const char *where,
                               const Onnx__Tensor *from);
struct onnx_node wire_node(struct wire_reader *r, const Onnx__Node *from);
