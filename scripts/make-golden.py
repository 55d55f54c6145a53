#!/usr/bin/env python3
"""Write tests/data/golden/*.inc: what PyTorch says about layers.

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


def flat(tensors):
    return torch.cat([t.flatten() for t in tensors])


def emit(kind, config, x, y, weight=None, bias=None):
    """One case; x is the input, or a list of several."""
    xs = x if isinstance(x, list) else [x]
    dy = draw(*y.shape).detach()
    y.backward(dy)
    text = ('    {.type = "%s",\n     .config = &(const struct %s_config)\n         %s,\n' % (
        kind, kind, config))
    text += "     .in = %s,\n     .out = %s,\n     .batch = %d,\n" % (
        shape(xs[0]), shape(y), xs[0].shape[0])
    if len(xs) > 1:
        text += "     .more = (const struct shape[]){%s, {0}},\n" % (
            ", ".join(shape(t) for t in xs[1:]))
    for name, t in (("x", flat(xs)), ("weight", weight), ("bias", bias),
                    ("dy", dy), ("y", y), ("dx", flat([t.grad for t in xs])),
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


def nin(n, c, h, w, units, untied=False):
    x = draw(n, c, h, w)
    weight = draw(units, c, 1, 1)
    bias = draw(units, h, w) if untied else draw(units)
    y = F.conv2d(x, weight) + (bias if untied else bias[:, None, None])
    emit("nin", "{.num_units = %d, .untie_biases = %s,\n"
         "         .b = {.kind = &any_init}}" % (units, str(untied).lower()),
         x, y, weight, bias)


def untied_conv(n, c, h, w, filters, size, stride):
    x = draw(n, c, h, w)
    weight = draw(filters, c, *size)
    y = F.conv2d(x, weight, stride=stride)
    bias = draw(*y.shape[1:])
    emit("conv2d",
         "{.num_filters = %d, .filter_size = {%d, %d},\n"
         "         .stride = {%d, %d}, .dilation = {1, 1}, .num_groups = 1,\n"
         "         .untie_biases = true, .b = {.kind = &any_init}}" % (
             filters, *size, *stride), x, y + bias, weight, bias)


def transposed(n, c, h, w, filters, size, stride=(1, 1), crop=(0, 0),
               more=None, groups=1):
    x = draw(n, c, h, w)
    weight = draw(c, filters // groups, *size)
    bias = draw(filters)
    y = F.conv_transpose2d(x, weight, bias, stride=stride, padding=crop,
                           output_padding=more or (0, 0), groups=groups)
    size_text = ""
    if more:
        size_text = ", .output_size = {%d, %d}" % tuple(y.shape[2:])
    emit("transposedconv2d",
         "{.num_filters = %d, .filter_size = {%d, %d},\n"
         "         .stride = {%d, %d}, .crop = {.pair = {%d, %d}},\n"
         "         .num_groups = %d%s, .b = {.kind = &any_init}}" % (
             filters, *size, *stride, *crop, groups, size_text),
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


def local(n, c, h, w, filters, size, channelwise=False):
    x = draw(n, c, h, w)
    bias = draw(filters)
    cells = F.unfold(x, size, padding=tuple(k // 2 for k in size))
    cells = cells.reshape(n, c, *size, h, w)
    if channelwise:
        weight = draw(filters, *size, h, w)
        y = torch.einsum("ncuvhw,cuvhw->nchw", cells, weight)
    else:
        weight = draw(filters, c, *size, h, w)
        y = torch.einsum("ncuvhw,ocuvhw->nohw", cells, weight)
    emit("locallyconnected2d",
         "{.num_filters = %d, .filter_size = {%d, %d}, .channelwise = %s,\n"
         "         .b = {.kind = &any_init}}" % (
             filters, *size, str(channelwise).lower()),
         x, y + bias[:, None, None], weight, bias)


def pyramid(n, c, h, w, levels, mode):
    x = draw(n, c, h, w)
    pool = F.adaptive_max_pool2d if mode == "max" else F.adaptive_avg_pool2d
    y = torch.cat([pool(x, p).flatten(2) for p in levels], 2)
    emit("spatialpyramidpooling",
         "{.pool_dims = {(const int64_t[]){%s}, %d}, .mode = \"%s\",\n"
         "         .implementation = \"kaiming\"}" % (
             ", ".join(map(str, levels)), len(levels), mode), x, y)


def dense(n, in_shape, units, biased=True):
    x = draw(n, *in_shape)
    weight = draw(units, x[0].numel())
    bias = draw(units) if biased else None
    y = F.linear(x.flatten(1), weight, bias)
    emit("dense", "{.num_units = %d%s}" % (
        units, ", .b = {.kind = &any_init}" if biased else ""),
        x, y, weight, bias)


def words(list_of_words):
    return ", ".join("NULL" if w is None else '"%s"' % w
                     for w in list_of_words)


def cropping(crops):
    return (", .cropping = {(const char *const[]){%s}, %d}" % (
        words(crops), len(crops)) if crops else "")


def cut(x, shape, crops):
    """The cells of x that remain; crops: a word per axis, the batch's first."""
    for axis, (extent, crop) in enumerate(zip(shape, crops)):
        first = {"lower": 0, "upper": x.shape[axis] - extent,
                 "center": (x.shape[axis] - extent) // 2}.get(crop)
        if crop:
            x = x.narrow(axis, first, extent)
    return x


def beside(x, axes):
    """Missing axes come last, which PyTorch's broadcasting puts first."""
    return x.reshape(x.shape + (1,) * (axes - x.dim()))


def merge(kind, config, function, n, shapes, crops=None):
    xs = [draw(n, *s) for s in shapes]
    axes = max(x.dim() for x in xs)
    least = [min(x.shape[a] for x in xs if a < x.dim()) for a in range(axes)]
    y = function([beside(cut(x, least, crops or []), axes) for x in xs])
    emit(kind, "{%s%s}" % (config, cropping(crops)), xs, y.clone())


def fold(function):
    def of(xs):
        y = xs[0]
        for x in xs[1:]:
            y = function(y, x)
        return y
    return of


def first_wins(better):
    """Where values are equal the first has the gradient, unlike torch's."""
    return fold(lambda a, b: torch.where(better(b, a), b, a))


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
merge("elemwisesum", ".coeffs = {(const double[]){1}, 1}", fold(torch.add), 2,
      [(2, 3, 4), (2, 3, 4)])
merge("elemwisesum", ".coeffs = {(const double[]){0.5, -2, 1}, 3}",
      lambda xs: 0.5 * xs[0] - 2 * xs[1] + xs[2], 3,
      [(3, 1, 4), (3,), (1, 5, 4)])
merge("elemwisesum", ".coeffs = {(const double[]){1}, 1}", fold(torch.add), 2,
      [(2, 5, 4), (3, 2, 7)], [None, "lower", "center", "upper"])
for word, function in (("mul", fold(torch.mul)), ("add", fold(torch.add)),
                       ("sub", fold(torch.sub)),
                       ("maximum", first_wins(torch.gt)),
                       ("minimum", first_wins(torch.lt))):
    config = '.merge_function = "%s"' % word
    merge("elemwisemerge", config, function, 2, [(2, 3, 3)] * 3)
    merge("elemwisemerge", config, function, 2, [(3, 4, 3), (3,)])
    merge("elemwisemerge", config, function, 1, [(1, 4, 1), (3, 1, 5)])
for axis, shapes, crops in ((1, [(2, 3, 4), (1, 3, 4), (3, 3, 4)], None),
                            (-1, [(2, 3, 4), (2, 3, 1)], None),
                            (2, [(2, 3, 4), (2, 2, 4)], None),
                            (1, [(4,), (3,)], None),
                            (1, [(2, 5, 4), (1, 3, 6)],
                             [None, "upper", "center", "lower"])):
    kept = axis % (len(shapes[0]) + 1)
    merge("concat", ".axis = %d" % axis,
          lambda xs: torch.cat(xs, axis), 2, shapes,
          crops and [c if a != kept else None for a, c in enumerate(crops)])
x = draw(2, 3, 4)
emit("nonlinearity", "{.nonlinearity = {&rectify_activation.kind, NULL}}", x,
     F.relu(x))
untied_conv(2, 2, 5, 6, 3, (3, 2), (2, 1))
nin(3, 4, 3, 4, 5)
nin(2, 3, 4, 3, 2, untied=True)
transposed(2, 3, 4, 5, 2, (3, 3))
transposed(1, 2, 4, 3, 3, (4, 4), stride=(2, 2), crop=(1, 1))
transposed(2, 4, 3, 4, 6, (3, 2), stride=(2, 3), crop=(1, 0), more=(1, 2),
           groups=2)
transposed(2, 3, 3, 3, 3, (2, 3), stride=(3, 1), groups=3)
local(2, 3, 4, 5, 2, (3, 3))
local(2, 3, 3, 4, 3, (1, 5), channelwise=True)
pyramid(2, 3, 7, 6, (3, 1), "max")
pyramid(1, 2, 5, 9, (4, 2, 1), "average")

def axes_text(axes):
    if isinstance(axes, str):
        return '{.word = "%s"}' % axes
    return "{.list = {(const int64_t[]){%s}, %d}}" % (
        ", ".join(map(str, axes)), len(axes))


def shared(kind, in_shape, axes, function, n=2):
    """A layer with a number for each axis that is not shared."""
    x = draw(n, *in_shape)
    left = range(2, x.dim()) if axes == "auto" else axes
    extents = [1 if k in left else x.shape[k] for k in range(1, x.dim())]
    weight = draw(*extents)
    emit(kind, "{.shared_axes = %s}" % axes_text(axes), x,
         function(x, weight), weight)


for case in (((3, 4, 5), "auto"), ((7,), "auto"), ((2, 3, 4), (1, 3))):
    shared("bias", *case, lambda x, b: x + b)
    shared("scale", *case, lambda x, w: x * w)
    shared("prelu", *case, lambda x, w: torch.where(x > 0, x, x * w))
x, weight = draw(2, 3, 4, 4), draw(3)
emit("prelu", '{.shared_axes = {.word = "auto"}}', x, F.prelu(x, weight),
     weight)


def standard(in_shape, word, function, n=2):
    x = draw(n, *in_shape)
    emit("standardization", '{.axes = {.word = "%s"}, .epsilon = 1e-4}' % word,
         x, function(x))


standard((3, 4, 5), "auto", lambda x: F.instance_norm(x, eps=1e-4))
standard((3, 1, 7), "spatial", lambda x: F.instance_norm(x, eps=1e-4))
standard((3, 4, 5), "features", lambda x: F.layer_norm(x, (3, 4, 5), eps=1e-4))
standard((9,), "auto", lambda x: F.layer_norm(x, (9,), eps=1e-4), 3)


def groups(kind, in_shape, size, axis, word, function, n=2):
    x = draw(n, *in_shape)
    parts = x.unflatten(axis, (x.shape[axis] // size, size))
    emit(kind, '{%d, %d, "%s"}' % (size, axis, word), x,
         function(parts, axis + 1))


def first_maximum(parts, axis):
    # Ties: of equals the first one is taken.
    at = torch.argmax((parts == parts.amax(axis, keepdim=True)).int(), axis,
                      keepdim=True)
    return parts.gather(axis, at).squeeze(axis)


def winners(parts, axis):
    best = torch.argmax((parts == parts.amax(axis, keepdim=True)).int(), axis,
                        keepdim=True)
    mask = torch.zeros_like(parts).scatter(axis, best, 1)
    return (parts * mask).flatten(axis - 1, axis)


groups("featurepool", (6, 3, 4), 3, 1, "max", first_maximum)
groups("featurepool", (8,), 2, 1, "max", first_maximum)
groups("featurepool", (4, 3, 4), 4, 1, "mean", lambda p, a: p.mean(a))
groups("featurepool", (4, 6, 3), 3, 2, "sum", lambda p, a: p.sum(a))
groups("featurewta", (6, 3, 4), 3, 1, "max", winners)
groups("featurewta", (8,), 4, 1, "max", winners)


def lrn(c, h, w, alpha, k, beta, n):
    x = draw(2, c, h, w)
    emit("lrn2d", "{%g, %g, %g, %d}" % (alpha, k, beta, n), x,
         F.local_response_norm(x, n, alpha * n, beta, k))


lrn(7, 3, 4, 0.5, 2, 0.75, 5)
lrn(3, 2, 5, 1, 1, 0.5, 3)
lrn(2, 3, 3, 0.25, 1, 1.25, 5)


def upscale(c, h, w, factor, mode):
    x = draw(2, c, h, w)
    if mode == "bilinear":
        y = F.interpolate(x, scale_factor=factor, mode=mode,
                          align_corners=False)
    elif mode == "repeat":
        y = F.interpolate(x, scale_factor=factor, mode="nearest")
    else:
        weight = torch.ones(c, 1, 1, 1).double()
        y = F.conv_transpose2d(x, weight, stride=factor, groups=c,
                               output_padding=(factor[0] - 1, factor[1] - 1))
    emit("upscale2d", '{{%d, %d}, "%s"}' % (*factor, mode), x, y)


upscale(2, 3, 4, (2, 2), "repeat")
upscale(2, 3, 4, (1, 3), "repeat")
upscale(2, 3, 4, (2, 3), "dilate")
upscale(2, 3, 4, (2, 2), "bilinear")
upscale(1, 4, 5, (3, 4), "bilinear")
upscale(1, 1, 3, (3, 1), "bilinear")


def index_list(entries):
    """None, numbers, numbers in brackets (as a list of one)."""
    words = ["{0, INDEX_NONE}" if e is None
             else "{%d, INDEX_BRACKETS}" % e[0] if isinstance(e, list)
             else "{%d, INDEX_NUMBER}" % e for e in entries]
    return "{(const struct index[]){%s}, %d, false}" % (
        ", ".join(words), len(words))


def flatten(n, in_shape, outdim):
    x = draw(n, *in_shape)
    emit("flatten", "{%d}" % outdim, x, x.flatten(outdim - 1).clone())


def reshape(n, in_shape, entries):
    x = draw(n, *in_shape)
    size = [x.shape[e[0]] if isinstance(e, list) else e for e in entries]
    emit("reshape", "{%s}" % index_list(entries), x, x.reshape(size).clone())


def dimshuffle(n, in_shape, pattern):
    x = draw(n, *in_shape)
    axes = [a for a in pattern if a != "x"]
    left = [a for a in range(x.dim()) if a not in axes]
    y = x.permute(axes + left).reshape([x.shape[a] for a in axes])
    for i, a in enumerate(pattern):
        y = y.unsqueeze(i) if a == "x" else y
    emit("dimshuffle", "{{(const char *const[]){%s}, %d}}" % (
        ", ".join('"%s"' % a for a in pattern), len(pattern)), x, y.clone())


def cells(n, in_shape, axis, indices):
    x = draw(n, *in_shape)
    if isinstance(indices, int):
        text = "{(const struct index[]){{%d, INDEX_NUMBER}}, 1, true}" % indices
        y = x.select(axis, indices)
    else:
        text = index_list(indices)
        kept = range(x.shape[axis])[slice(*indices)]
        y = x.index_select(axis, torch.tensor(list(kept)))
    emit("slice", "{%s, %d}" % (text, axis), x, y.clone())


def pad(n, in_shape, widths, mode, val=0, batch_ndim=2):
    x = draw(n, *in_shape)
    each = widths * (x.dim() - batch_ndim) if len(widths) == 1 else widths
    flat_widths = [w for pair in reversed(each) for w in pair]
    y = F.pad(x, flat_widths, value=val) if mode == "constant" else F.pad(
        x, flat_widths, mode={"edge": "replicate"}.get(mode, mode))
    emit("pad", '{{(const struct pair[]){%s}, %d}, %g, %d, "%s"}' % (
        ", ".join("{%d, %d}" % w for w in widths), len(widths), val,
        batch_ndim, mode), x, y)


flatten(2, (2, 3, 4), 2)
flatten(2, (2, 3, 4), 3)
reshape(2, (2, 3, 4), [[0], -1, [1]])
reshape(2, (12,), [[0], 3, 2, 2])
dimshuffle(2, (2, 3, 4), [0, 3, 1, "x", 2])
dimshuffle(2, (2, 1, 4), [0, 3, 1])
cells(2, (2, 3, 4), 2, -2)
cells(2, (2, 3, 4), -1, [1, None])
cells(2, (5, 3, 4), 1, [None, None, -2])
cells(2, (7,), 1, [-9, -1, 3])
pad(2, (2, 3, 4), [(1, 2), (0, 3)], "constant", 0.5)
pad(2, (3,), [(1, 2)], "constant", -1, 1)
pad(2, (2, 3, 4), [(2, 1), (3, 3)], "reflect")
pad(2, (2, 3, 4), [(2, 1)], "edge")

here = os.path.dirname(os.path.abspath(__file__))
path = os.path.join(here, "..", "tests", "data", "golden", "layers.inc")
with open(path, "w") as f:
    f.write("/* Written by scripts/make-golden.py with PyTorch %s. */\n"
            % torch.__version__)
    f.writelines(rows)


# ---- batch normalization: in training, then in inference with what is left


def batchnorm(shape, epsilon=1e-5, alpha=0.1, weight=True, bias=True,
              rectify=False, update=True, offset=0):
    count = shape[1]
    x = (draw(*shape).detach() + offset).requires_grad_()
    w = draw(count) if weight else None
    b = draw(count) if bias else None
    mean, var = draw(count).detach() + offset, draw(count).detach().abs() + 0.5
    given = mean.clone(), var.clone()

    def forward(training):
        z = F.batch_norm(x, mean, var, w, b, training, alpha, epsilon)
        return F.relu(z) if rectify else z

    y = forward(update)
    dy = draw(*shape).detach()
    y.backward(dy)
    later = forward(False)
    config = ("{.axes = {.word = \"auto\"}, .epsilon = %g, .alpha = %g,\n"
              "         .weight = %s, .bias = %s, .update = \"%s\"%s}" % (
                  epsilon, alpha, str(weight).lower(), str(bias).lower(),
                  str(update).lower(),
                  ",\n         .nonlinearity = {.kind = &rectify_activation.kind}"
                  if rectify else ""))
    text = "    {.config = %s,\n     .in = %s,\n     .batch = %d,\n" % (
        config, shape_text(shape), shape[0])
    for name, t in (("x", x), ("weight", w), ("bias", b), ("dy", dy),
                    ("mean", given[0]), ("var", given[1]), ("y", y),
                    ("dx", x.grad), ("dweight", w.grad if weight else None),
                    ("dbias", b.grad if bias else None), ("mean_after", mean),
                    ("var_after", var), ("y_after", later)):
        text += array(name, t)
    rows.append(text + "    },\n")


def shape_text(extents):
    return "{%d, {%s}}" % (len(extents) - 1, ", ".join(map(str, extents[1:])))


rows.clear()
torch.manual_seed(2)
batchnorm((4, 3, 5, 3))
batchnorm((3, 2, 4, 7), rectify=True)
batchnorm((2, 5, 1, 1), epsilon=1e-3, alpha=0.25)
batchnorm((7, 11), rectify=True)
batchnorm((3, 2, 3, 3), weight=False)
batchnorm((3, 2, 3, 3), bias=False)
batchnorm((5, 4), weight=False, bias=False, alpha=1)
batchnorm((3, 2, 3, 5), rectify=True, update=False)
batchnorm((1, 3, 3, 3))
batchnorm((6, 2, 4, 4), offset=1000)
path = os.path.join(here, "..", "tests", "data", "golden", "batchnorm.inc")
with open(path, "w") as f:
    f.write("/* Written by scripts/make-golden.py with PyTorch %s. */\n"
            % torch.__version__)
    f.writelines(rows)
