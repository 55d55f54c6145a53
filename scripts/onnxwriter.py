"""onnxwriter - ONNX files written field by field.

Messages and numbers of fields are facts of the format (onnx/onnx.proto); what
other programs' files hold can thus be written without those programs: types of
data, attributes of old operator sets, initializers that are inputs, too.
"""
import struct

import numpy as np

FLOAT, INT64, FLOAT16, DOUBLE = 1, 7, 10, 11
KINDS = {np.float32: FLOAT, np.int64: INT64, np.float16: FLOAT16,
         np.float64: DOUBLE}


def varint(n):
    n &= (1 << 64) - 1
    out = b""
    while n > 127:
        out += bytes([n & 127 | 128])
        n >>= 7
    return out + bytes([n])


def integer(field, n):
    return varint(field << 3) + varint(n)


def message(field, data):
    data = data.encode() if isinstance(data, str) else data
    return varint(field << 3 | 2) + varint(len(data)) + data


def real(field, x):
    return varint(field << 3 | 5) + struct.pack("<f", x)


def tensor(name, array, typed=False):
    """TensorProto; `typed`: numbers stand in the field of their type."""
    array = np.asarray(array)
    kind = KINDS[array.dtype.type]
    out = b"".join(integer(1, d) for d in array.shape) + integer(2, kind)
    flat = array.ravel()
    if not typed:
        data = message(9, flat.astype(array.dtype.newbyteorder("<")).tobytes())
    elif kind == FLOAT:
        data = message(4, flat.astype("<f4").tobytes())
    elif kind == DOUBLE:
        data = message(10, flat.astype("<f8").tobytes())
    elif kind == FLOAT16:
        data = message(5, b"".join(varint(int(v))
                                   for v in flat.view(np.uint16)))
    else:
        data = message(7, b"".join(varint(int(v)) for v in flat))
    return out + (message(8, name) if name else b"") + data


def attribute(name, value):
    """AttributeProto: its type follows from the value's."""
    out = message(1, name)
    if isinstance(value, float):
        return out + real(2, value) + integer(20, 1)
    if isinstance(value, int):
        return out + integer(3, value) + integer(20, 2)
    if isinstance(value, str):
        return out + message(4, value) + integer(20, 3)
    if isinstance(value, np.ndarray):
        return out + message(5, tensor("", value)) + integer(20, 4)
    if isinstance(value[0], float):
        return out + b"".join(real(7, v) for v in value) + integer(20, 6)
    return out + b"".join(integer(8, v) for v in value) + integer(20, 7)


def node(op, inputs, outputs, name="", domain="", **attributes):
    """NodeProto; inputs and outputs in words: "x weight"."""
    out = b"".join(message(1, "" if i == "-" else i) for i in inputs.split())
    out += b"".join(message(2, o) for o in outputs.split())
    out += message(3, name) if name else b""
    out += message(4, op)
    out += b"".join(message(5, attribute(k, v)) for k, v in attributes.items())
    return out + (message(7, domain) if domain else b"")


def value(name, dims, kind=FLOAT):
    """ValueInfoProto; a dimension that is a word is symbolic."""
    shape = b"".join(message(1, message(2, d) if isinstance(d, str)
                             else integer(1, d)) for d in dims)
    tensor_type = integer(1, kind) + message(2, shape)
    return message(1, name) + message(2, message(1, tensor_type))


def model(nodes, constants, inputs, outputs, opset, ir=8, typed=(),
          listed=False, producer="by hand", domains=()):
    """ModelProto; `typed`: constants that have typed data; `listed`: constants
    are inputs of the graph, too, as IR version 3 wants it."""
    graph = b"".join(message(1, n) for n in nodes) + message(2, "graph")
    graph += b"".join(message(5, tensor(k, v, k in typed))
                      for k, v in constants.items())
    graph += b"".join(message(11, v) for v in inputs)
    if listed:
        graph += b"".join(
            message(11, value(k, v.shape, KINDS[v.dtype.type]))
            for k, v in constants.items())
    graph += b"".join(message(12, v) for v in outputs)
    out = integer(1, ir) + message(2, producer) + message(7, graph)
    for domain, version in (("", opset), *domains):
        out += message(8, (message(1, domain) if domain else b"") +
                       integer(2, version))
    return out
