#!/usr/bin/env python3
"""Write tests/data/golden/layers.inc: what PyTorch says about layers.

Inputs are small multiples of 1/8, so every sum of products is exact in single
precision and the tests compare for equality, but for means.  Run with a Python that has torch;
the result is committed, the tests need no Python.
"""
import os
import torch
import torch.nn.functional as F

torch.manual_seed(1)
rows = []


def draw(*shape):
    return (torch.randint(-8, 9, shape).double() / 8).requires_grad_()


def numbers(t):
    return ", ".join("%.9g" % v for v in t.detach().flatten().tolist())


def array(name, t):
    if t is None:
        return "     .%s = NULL,\n" % name
    text, line = "", "        "
    for word in numbers(t).split(" "):
        if len(line) + len(word) + 1 > 78:
            text, line = text + line.rstrip() + "\n", "        "
        line += word + " "
    return "     .%s = (const double[]){\n%s%s},\n" % (
        name, text, line.rstrip())


def shape(t):
    dims = list(t.shape)[1:]
    return "{%d, {%s}}" % (len(dims), ", ".join(map(str, dims)))


def emit(kind, config, x, y, weight=None, bias=None):
    dy = draw(*y.shape).detach()
    y.backward(dy)
    text = ('    {.type = "%s",\n     .config = &(const struct %s_config)\n         %s,\n' % (
        kind, kind, config))
    text += "     .in = %s,\n     .out = %s,\n     .batch = %d,\n" % (
        shape(x), shape(y), x.shape[0])
    for name, t in (("x", x), ("weight", weight), ("bias", bias), ("dy", dy),
                    ("y", y), ("dx", x.grad),
                    ("dweight", None if weight is None else weight.grad),
                    ("dbias", None if bias is None else bias.grad)):
        text += array(name, t)
    rows.append(text + "    },\n")


def conv(n, c, h, w, filters, size, stride=(1, 1), pad=(0, 0),
         dilation=(1, 1), groups=1, biased=True):
    x = draw(n, c, h, w)
    weight = draw(filters, c // groups, *size)
    bias = draw(filters) if biased else None
    word = pad if isinstance(pad, str) else None
    padding = pad
    if word == "full":
        padding = tuple(d * (k - 1) for k, d in zip(size, dilation))
    y = F.conv2d(x, weight, bias, stride=stride, padding=padding,
                 dilation=dilation, groups=groups)
    pad_text = '{.word = "%s"}' % word if word else "{.pair = {%d, %d}}" % pad
    emit("conv2d",
         "{.num_filters = %d, .filter_size = {%d, %d},\n"
         "         .stride = {%d, %d}, .pad = %s,\n"
         "         .dilation = {%d, %d}, .num_groups = %d%s}" % (
             filters, *size, *stride, pad_text, *dilation, groups,
             ", .b = {.kind = &any_init}" if biased else ""),
         x, y, weight, bias)


def pool(n, c, h, w, size, stride=None, pad=(0, 0), borders=False):
    x = draw(n, c, h, w)
    y = F.max_pool2d(x, size, stride=stride, padding=pad, ceil_mode=borders)
    emit("maxpool2d",
         "{.pool_size = {%d, %d}, .stride = {%d, %d},\n"
         "         .pad = {%d, %d}, .ignore_border = %s}" % (
             *size, *(stride or (0, 0)), *pad, str(not borders).lower()),
         x, y)


def mean_pool(n, c, h, w, size, stride=None, pad=(0, 0), borders=False,
              counts_pad=False):
    x = draw(n, c, h, w)
    y = F.avg_pool2d(x, size, stride=stride, padding=pad, ceil_mode=borders,
                     count_include_pad=counts_pad)
    emit("avgpool2d",
         "{.pool_size = {%d, %d}, .stride = {%d, %d},\n"
         "         .pad = {%d, %d}, .ignore_border = %s,\n"
         "         .mode = \"average_%s_pad\"}" % (
             *size, *(stride or (0, 0)), *pad, str(not borders).lower(),
             "inc" if counts_pad else "exc"),
         x, y)


def global_pool(n, c, h, w, function):
    x = draw(n, c, h, w)
    y = {"mean": lambda: F.adaptive_avg_pool2d(x, 1),
         "max": lambda: F.adaptive_max_pool2d(x, 1),
         "sum": lambda: x.sum((2, 3))}[function]().reshape(n, c)
    emit("globalpool", '{"%s"}' % function, x, y)


def dense(n, in_shape, units, biased=True):
    x = draw(n, *in_shape)
    weight = draw(units, x[0].numel())
    bias = draw(units) if biased else None
    y = F.linear(x.flatten(1), weight, bias)
    emit("dense", "{.num_units = %d%s}" % (
        units, ", .b = {.kind = &any_init}" if biased else ""),
        x, y, weight, bias)


conv(2, 3, 6, 7, 4, (3, 3))
conv(1, 1, 5, 5, 2, (5, 5))
conv(2, 2, 5, 6, 3, (2, 4), pad=(1, 2), biased=False)
conv(2, 2, 6, 5, 3, (3, 3), stride=(2, 2), pad=(1, 1))
conv(1, 2, 5, 6, 2, (4, 2), pad="same")
conv(1, 2, 7, 6, 2, (3, 3), pad="same", dilation=(2, 1))
conv(1, 2, 3, 3, 2, (3, 2), pad="full")
conv(2, 4, 5, 5, 6, (3, 3), groups=2, dilation=(2, 2))
conv(2, 3, 4, 4, 3, (3, 3), groups=3)
conv(3, 4, 3, 4, 5, (1, 1))
conv(1, 2, 5, 5, 2, (1, 1), stride=(2, 2))
pool(2, 2, 6, 8, (2, 2))
pool(1, 2, 5, 19, (2, 2))
pool(2, 2, 7, 7, (3, 3), stride=(2, 2))
pool(1, 2, 6, 6, (3, 3), stride=(1, 2), pad=(1, 1))
pool(1, 2, 5, 7, (2, 2), borders=True)
pool(1, 2, 8, 7, (3, 2), stride=(2, 3), borders=True)
dense(3, (10,), 4)
dense(2, (2, 3, 3), 5, biased=False)
dense(1, (7,), 1)
mean_pool(2, 2, 6, 8, (2, 2))
mean_pool(1, 3, 5, 19, (3, 2), stride=(2, 3), pad=(1, 1))
mean_pool(1, 2, 6, 6, (3, 3), stride=(1, 2), pad=(1, 1), counts_pad=True)
mean_pool(2, 2, 5, 7, (2, 2), borders=True)
for pool_function in ("mean", "max", "sum"):
    global_pool(2, 3, 4, 5, pool_function)

here = os.path.dirname(os.path.abspath(__file__))
path = os.path.join(here, "..", "tests", "data", "golden", "layers.inc")
with open(path, "w") as f:
    f.write("/* Written by scripts/make-golden.py with PyTorch %s. */\n"
            % torch.__version__)
    f.writelines(rows)
