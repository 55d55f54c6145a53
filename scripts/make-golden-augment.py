#!/usr/bin/env python3
"""Write tests/data/golden/augment.inc: what others make of augmented pictures.

Places are PyTorch's (affine_grid, grid_sample), hues Python's colorsys, shared
targets PyTorch's cross_entropy, all in double precision.  Run with a Python
that has torch; the result is committed, the tests need no Python.
"""
import colorsys
import math
import os
import torch
import torch.nn.functional as F

torch.manual_seed(2)
C, H, W = 3, 6, 5
picture = torch.randint(0, 256, (1, C, H, W)).double()
text = []


def array(values):
    words = ["%.12g" % v for v in values]
    lines, line = [], "        "
    for word in words:
        if len(line) + len(word) + 2 > 79:
            lines.append(line.rstrip())
            line = "        "
        line += word + ", "
    lines.append(line.rstrip(", "))
    return "\n".join(lines)


def resampled(back, mode):
    """back: 2x3 rows (x, y) of the way back, from the centre, in pixels."""
    hx, hy = (W - 1) / 2, (H - 1) / 2
    (xx, xy, x0), (yx, yy, y0) = back
    theta = torch.tensor([[[xx, xy * hy / hx, x0 / hx],
                           [yx * hx / hy, yy, y0 / hy]]]).double()
    grid = F.affine_grid(theta, (1, C, H, W), align_corners=True)
    return F.grid_sample(picture, grid, mode="bilinear", padding_mode=mode,
                         align_corners=True)


def product(a, b):
    a3, b3 = (torch.tensor(list(m) + [[0, 0, 1]]).double() for m in (a, b))
    return (a3 @ b3)[:2].tolist()


def turn(degrees):
    """Counter-clockwise as seen, y down: (x, y) to (c x + s y, c y - s x)."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return [[c, -s, 0], [s, c, 0]]  # its inverse


def shift(dx, dy):
    return [[1, 0, -dx], [0, 1, -dy]]


def scale(f):
    return [[1 / f, 0, 0], [0, 1 / f, 0]]


def lean(degrees):
    """Upright lines turn counter-clockwise: x' = x + tan y."""
    return [[1, -math.tan(math.radians(degrees)), 0], [0, 1, 0]]


flip = [[-1, 0, 0], [0, 1, 0]]


def place(yaml, ways, mode):
    back = [[1, 0, 0], [0, 1, 0]]
    for way in ways:
        back = product(back, way)
    emit(yaml, resampled(back, mode).flatten().tolist())


def emit(yaml, values):
    text.append('    {"%s",\n     {\n%s}},\n' % (yaml, array(values)))


fills = {"zero": "zeros", "edge": "border", "reflect": "reflection"}
for word, mode in fills.items():
    place("[{rotate: {degrees: [30, 30], fill: %s}}]" % word, [turn(30)], mode)
    place("[{affine: {degrees: [-20, -20], pixels: {y: [1.5, 1.5], x: [-2, -2]},"
          " factor: [1.25, 1.25], shear: [10, 10], fill: %s}}]" % word,
          [lean(10), scale(1.25), turn(-20), shift(-2, 1.5)], mode)
place("[{shift: {share: {x: [0.3, 0.3]}}}, {flip_horizontal: 1}, "
      "{scale: [0.7, 0.7]}]", [shift(0.3 * W, 0), flip, scale(0.7)], "zeros")


def pixels(function):
    rgb = picture[0].reshape(C, -1).T.tolist()
    turned = [function(*p) for p in rgb]
    return [p[k] for k in range(C) for p in turned]


def hue(degrees):
    def turned(r, g, b):
        h, s, v = colorsys.rgb_to_hsv(r, g, b)
        return colorsys.hsv_to_rgb((h + degrees / 360) % 1, s, v)
    emit("[{hue: [%d, %d]}]" % (degrees, degrees), pixels(turned))


hue(40)
hue(-130)

z = torch.randn(4, 3).double().requires_grad_()
labels, others = [0, 2, 1, 1], [1, 0, 1, 2]
shares = [0.25, 0.6, 0.4, 0]
losses, gradients = {}, {}
for smoothing in (0, 0.1):
    target = torch.zeros(4, 3).double()
    for i in range(4):
        target[i, labels[i]] += 1 - shares[i]
        target[i, others[i]] += shares[i]
    loss = F.cross_entropy(z, target, reduction="none",
                           label_smoothing=smoothing)
    z.grad = None
    loss.sum().backward()
    losses[smoothing] = loss.tolist()
    gradients[smoothing] = z.grad.flatten().tolist()

path = os.path.join(os.path.dirname(__file__), "../tests/data/golden/augment.inc")
with open(path, "w") as f:
    f.write("""/*
 * Written by scripts/make-golden-augment.py, not by hand: augmented pictures
 * and shared targets, computed without this program.
 */
enum { GOLDEN_CHANNELS = %d, GOLDEN_HEIGHT = %d, GOLDEN_WIDTH = %d };

static const double golden_picture[] = {
%s};

struct golden_augmented {
    const char *list;
    double want[%d];
};

static const struct golden_augmented golden_augmented[] = {
%s};

enum { GOLDEN_ROWS = 4, GOLDEN_OUTPUTS = 3 };

static const double golden_z[] = {
%s};
static const int32_t golden_row_labels[] = {%s};
static const int32_t golden_others[] = {%s};
static const double golden_shares[] = {%s};

struct golden_shared {
    double smoothing;
    double loss[4], gradient[12];
};

static const struct golden_shared golden_shared[] = {
""" % (C, H, W, array(picture.flatten().tolist()), C * H * W, "".join(text),
       array(z.detach().flatten().tolist()), ", ".join(map(str, labels)),
       ", ".join(map(str, others)), ", ".join(map(str, shares))))
    for smoothing in (0, 0.1):
        f.write("    {%g,\n     {\n%s},\n     {\n%s}},\n" % (
            smoothing, array(losses[smoothing]), array(gradients[smoothing])))
    f.write("};\n")
