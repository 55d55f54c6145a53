#!/usr/bin/python3
"""Write tests/data/onnx: networks as other programs write them.

NAME.onnx is a small network, NAME.in.csv three samples, numbers of each in the
order of the graph's input, NAME.out.csv what it makes of them.  Those of
export_cases() are PyTorch's own exporter's; those of hand_cases() have what
converters from other libraries write and PyTorch does not.  What is expected
is computed in double precision.  Weights are random: no number here means
anything.

Needs python3-torch 1.13 (Debian); the result is committed, the tests need no
Python.
"""
import os
import sys
import warnings

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from onnxwriter import model, node, value

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                      "../tests/data/onnx")
SAMPLES = 3
torch.set_num_threads(1)


class Net(nn.Module):
    """Modules by name, and a function of them and the input."""

    def __init__(self, function, **modules):
        super().__init__()
        self.function = function
        for name, module in modules.items():
            setattr(self, name, module)

    def forward(self, x):
        return self.function(self, x)


def seq(*modules):
    return nn.Sequential(*modules)


def flat(x):
    return torch.flatten(x, 1)


# ---- what PyTorch writes

def lenet(view, end):
    """Reshape by the size of the batch, or flatten."""
    return Net(
        lambda s, x: end(s.fc2(F.relu(s.fc1(view(F.max_pool2d(F.relu(
            s.conv2(F.max_pool2d(F.relu(s.conv1(x)), 2))), 2)))))),
        conv1=nn.Conv2d(1, 4, 3), conv2=nn.Conv2d(4, 6, 3, padding=1),
        fc1=nn.Linear(24, 12), fc2=nn.Linear(12, 5))


def residual():
    def block(s, x):
        y = F.relu(s.bn1(s.conv1(x)))
        return F.relu(s.bn2(s.conv2(y)) + s.down(x))
    return Net(
        lambda s, x: s.fc(flat(s.pool(block(s, F.relu(s.stem(x)))))),
        stem=nn.Conv2d(2, 4, 3, padding=1, bias=False),
        conv1=nn.Conv2d(4, 6, 3, stride=2, padding=1, bias=False),
        bn1=nn.BatchNorm2d(6),
        conv2=nn.Conv2d(6, 6, 3, padding=1, bias=False),
        bn2=nn.BatchNorm2d(6),
        down=seq(nn.Conv2d(4, 6, 1, stride=2, bias=False), nn.BatchNorm2d(6)),
        pool=nn.AdaptiveAvgPool2d(1), fc=nn.Linear(6, 4))


def mobile():
    """Depthwise, squeeze and excite, as MobileNetV3 has them."""
    def run(s, x):
        y = s.act(s.expand(x))
        y = s.act(s.depthwise(y))
        gate = F.hardsigmoid(s.up(F.relu(s.down(F.adaptive_avg_pool2d(y, 1)))))
        y = s.project(y * gate) + x
        return s.head(flat(F.adaptive_avg_pool2d(y, (1, 1))))
    return Net(run, act=nn.Hardswish(),
               expand=seq(nn.Conv2d(4, 8, 1, bias=False), nn.BatchNorm2d(8)),
               depthwise=seq(nn.Conv2d(8, 8, 3, padding=1, groups=8,
                                       bias=False), nn.BatchNorm2d(8)),
               down=nn.Conv2d(8, 3, 1), up=nn.Conv2d(3, 8, 1),
               project=nn.Conv2d(8, 4, 1), head=nn.Linear(4, 3))


def inception():
    def run(s, x):
        y = torch.cat([F.relu(s.a(x)), F.relu(s.b(x)),
                       s.c(F.max_pool2d(x, 3, 1, 1))], 1)
        y = F.avg_pool2d(y, 2)
        return F.softmax(s.fc(y.reshape(y.shape[0], -1)), dim=1)
    return Net(run, a=nn.Conv2d(2, 2, 1), b=nn.Conv2d(2, 3, 3, padding=1),
               c=nn.Conv2d(2, 1, 1), fc=nn.Linear(54, 4))


def small(*modules):
    """With a tail that keeps what is expected short."""
    return seq(*modules, nn.Flatten())


def export_cases():
    """name: (opset, shape of a sample, network, options)."""
    def softmax(x):
        return F.softmax(x, 1)
    plain = {"do_constant_folding": False}
    kept = {"training": torch.onnx.TrainingMode.PRESERVE, **plain}
    by_size = lenet(lambda x: x.view(x.size(0), -1),
                    lambda x: F.log_softmax(x, dim=1))
    norms = [seq(nn.BatchNorm2d(2), nn.Conv2d(2, 3, 3), nn.BatchNorm2d(3),
                 nn.ReLU(), nn.BatchNorm2d(3, affine=False), nn.Flatten(),
                 nn.Linear(48, 5), nn.BatchNorm1d(5), nn.Sigmoid())
             for _ in range(3)]
    acts = [
        small(nn.Conv2d(1, 3, 2), nn.PReLU(3), nn.Conv2d(3, 3, 1), nn.PReLU(),
              nn.Conv2d(3, 2, 1), nn.LeakyReLU(0.2), nn.Conv2d(2, 2, 1),
              nn.ELU(), nn.Conv2d(2, 2, 1), nn.ELU(alpha=0.5)),
        small(nn.Conv2d(1, 2, 2), nn.SELU(), nn.Conv2d(2, 2, 1), nn.Softplus(),
              nn.Conv2d(2, 2, 1), nn.Tanh(), nn.Conv2d(2, 2, 1), nn.Sigmoid()),
        small(nn.Conv2d(1, 2, 2), nn.GELU(), nn.Conv2d(2, 2, 1), nn.SiLU(),
              nn.Conv2d(2, 2, 1), nn.Mish(), nn.Conv2d(2, 2, 1),
              nn.Hardsigmoid(), nn.Conv2d(2, 2, 1), nn.Hardswish())]
    convs = small(nn.Conv2d(4, 6, 3, groups=2, padding=1), nn.ReLU(),
                  nn.ZeroPad2d((1, 0, 2, 1)),
                  nn.Conv2d(6, 4, (2, 3), stride=(2, 1)), nn.ReLU(),
                  nn.Conv2d(4, 2, 2, dilation=(1, 2), bias=False))
    back = small(nn.ConvTranspose2d(3, 4, 3, stride=2, padding=1,
                                    output_padding=1), nn.ReLU(),
                 nn.ConvTranspose2d(4, 2, 3, stride=(1, 2), groups=2,
                                    padding=(1, 0)), nn.ReLU(),
                 nn.Conv2d(2, 1, 3, stride=3))
    grow = [seq(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.Upsample(scale_factor=2),
                nn.Conv2d(2, 1, 3, stride=2),
                nn.Upsample(scale_factor=(1, 3), mode="nearest"), nn.Flatten())
            for _ in range(3)]
    pools = [
        small(nn.MaxPool2d(3, 2, 1), nn.MaxPool2d(2, ceil_mode=True),
              nn.Conv2d(2, 3, 1)),
        small(nn.AvgPool2d(3, 2, 1, count_include_pad=False),
              nn.AvgPool2d(2, 1), nn.Conv2d(2, 3, 1)),
        small(nn.AvgPool2d(3, 2, 1), nn.Conv2d(2, 3, 1)),
        small(nn.AvgPool2d(2, ceil_mode=True, count_include_pad=False),
              nn.Conv2d(2, 3, 1)),
        Net(lambda s, x: s.fc(torch.cat([flat(F.adaptive_avg_pool2d(x, 2)),
                                         flat(F.adaptive_max_pool2d(x, 1))],
                                        1)), fc=nn.Linear(10, 3))]
    joins = Net(
        lambda s, x: flat(s.d(torch.max(s.a(x), s.b(x)) * torch.sigmoid(
            s.c(x)) - s.b(x))), a=nn.Conv2d(2, 2, 1), b=nn.Conv2d(2, 2, 1),
        c=nn.Conv2d(2, 2, 1), d=nn.Conv2d(2, 1, 2, stride=2))
    cuts = Net(
        lambda s, x: flat(s.b(torch.cat([
            F.pad(F.relu(s.a(x[:, 1:3])), (1, 1, 2, 1), value=0.5),
            F.pad(x[:, :1], (0, 0, 0, 1), mode="reflect"),
            F.pad(x[:, -1:, ::1], (0, 0, 1, 0), mode="replicate")], 1))),
        a=nn.Conv2d(2, 2, 3), b=nn.Conv2d(4, 1, 3, stride=3))
    normal = Net(
        lambda s, x: s.fc(flat(F.relu(s.conv((x - s.mean) / s.std)))),
        conv=nn.Conv2d(3, 2, 3), fc=nn.Linear(8, 3))
    normal.register_buffer("mean", torch.tensor([0.5, 0.4, 0.25])
                           .view(1, 3, 1, 1))
    normal.register_buffer("std", torch.tensor([0.25, 0.5, 0.3])
                           .view(1, 3, 1, 1))
    product = Net(lambda s, x: torch.relu(torch.matmul(x, s.w) + s.b) @ s.v)
    for name, shape in (("w", (7, 6)), ("b", (6,)), ("v", (6, 2))):
        product.register_parameter(name, nn.Parameter(torch.randn(shape)))
    moves = Net(
        lambda s, x: s.fc(torch.flatten(
            s.conv(x.permute(0, 1, 3, 2)).unsqueeze(2).squeeze(2), 1)),
        conv=nn.Conv2d(2, 3, 2), fc=nn.Linear(36, 4))
    mean = Net(lambda s, x: s.fc(F.relu(s.conv(x)).mean((2, 3))),
               conv=nn.Conv2d(2, 3, 2), fc=nn.Linear(3, 4))
    mlp = seq(nn.Linear(7, 9), nn.ReLU(), nn.Dropout(0.4), nn.Linear(9, 4),
              nn.Tanh(), nn.Linear(4, 1))
    spatial = seq(nn.InstanceNorm2d(2, affine=True, eps=1e-3),
                  nn.Conv2d(2, 3, 2), nn.InstanceNorm2d(3), nn.ReLU(),
                  nn.AdaptiveAvgPool2d(1), nn.Flatten())
    image = seq(nn.Conv2d(1, 3, 3, stride=2, padding=1), nn.ReLU(),
                nn.ConvTranspose2d(3, 1, 2, stride=2), nn.Sigmoid())
    fixed = {"dynamic_axes": None}
    flattened = lenet(flat, softmax)
    return {
        "lenet-9": (9, (1, 12, 12), by_size, plain),
        "lenet-11": (11, (1, 12, 12), by_size, {}),
        "lenet-17": (17, (1, 12, 12), flattened, {}),
        "lenet-fixed-13": (13, (1, 12, 12), by_size, fixed),
        "lenet-dropout-16": (16, (1, 12, 12), lenet(
            lambda x: F.dropout(flat(x), 0.3, False), softmax), plain),
        "batchnorm-9": (9, (2, 6, 6), norms[0], {}),
        "batchnorm-13": (13, (2, 6, 6), norms[1], kept),
        "batchnorm-16": (16, (2, 6, 6), norms[2], kept),
        "residual-9": (9, (2, 8, 8), residual(), kept),
        "residual-13": (13, (2, 8, 8), residual(), {}),
        "mobile-13": (13, (4, 5, 5), mobile(), {}),
        "mobile-17": (17, (4, 5, 5), mobile(), kept),
        "inception-11": (11, (2, 6, 6), inception(), {}),
        "inception-17": (17, (2, 6, 6), inception(), plain),
        "activations-9": (9, (1, 4, 4), acts[0], {}),
        "activations-11": (11, (1, 4, 4), acts[1], {}),
        "activations-13": (13, (1, 4, 4), acts[2], {}),
        "activations-17": (17, (1, 4, 4), acts[2], {}),
        "conv-9": (9, (4, 6, 6), convs, {}),
        "conv-13": (13, (4, 6, 6), convs, {}),
        "transposed-11": (11, (3, 4, 4), back, {}),
        "upsample-9": (9, (1, 5, 5), grow[0], {}),
        "upsample-11": (11, (1, 5, 5), grow[1], {}),
        "upsample-16": (16, (1, 5, 5), grow[2], {}),
        "maxpool-ceil-11": (11, (2, 9, 7), pools[0], {}),
        "avgpool-inside-11": (11, (2, 8, 7), pools[1], {}),
        "avgpool-padded-9": (9, (2, 7, 7), pools[2], {}),
        "avgpool-padded-13": (13, (2, 7, 7), pools[2], {}),
        "avgpool-ceil-13": (13, (2, 7, 5), pools[3], {}),
        "adaptive-11": (11, (2, 6, 6), pools[4], {}),
        "joins-13": (13, (2, 4, 4), joins, {}),
        "cuts-9": (9, (4, 6, 6), cuts, {}),
        "cuts-13": (13, (4, 6, 6), cuts, {}),
        "normalized-13": (13, (3, 4, 4), normal, {}),
        "matmul-9": (9, (7,), product, plain),
        "moves-11": (11, (2, 5, 4), moves, {}),
        "mean-13": (13, (2, 5, 4), mean, {}),
        "mlp-9": (9, (7,), mlp, {}),
        "mlp-dropout-13": (13, (7,), mlp, kept),
        "instancenorm-11": (11, (2, 5, 5), spatial, {}),
        "image-13": (13, (1, 6, 6), image, {}),
    }


def settle(net):
    """As if it were trained: statistics, and biases that are not small."""
    torch.manual_seed(5)
    for m in net.modules():
        if isinstance(m, (nn.BatchNorm1d, nn.BatchNorm2d)):
            m.running_mean.uniform_(-1, 1)
            m.running_var.uniform_(0.3, 2)
        for name in ("weight", "bias"):
            p = getattr(m, name, None)
            if p is not None and p.dim() == 1:
                p.data.uniform_(-1, 1) if name == "bias" else \
                    p.data.uniform_(0.2, 1.2)
    return net.eval()


def samples(shape):
    """Numbers with short texts."""
    random = np.random.RandomState(sum(shape))
    return random.randint(-16, 17, (SAMPLES,) + tuple(shape)) / 8


def path(name, ending):
    return os.path.join(FOLDER, name + ending)


def put_rows(name, ending, array):
    with open(path(name, ending), "w") as out:
        for row in np.asarray(array).reshape(SAMPLES, -1):
            out.write(",".join("%.9g" % v for v in row) + "\n")


def put_export(name, opset, shape, net, options):
    settle(net)
    x = torch.tensor(samples(shape))
    options = {"dynamic_axes": {"input": {0: "batch"}, "output": {0: "batch"}},
               **options}
    first = x[:1] if options["dynamic_axes"] is None else x
    net.float()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(net, first.float(), path(name, ".onnx"),
                          opset_version=opset, input_names=["input"],
                          output_names=["output"], **options)
    with torch.no_grad():
        y = net.double()(x)
    put_rows(name, ".in.csv", x)
    put_rows(name, ".out.csv", y)


# ---- what other programs write

class Hand:
    """A graph as it is written, and the same as a function."""

    def __init__(self, name, opset, shape, out, **options):
        self.name, self.opset, self.shape = name, opset, shape
        self.out, self.options = out, options
        self.nodes, self.constants = [], {}
        self.random = np.random.RandomState(len(name))

    def weight(self, name, *shape, kind=np.float32):
        """A constant, and the double that it is."""
        v = self.random.uniform(-0.7, 0.7, shape).astype(kind)
        self.constants[name] = v
        return torch.tensor(v.astype(np.float64))

    def constant(self, name, v, kind=np.int64):
        self.constants[name] = np.array(v, kind)

    def add(self, op, inputs, outputs, **attributes):
        self.nodes.append(node(op, inputs, outputs, **attributes))

    def put(self, function, batch="N"):
        x = samples(self.shape)
        y = function(torch.tensor(x))
        data = model(self.nodes, self.constants,
                     [value("x", (batch,) + self.shape)],
                     [value("y", (batch,) + self.out)], self.opset,
                     **self.options)
        with open(path(self.name, ".onnx"), "wb") as out:
            out.write(data)
        put_rows(self.name, ".in.csv", x)
        put_rows(self.name, ".out.csv", y)


def hand_keras():
    """Images with channels last; Gemm without transB, then MatMul."""
    g = Hand("keras-13", 13, (6, 6, 2), (3,), producer="tf2onnx")
    w, b = g.weight("conv/kernel", 4, 2, 3, 3), g.weight("conv/bias", 4)
    v, c = g.weight("dense/kernel", 16, 5), g.weight("dense/bias", 5)
    u, d = g.weight("dense_1/kernel", 5, 3), g.weight("dense_1/bias", 3)
    g.constant("shape", [-1, 16])
    g.add("Transpose", "x", "x_nchw", name="first", perm=[0, 3, 1, 2])
    g.add("Conv", "x_nchw conv/kernel conv/bias", "conv", kernel_shape=[3, 3],
          strides=[1, 1], auto_pad="VALID")
    g.add("Relu", "conv", "relu")
    g.add("MaxPool", "relu", "pool", kernel_shape=[2, 2], strides=[2, 2],
          auto_pad="VALID")
    g.add("Transpose", "pool", "pool_nhwc", perm=[0, 2, 3, 1])
    g.add("Reshape", "pool_nhwc shape", "flat")
    g.add("Gemm", "flat dense/kernel dense/bias", "dense", alpha=1.0, beta=1.0,
          transA=0, transB=0)
    g.add("Relu", "dense", "hidden")
    g.add("MatMul", "hidden dense_1/kernel", "product")
    g.add("Add", "product dense_1/bias", "scores")
    g.add("Softmax", "scores", "y", axis=-1)

    def run(x):
        h = F.max_pool2d(F.relu(F.conv2d(x.permute(0, 3, 1, 2), w, b)), 2)
        h = F.relu(flat(h.permute(0, 2, 3, 1)) @ v + c)
        return F.softmax(h @ u + d, 1)
    g.put(run, batch="unk__7")


def hand_keras_same():
    """SAME padding where it is not symmetric; average pools inside."""
    g = Hand("keras-same-9", 9, (2, 7, 6), (30,), ir=4)
    w = g.weight("w", 3, 2, 4, 3)
    v = g.weight("v", 3, 3, 2, 2)
    g.add("Conv", "x w", "a", kernel_shape=[4, 3], strides=[2, 1],
          auto_pad="SAME_UPPER")
    g.add("Relu", "a", "b")
    g.add("AveragePool", "b", "c", kernel_shape=[2, 2], strides=[1, 1],
          auto_pad="SAME_UPPER")
    g.add("Conv", "c v", "d", kernel_shape=[2, 2], auto_pad="SAME_LOWER")
    g.add("MaxPool", "d", "e", kernel_shape=[2, 3], strides=[2, 2],
          auto_pad="SAME_LOWER")
    g.add("Concat", "e e", "f", axis=3)
    g.add("Slice", "f", "h", axes=[3], starts=[1], ends=[6])
    g.add("Flatten", "h", "y", axis=1)

    def pad(x, *sides, value=0.0):
        return F.pad(x, sides, value=value)

    def run(x):
        # 7 rows, stride 2, filter 4: 4 rows, 3 cells of padding, 1 before.
        h = F.relu(F.conv2d(pad(x, 1, 1, 1, 2), w, stride=(2, 1)))
        ones = pad(torch.ones_like(h), 0, 1, 0, 1)
        h = F.avg_pool2d(pad(h, 0, 1, 0, 1), 2, 1) / F.avg_pool2d(ones, 2, 1)
        h = F.conv2d(pad(h, 1, 0, 1, 0), v)
        # 6 columns, stride 2, window 3: one cell of padding, before.
        h = F.max_pool2d(pad(h, 1, 0, 0, 0, value=-1e300), (2, 3), 2)
        return flat(torch.cat([h, h], 3)[:, :, :, 1:6])
    g.put(run)


def hand_sklearn():
    """A perceptron in doubles that are cast, as skl2onnx begins and ends."""
    g = Hand("sklearn-15", 15, (4,), (2,), producer="skl2onnx",
             domains=(("ai.onnx.ml", 1),))
    w, b = g.weight("coefficient", 4, 6), g.weight("intercepts", 1, 6)
    v = g.weight("coefficient1", 6, 2)
    c = g.weight("intercepts1", 1, 2)
    g.constant("shape_tensor", [-1, 2])
    g.add("Cast", "x", "cast_input", to=1)
    g.add("MatMul", "cast_input coefficient", "mul_result")
    g.add("Add", "mul_result intercepts", "add_result")
    g.add("Tanh", "add_result", "next_activations")
    g.add("MatMul", "next_activations coefficient1", "mul_result1")
    g.add("Add", "intercepts1 mul_result1", "add_result1")
    g.add("Reshape", "add_result1 shape_tensor", "y")
    g.put(lambda x: torch.tanh(x @ w + b) @ v + c)


def hand_types():
    """Constants of every kind of data, cast and as operators."""
    g = Hand("types-12", 12, (2, 3, 3), (4,), ir=7,
             typed=("half", "double", "single", "shape"))
    half = g.weight("half", 3, 2, 2, 2, kind=np.float16)
    raw = g.weight("half_raw", 3, kind=np.float16)
    double = g.weight("double", 12, 5, kind=np.float64)
    bias = g.weight("double_raw", 5, kind=np.float64)
    single = g.weight("single", 4, 5)
    g.constant("shape", [0, 12])
    g.add("Cast", "half", "w", to=1)
    g.add("Cast", "half_raw", "b", to=1)
    g.add("Cast", "double", "v", to=1)
    g.add("Cast", "double_raw", "c", to=1)
    g.add("Conv", "x w b", "h")
    g.add("Constant", "", "slopes", value=np.array(
        [[[0.5]], [[0.25]], [[-0.5]]], np.float32))
    g.add("PRelu", "h slopes", "p")
    g.add("Constant", "", "two", value_float=2.0)
    g.add("Mul", "p two", "m")
    g.add("Reshape", "m shape", "f")
    g.add("Gemm", "f v c", "i", alpha=0.5, beta=2.0)
    g.add("Identity", "i", "j")
    g.add("Gemm", "j single", "y", transB=1)

    def rounded(t):
        return t.float().double()

    def run(x):
        h = F.conv2d(x, half, raw)
        h = 2 * torch.where(h < 0, h * torch.tensor(
            [0.5, 0.25, -0.5], dtype=torch.float64).view(3, 1, 1), h)
        h = 0.5 * flat(h) @ rounded(double) + 2 * rounded(bias)
        return h @ single.T
    g.put(run)


def hand_old():
    """Operator set 7, constants listed as inputs, attributes of those days."""
    g = Hand("old-7", 7, (3, 4, 4), (60,), ir=3, listed=True)
    w, b = g.weight("w", 5, 3, 2, 2), g.weight("b", 5)
    scale = g.weight("scale", 5) + 1
    g.constants["scale"] += 1
    shift, mean = g.weight("shift", 5), g.weight("mean", 5)
    g.constant("var", [0.5, 1.5, 0.25, 2, 1], np.float32)
    g.add("Conv", "x w b", "h", kernel_shape=[2, 2], pads=[0, 0, 0, 0])
    g.add("LRN", "h", "l", size=3, alpha=0.3, beta=0.6, bias=1.5)
    g.add("BatchNormalization", "l scale shift mean var", "n", epsilon=1e-3,
          momentum=0.9)
    g.add("Elu", "n", "e", alpha=0.75)
    g.add("Pad", "e", "p", pads=[0, 0, 0, 1, 0, 0, 0, 1], value=-0.5,
          mode="constant")
    g.add("Upsample", "p", "u", scales=[1.0, 1.0, 2.0, 1.0], mode="nearest")
    g.add("MaxPool", "u", "m", kernel_shape=[3, 2], strides=[2, 1],
          pads=[1, 0, 0, 0])
    g.add("Dropout", "m", "d", ratio=0.5)
    g.add("Flatten", "d", "y")

    def run(x):
        h = F.conv2d(x, w, b)
        square = F.pad(h * h, (0, 0, 0, 0, 1, 1))
        total = square[:, :-2] + square[:, 1:-1] + square[:, 2:]
        h = h / (1.5 + 0.3 / 3 * total) ** 0.6
        var = torch.tensor([0.5, 1.5, 0.25, 2, 1], dtype=torch.float64)
        h = F.batch_norm(h, mean, var, scale, shift, eps=1e-3)
        h = F.pad(F.elu(h, 0.75), (1, 1, 0, 0), value=-0.5)
        h = h.repeat_interleave(2, 2)
        h = F.pad(h, (0, 0, 1, 0), value=-1e300)
        return flat(F.max_pool2d(h, (3, 2), (2, 1)))
    g.put(run)


def hand_merges():
    """Sum and Max of several, Min of none; both orders of scales and biases."""
    g = Hand("merges-13", 13, (2, 4, 4), (12,))
    ws = [g.weight("w%d" % i, 3, 2, 1, 1) for i in range(3)]
    u = g.weight("u", 3, 1, 1)
    s = g.weight("s", 1, 3, 1, 1)
    g.constant("axes", [2])
    for i in range(3):
        g.add("Conv", "x w%d" % i, "c%d" % i)
    g.add("Sum", "c0 c1 c2", "sum")
    g.add("Max", "c0 c1", "max")
    g.add("Sub", "u sum", "a")
    g.add("Mul", "a s", "b")
    g.constant("half_more", 1.5, np.float32)
    g.add("Div", "b half_more", "d")
    g.add("Add", "d max", "e")
    g.add("HardSigmoid", "e", "h", alpha=0.25, beta=0.4)
    g.add("GlobalMaxPool", "h", "pooled")
    g.add("Mul", "e pooled", "scaled")
    g.add("AveragePool", "scaled", "i", kernel_shape=[2, 2], strides=[2, 2])
    g.add("Unsqueeze", "i axes", "j")
    g.add("Squeeze", "j axes", "k")
    g.add("Selu", "k", "z")
    g.add("Flatten", "z", "y")

    def run(x):
        c = [F.conv2d(x, w) for w in ws]
        e = (u - (c[0] + c[1] + c[2])) * s / 1.5 + torch.maximum(c[0], c[1])
        h = torch.clamp(0.25 * e + 0.4, 0, 1)
        h = F.avg_pool2d(e * h.amax((2, 3), keepdim=True), 2)
        return flat(F.selu(h))
    g.put(run)


def hand_transposed():
    """Sizes of transposed convolutions from attributes; odd paddings."""
    g = Hand("transposed-10", 10, (2, 3, 3), (42,), ir=5)
    w, v = g.weight("w", 2, 3, 3, 3), g.weight("v", 3, 1, 2, 2)
    b = g.weight("b", 1)
    g.add("ConvTranspose", "x w", "h", strides=[2, 2], pads=[0, 1, 1, 0],
          output_padding=[1, 0])
    g.add("Relu", "h", "r")
    g.add("ConvTranspose", "r v b", "t", auto_pad="SAME_UPPER",
          output_shape=[7, 6], kernel_shape=[2, 2])
    g.add("Softplus", "t", "s")
    g.add("Flatten", "s", "y")

    def run(x):
        h = F.conv_transpose2d(x, w, stride=2, output_padding=(1, 0))
        h = F.relu(h[:, :, :-1, 1:])
        h = F.conv_transpose2d(h, v, b)
        return flat(F.softplus(h[:, :, :7, :6]))
    g.put(run)


HANDS = (hand_keras, hand_keras_same, hand_sklearn, hand_types, hand_old,
         hand_merges, hand_transposed)


def main():
    os.makedirs(FOLDER, exist_ok=True)
    torch.manual_seed(1)
    for name, case in export_cases().items():
        put_export(name, *case)
    for hand in HANDS:
        hand()
    return 0


if __name__ == "__main__":
    sys.exit(main())
