#!/usr/bin/python3
"""Write tests/golden/rules.h and its like: what update rules, activations,
losses and schedules give.

The update rules are written out here in plain Python from their published
formulas; where PyTorch has the same rule (its epsilon stands elsewhere, so it
is made negligible) the two must agree before anything is written.  Activations
and the loss are PyTorch's, in double precision, gradients by autograd.

    for name in rules activations losses schedules; do
        scripts/make-golden-rules.py $name | clang-format-14 --style=file \
            --assume-filename=x.h > tests/golden/$name.h
    done
"""
import sys
import textwrap
from math import ceil, cos, floor, pi, sqrt

import torch

torch.set_default_dtype(torch.float64)

STEPS = 20
START = [0.5, -1.25, 0.03125, 2.0, -0.75, 1.0]
# Gradients far above, near and far below every epsilon; the last is always 0.
# Multiples of powers of two, so that float holds them exactly.
SCALE = [1.0, 2.0**-4, 2.0**-10, 2.0**-20, 2.0**-27, 0.0]
GRADIENTS = [
    [s * ((7 * t + 3 * i) % 11 - 4) / 8 for i, s in enumerate(SCALE)]
    for t in range(STEPS)
]


def sgd(c, s, eta, t, p, g):
    return p - eta * g


def momentum(c, s, eta, t, p, g):
    s["v"] = c["momentum"] * s["v"] - eta * g
    return p + s["v"]


def nesterov_momentum(c, s, eta, t, p, g):
    s["v"] = c["momentum"] * s["v"] - eta * g
    return p + c["momentum"] * s["v"] - eta * g


def adagrad(c, s, eta, t, p, g):
    s["a"] += g**2
    return p - eta * g / sqrt(s["a"] + c["epsilon"])


def rmsprop(c, s, eta, t, p, g):
    s["a"] = c["rho"] * s["a"] + (1 - c["rho"]) * g**2
    return p - eta * g / sqrt(s["a"] + c["epsilon"])


def adadelta(c, s, eta, t, p, g):
    s["a"] = c["rho"] * s["a"] + (1 - c["rho"]) * g**2
    u = g * sqrt(s["d"] + c["epsilon"]) / sqrt(s["a"] + c["epsilon"])
    s["d"] = c["rho"] * s["d"] + (1 - c["rho"]) * u**2
    return p - eta * u


def adam(c, s, eta, t, p, g):
    b1, b2 = c["beta1"], c["beta2"]
    s["m"] = b1 * s["m"] + (1 - b1) * g
    s["v"] = b2 * s["v"] + (1 - b2) * g**2
    rate = eta * sqrt(1 - b2**t) / (1 - b1**t)
    return p - rate * s["m"] / (sqrt(s["v"]) + c["epsilon"])


def adamax(c, s, eta, t, p, g):
    b1 = c["beta1"]
    s["m"] = b1 * s["m"] + (1 - b1) * g
    s["u"] = max(c["beta2"] * s["u"], abs(g))
    return p - eta / (1 - b1**t) * s["m"] / (s["u"] + c["epsilon"])


def amsgrad(c, s, eta, t, p, g):
    b1, b2 = c["beta1"], c["beta2"]
    s["m"] = b1 * s["m"] + (1 - b1) * g
    s["v"] = b2 * s["v"] + (1 - b2) * g**2
    s["h"] = max(s["h"], s["v"])
    rate = eta * sqrt(1 - b2**t) / (1 - b1**t)
    return p - rate * s["m"] / (sqrt(s["h"]) + c["epsilon"])


def adamw(c, s, eta, t, p, g):
    return adam(c, s, eta, t, p, g) - eta * c["weight_decay"] * p


ADAM = dict(beta1=0.9, beta2=0.999, epsilon=1e-8)
# Rule, its default learning rate (a number of our own where there is none),
# its defaults, and other values of the same keys.
RULES = [
    (sgd, 0.1, {}, {}),
    (momentum, 0.1, dict(momentum=0.9), dict(momentum=0.5)),
    (nesterov_momentum, 0.1, dict(momentum=0.9), dict(momentum=0.5)),
    (adagrad, 1.0, dict(epsilon=1e-6), dict(epsilon=1e-3)),
    (rmsprop, 1.0, dict(rho=0.9, epsilon=1e-6), dict(rho=0.6, epsilon=1e-4)),
    (adadelta, 1.0, dict(rho=0.95, epsilon=1e-6), dict(rho=0.6, epsilon=1e-4)),
    (adam, 0.001, ADAM, dict(beta1=0.5, beta2=0.9, epsilon=1e-3)),
    (adamax, 0.002, ADAM, dict(beta1=0.5, beta2=0.7, epsilon=1e-3)),
    (amsgrad, 0.001, ADAM, dict(beta1=0.5, beta2=0.6, epsilon=1e-3)),
    (adamw, 0.001, dict(ADAM, weight_decay=0.01),
     dict(beta1=0.5, beta2=0.9, epsilon=1e-3, weight_decay=2.0)),
]


MOVES = 1 / 40  # of its momentum that a rule loses by each step


def momentum_key(config):
    return next((k for k in ("momentum", "beta1") if k in config), None)


def at_step(config, t, moves):
    """The configuration with the momentum of step t."""
    key = momentum_key(config)
    return dict(config, **{key: config[key] * (1 - t * moves)}) if moves else \
        config


def run(rule, config, rates, moves=0):
    """The parameters after STEPS steps, and the largest step of any."""
    p, largest = list(START), 0.0
    for i in range(len(p)):
        state = dict.fromkeys("vadmuh", 0.0)
        for t in range(1, STEPS + 1):
            before = p[i]
            p[i] = rule(at_step(config, t, moves), state, rates[t - 1], t,
                        p[i], GRADIENTS[t - 1][i])
            largest = max(largest, abs(p[i] - before))
    return p, largest


def peers():
    """The rules that PyTorch has, with our formula's configuration."""
    tiny, lr = 1e-60, 0.01
    a = dict(beta1=0.9, beta2=0.999, epsilon=tiny)
    optim, betas = torch.optim, (0.9, 0.999)
    yield sgd, {}, lambda p: optim.SGD(p, lr)
    yield momentum, dict(momentum=0.9), lambda p: optim.SGD(p, lr, 0.9)
    yield (nesterov_momentum, dict(momentum=0.9),
           lambda p: optim.SGD(p, lr, 0.9, nesterov=True))
    yield (adagrad, dict(epsilon=1e-6), lambda p: optim.Adagrad(
        p, lr, initial_accumulator_value=1e-6, eps=0))
    yield (rmsprop, dict(rho=0.9, epsilon=tiny),
           lambda p: optim.RMSprop(p, lr, alpha=0.9, eps=1e-30))
    yield (adadelta, dict(rho=0.95, epsilon=1e-6),
           lambda p: optim.Adadelta(p, lr, rho=0.95, eps=1e-6))
    yield adam, a, lambda p: optim.Adam(p, lr, betas, eps=tiny)
    yield adamax, a, lambda p: optim.Adamax(p, lr, betas, eps=tiny)
    yield (amsgrad, a,
           lambda p: optim.Adam(p, lr, betas, eps=tiny, amsgrad=True))
    yield (adamw, dict(a, weight_decay=0.5),
           lambda p: optim.AdamW(p, lr, betas, eps=tiny, weight_decay=0.5))


def move_momentum(group, config, t, moves):
    """PyTorch's OneCycleLR changes momentum and betas in place, too."""
    key = momentum_key(config)
    if moves and "betas" in group:
        group["betas"] = (at_step(config, t, moves)[key], group["betas"][1])
    elif moves:
        group["momentum"] = at_step(config, t, moves)[key]


def check_against_peers():
    for rule, config, make in peers():
        for moves in (0, MOVES) if momentum_key(config) else (0,):
            want, _ = run(rule, config, [0.01] * STEPS, moves)
            p = torch.tensor(START, requires_grad=True)
            optimizer = make([p])
            for t, g in enumerate(GRADIENTS, 1):
                move_momentum(optimizer.param_groups[0], config, t, moves)
                p.grad = torch.tensor(g)
                optimizer.step()
            difference = max(abs(a - b) for a, b in zip(p.tolist(), want))
            assert difference < 1e-13, (rule.__name__, p.tolist(), want)


def numbers(values):
    return "{" + ", ".join(repr(float(v)) for v in values) + "}"


def words(config):
    """Keys and values as a C array of pairs."""
    pairs = ", ".join('{"%s", %r}' % kv for kv in config.items())
    return "{" + (pairs or "{0}") + "}"


SETTING = """
struct golden_setting {
    const char *key; /* NULL ends */
    double value;
};"""


def print_updates():
    print(SETTING + """
enum { GOLDEN_STEPS = %d, GOLDEN_WIDTH = %d };

static const double golden_start[GOLDEN_WIDTH] = %s;
static const double golden_gradient[GOLDEN_STEPS][GOLDEN_WIDTH] = {%s};

/* Step t, from 1, runs at rate * (1 - t / 40), and where the momentum moves
 * with that share of its momentum. */
struct golden_update {
    const char *rule;
    double rate;
    bool momentum_moves;
    bool rate_is_default;
    struct golden_setting settings[5]; /* others: the defaults */
    double p[GOLDEN_WIDTH];
    double largest_step;
};

static const struct golden_update golden_updates[] = {""" % (
        STEPS, len(START), numbers(START),
        ", ".join(numbers(g) for g in GRADIENTS)))
    required = (sgd, momentum, nesterov_momentum)
    for rule, rate, defaults, other in RULES:
        rows = [(defaults, 1, 0), (other, 0.5, 0)]
        rows += [(defaults, 1, MOVES)] if momentum_key(defaults) else []
        for config, scale, moves in rows:
            given = config if config is not defaults else {}
            rates = [scale * rate * (1 - t / 40) for t in range(1, STEPS + 1)]
            p, largest = run(rule, config, rates, moves)
            is_default = scale == 1 and rule not in required
            print('{"%s", %r, %s, %s, %s, %s, %r},' % (
                rule.__name__, scale * rate, str(moves > 0).lower(),
                str(is_default).lower(), words(given), numbers(p), largest))
    print("};")


def scaled_tanh(z):
    return 1.75 * torch.tanh(0.625 * z)


def selu_of(scale, negative):
    return lambda z: scale * torch.where(z > 0, z, negative * torch.expm1(z))


F = torch.nn.functional
ACTIVATIONS = [
    ("linear", {}, lambda z: z + 0),
    ("rectify", {}, F.relu),
    ("softmax", {}, lambda z: F.softmax(z, 1)),
    ("tanh", {}, torch.tanh),
    ("sigmoid", {}, torch.sigmoid),
    ("scaled_tanh", {}, torch.tanh),
    ("scaled_tanh", dict(scale_in=0.625, scale_out=1.75), scaled_tanh),
    ("leaky_rectify", {}, lambda z: F.leaky_relu(z, 0.01)),
    ("leaky_rectify", dict(leakiness=0.25), lambda z: F.leaky_relu(z, 0.25)),
    ("very_leaky_rectify", {}, lambda z: F.leaky_relu(z, 1 / 3)),
    ("elu", {}, F.elu),
    ("selu", {}, F.selu),
    ("selu", dict(scale=0.75, scale_neg=2.5), selu_of(0.75, 2.5)),
    ("scaled_tanh", dict(scale_in=-0.5, scale_out=-2), lambda z:
     -2 * torch.tanh(-0.5 * z)),
    ("scaled_tanh", dict(scale_in=1, scale_out=0), lambda z: 0 * z),
    ("leaky_rectify", dict(leakiness=0), F.relu),
    ("leaky_rectify", dict(leakiness=-0.5), lambda z: F.leaky_relu(z, -0.5)),
    ("selu", dict(scale=-1.5, scale_neg=0.5), selu_of(-1.5, 0.5)),
    ("selu", dict(scale=1.5, scale_neg=-0.5), selu_of(1.5, -0.5)),
    ("selu", dict(scale=-1.5, scale_neg=-0.5), selu_of(-1.5, -0.5)),
    ("selu", dict(scale=0, scale_neg=1), selu_of(0, 1)),
    ("selu", dict(scale=1, scale_neg=0), selu_of(1, 0)),
    ("gelu", {}, F.gelu),
    ("swish", {}, F.silu),
    ("hard_swish", {}, F.hardswish),
    ("hard_sigmoid", {}, F.hardsigmoid),
    ("mish", {}, F.mish),
    ("softplus", {}, lambda z: F.softplus(z, threshold=700)),
]
# Exact in float; both signs, tiny, ordinary and where exponentials saturate.
Z = [[-20.0, -3.5, -0.75, -2.0**-12, 2.0**-9], [0.5, 1.0, 3.25, 9.0, 40.0]]
DY = [[1.0, -2.0, 0.5, 1.5, -0.25], [3.0, -1.0, 0.75, 2.0, 1.25]]


def print_activations():
    rows, width = len(Z), len(Z[0])
    print(SETTING + """
enum { GOLDEN_ROWS = %d, GOLDEN_COLUMNS = %d };

static const double golden_z[] = %s;
static const double golden_dy[] = %s;

struct golden_activation {
    const char *name;
    struct golden_setting settings[3];
    double y[GOLDEN_ROWS * GOLDEN_COLUMNS], dz[GOLDEN_ROWS * GOLDEN_COLUMNS];
};

static const struct golden_activation golden_activations[] = {""" % (
        rows, width, numbers(sum(Z, [])), numbers(sum(DY, []))))
    for name, config, function in ACTIVATIONS:
        z = torch.tensor(Z, requires_grad=True)
        y = function(z)
        y.backward(torch.tensor(DY))
        print('{"%s", %s, %s, %s},' % (
            name, words(config), numbers(y.flatten().tolist()),
            numbers(z.grad.flatten().tolist())))
    print("};")


LOGITS = [[0.5, -1.0, 2.0, 0.25], [1000.0, 998.0, -1000.0, 0.0],
          [-3.0, -3.0, -3.0, -3.0], [7.5, -8.0, 1.25, 0.0]]
LABELS = [2, 1, 3, 1]


def print_loss():
    z = torch.tensor(LOGITS, requires_grad=True)
    loss = F.cross_entropy(z, torch.tensor(LABELS), reduction="none")
    loss.sum().backward()
    print("""
enum { GOLDEN_SAMPLES = %d, GOLDEN_CLASSES = %d };

static const double golden_logits[] = %s;
static const int32_t golden_labels[GOLDEN_SAMPLES] = {%s};
static const double golden_loss[GOLDEN_SAMPLES] = %s;
static const double golden_loss_gradient[] = %s;""" % (
        len(LOGITS), len(LOGITS[0]), numbers(sum(LOGITS, [])),
        ", ".join(map(str, LABELS)), numbers(loss.tolist()),
        numbers(z.grad.flatten().tolist())))


TARGETS = [[0.25, -2.0, 2.0, 1.5], [999.0, 998.5, -1000.0, 3.0],
           [-3.0, -2.5, -8.0, 0.0], [7.0, -7.75, 1.25, 4.0]]


def focal(gamma):
    """-(1 - p)^gamma log p, 1 - p being the other classes' share."""
    def loss(z):
        logs = F.log_softmax(z, 1)
        label = torch.tensor(LABELS)[:, None]
        others = logs.scatter(1, label, -torch.inf)
        own = logs.gather(1, label)[:, 0]
        return -torch.exp(gamma * torch.logsumexp(others, 1)) * own
    return loss


def multiclass_hinge(delta):
    def loss(z):
        label = torch.tensor(LABELS)[:, None]
        rival = z.scatter(1, label, -torch.inf).max(1).values
        return torch.relu(delta + rival - z.gather(1, label)[:, 0])
    return loss


def smoothed(e):
    return lambda z: F.cross_entropy(
        z, torch.tensor(LABELS), reduction="none", label_smoothing=e)


def mean_of(function, **keys):
    return lambda z: function(
        z, torch.tensor(TARGETS), reduction="none", **keys).mean(1)


def binary_crossentropy(z):
    return F.binary_cross_entropy_with_logits(
        z, (torch.tensor(TARGETS) > 0).to(z.dtype), reduction="none").mean(1)


def binary_hinge(delta):
    side = torch.tensor(TARGETS).sign() + (torch.tensor(TARGETS) == 0) * -1
    return lambda z: torch.relu(delta - side * z).mean(1)


LOSSES = [
    ("categorical_crossentropy", {}, smoothed(0.0)),
    ("categorical_crossentropy", dict(label_smoothing=0.125), smoothed(0.125)),
    ("focal", {}, focal(2)),
    ("focal", dict(gamma=0.5), focal(0.5)),
    ("focal", dict(gamma=0.0), focal(0)),
    ("multiclass_hinge", {}, multiclass_hinge(1)),
    ("multiclass_hinge", dict(delta=4.5), multiclass_hinge(4.5)),
    ("binary_crossentropy", {}, binary_crossentropy),
    ("binary_hinge", {}, binary_hinge(1)),
    ("binary_hinge", dict(delta=0.4375), binary_hinge(0.4375)),
    ("squared_error", {}, mean_of(F.mse_loss)),
    ("absolute_error", {}, mean_of(F.l1_loss)),
    ("huber", {}, mean_of(F.huber_loss)),
    ("huber", dict(delta=0.375), mean_of(F.huber_loss, delta=0.375)),
]


def print_losses():
    print(SETTING + """
static const float golden_targets[] = %s;

struct golden_cost {
    const char *name;
    struct golden_setting settings[2];
    double loss[GOLDEN_SAMPLES];
    double gradient[GOLDEN_SAMPLES * GOLDEN_CLASSES];
};

static const struct golden_cost golden_costs[] = {""" %
          numbers(sum(TARGETS, [])))
    for name, config, function in LOSSES:
        z = torch.tensor(LOGITS, requires_grad=True)
        loss = function(z)
        loss.sum().backward()
        print('{"%s", %s, %s, %s},' % (
            name, words(config), numbers(loss.tolist()),
            numbers(z.grad.flatten().tolist())))
    print("};")


def fixed(r, t, T, E):
    return r


def linear(r, t, T, E, stop):
    return r if T == 1 else r + (stop - r) * t / (T - 1)


def exponential(r, t, T, E, gamma):
    return r * gamma ** floor(t / E)


def step(r, t, T, E, gamma, every=None, at=()):
    borders = [e * E for e in at] if every is None else \
        [e * E for e in range(every, ceil(T / E) + 1, every)]
    return r * gamma ** sum(t >= b for b in borders)


def polynomial(r, t, T, E, stop, power=1):
    return stop + (r - stop) * (1 - t / T) ** power


def cosine(r, t, T, E, stop=0, restarts=None, mult=1):
    length = T if restarts is None else restarts * E
    while t >= length:
        t -= length
        length *= mult
    return stop + (r - stop) * (1 + cos(pi * t / length)) / 2


def one_cycle(r, t, T, E, start=None, stop=None, warm=0.3, turn=None):
    """turn: the values at begin, summit and end; else from r."""
    if T == 1:
        return r
    first, summit, last = turn or (
        r / 25 if start is None else start, r,
        r / 10000 if stop is None else stop)
    w = warm * T
    if t < w:
        return first + (summit - first) * (1 - cos(pi * t / w)) / 2
    return last + (summit - last) * (1 + cos(pi * (t - w) / (T - w))) / 2


def scheduled(form, keys, r, t, epochs, E, warmup):
    """A value of the learning rate; warmup (epochs, start) before the form."""
    w, start = warmup[0] * E, warmup[1]
    T = epochs * E - w
    if t >= w:
        return form(r, t - w, T, E, **keys) if T > 1 else r
    first = form(r, 0, T, E, **keys) if T > 1 else r
    return start + (first - start) * t / w


def momentum_of(form, keys, beta, t, epochs, E, warmup):
    """It waits for the end of the warmup."""
    w = warmup[0] * E
    T = epochs * E - w
    return form(beta, max(t - w, 0), T, E, **keys) if T > 1 else beta


# The document, learning rate and momentum as functions, epochs, updates of one,
# warmup.  Lengths of 1, borders of epochs, cycles that the end cuts off.
R, BETA = 0.3, 0.9
NONE = (0, 0)
SCHEDULES = [
    ("constant", fixed, {}, fixed, {}, 3, 4, NONE),
    ("{linear: {stop: 0.003}}", linear, dict(stop=0.003), fixed, {}, 3, 4,
     NONE),
    ("{linear: {stop: 0.003}}", linear, dict(stop=0.003), fixed, {}, 1, 1,
     NONE),
    ("{linear: {stop: 0.6}}", linear, dict(stop=0.6), fixed, {}, 1, 2, NONE),
    ("{exponential: {gamma: 0.7}}", exponential, dict(gamma=0.7), fixed, {}, 5,
     3, NONE),
    ("{step: {every: 2, gamma: 0.1}}", step, dict(every=2, gamma=0.1), fixed,
     {}, 7, 3, NONE),
    ("{step: {at: [1, 4], gamma: 0.5}}", step, dict(at=(1, 4), gamma=0.5),
     fixed, {}, 6, 4, NONE),
    ("{polynomial: {stop: 0.01}}", polynomial, dict(stop=0.01), fixed, {}, 4,
     5, NONE),
    ("{polynomial: {stop: 0, power: 2.5}}", polynomial,
     dict(stop=0, power=2.5), fixed, {}, 4, 5, NONE),
    ("cosine", cosine, {}, fixed, {}, 4, 6, NONE),
    ("cosine", cosine, {}, fixed, {}, 1, 1, NONE),
    ("{cosine: {stop: 0.02, restarts: 2}}", cosine,
     dict(stop=0.02, restarts=2), fixed, {}, 5, 4, NONE),
    ("{cosine: {restarts: 1, mult: 2}}", cosine, dict(restarts=1, mult=2),
     fixed, {}, 6, 4, NONE),
    ("{cosine: {restarts: 2, mult: 1.5}}", cosine, dict(restarts=2, mult=1.5),
     fixed, {}, 8, 3, NONE),
    ("one_cycle", one_cycle, {}, fixed, {}, 4, 6, NONE),
    ("one_cycle", one_cycle, {}, fixed, {}, 1, 1, NONE),
    ("{one_cycle: {warm: 0, momentum: [0.8, 0.95]}}", one_cycle,
     dict(warm=0), one_cycle, dict(warm=0, turn=(0.95, 0.8, 0.95)), 4, 6,
     NONE),
    ("{one_cycle: {warm: 1, start: 0, stop: 0.1, momentum: [0.8, 0.95]}}",
     one_cycle, dict(warm=1, start=0, stop=0.1), one_cycle,
     dict(warm=1, turn=(0.95, 0.8, 0.95)), 4, 6, NONE),
    ("{one_cycle: {momentum: [0.85, 0.95]}}", one_cycle, {}, one_cycle,
     dict(turn=(0.95, 0.85, 0.95)), 3, 8, NONE),
    ("plateau", fixed, {}, fixed, {}, 3, 4, NONE),
    ("{warmup: {epochs: 2, start: 0.05}}", fixed, {}, fixed, {}, 4, 5,
     (2, 0.05)),
    ("{learning_rate: cosine, warmup: {epochs: 2}}", cosine, {}, fixed, {}, 6,
     4, (2, 0)),
    ("{learning_rate: cosine, warmup: {epochs: 2.5}}", cosine, {}, fixed, {},
     6, 3, (2.5, 0)),
    ("{learning_rate: {step: {every: 1, gamma: 0.5}}, warmup: 0.7}", step,
     dict(every=1, gamma=0.5), fixed, {}, 2, 10, (0.7, 0)),
    ("{learning_rate: one_cycle, warmup: {epochs: 1, start: 0.5}, "
     "momentum: {linear: {stop: 0.5}}}", one_cycle, {}, linear,
     dict(stop=0.5), 5, 4, (1, 0.5)),
    ("{learning_rate: {linear: {stop: 0}}, warmup: 9}", linear, dict(stop=0),
     fixed, {}, 3, 4, (9, 0)),
    ("{learning_rate: one_cycle, warmup: 3}", one_cycle, {}, fixed, {}, 3, 4,
     (3, 0)),
    ("{momentum: {polynomial: {stop: 0.99, power: 2}}}", fixed, {},
     polynomial, dict(stop=0.99, power=2), 2, 12, NONE),
    ("{momentum: {exponential: {gamma: 0.5}}, learning_rate: {exponential: "
     "{gamma: 1.5}}}", exponential, dict(gamma=1.5), exponential,
     dict(gamma=0.5), 4, 3, NONE),
]


def check_forms_against_peers():
    """PyTorch's schedulers, stepped by epochs or updates as ours are."""
    of = torch.optim.lr_scheduler
    T, E = 24, 4
    rows = [
        (exponential, dict(gamma=0.7), lambda o: of.ExponentialLR(o, 0.7), E),
        (step, dict(every=2, gamma=0.1), lambda o: of.StepLR(o, 2, 0.1), E),
        (step, dict(at=(1, 4), gamma=0.5),
         lambda o: of.MultiStepLR(o, [1, 4], 0.5), E),
        (linear, dict(stop=0.03), lambda o: of.LinearLR(
            o, 1.0, 0.1, total_iters=T - 1), 1),
        (polynomial, dict(stop=0, power=2.5),
         lambda o: of.PolynomialLR(o, T, 2.5), 1),
        (cosine, dict(stop=0.02), lambda o: of.CosineAnnealingLR(o, T, 0.02),
         1),
        (cosine, dict(stop=0.02, restarts=1, mult=2), lambda o:
         of.CosineAnnealingWarmRestarts(o, E, 2, 0.02), 1),
    ]
    for form, keys, make, updates in rows:
        optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], R)
        scheduler = make(optimizer)
        for t in range(T):
            got = optimizer.param_groups[0]["lr"]
            want = form(R, t, T, E, **keys)
            assert abs(got - want) < 1e-14, (form.__name__, t, got, want)
            optimizer.step()
            if (t + 1) % updates == 0:
                scheduler.step()


def print_table(name, rows):
    """Rows, and the numbers of all of them in one list."""
    values, table = [], []
    for yaml, epochs, E, value in rows:
        table.append('{"%s", %d, %d, %s_values + %d},' % (
            yaml, epochs, E, name, len(values)))
        values += map(value, range(epochs * E))
    print("/* clang-format off */\nstatic const double %s_values[] = {\n%s};\n"
          "/* clang-format on */" % (name, textwrap.fill(
              ", ".join(repr(float(v)) for v in values), 79,
              initial_indent="    ", subsequent_indent="    ")))
    print("static const struct golden_schedule %s[] = {" % name)
    print("\n".join(table) + "};")


def print_schedules():
    check_forms_against_peers()
    print("""
/* From learning rate %r or momentum %r. */
struct golden_schedule {
    const char *yaml;
    int64_t epochs, epoch_updates;
    const double *values; /* of every update */
};
""" % (R, BETA))
    print_table("golden_rates", [
        (yaml, epochs, E, lambda t, a=(form, keys), b=(epochs, E, warmup):
         scheduled(*a, R, t, *b))
        for yaml, form, keys, _, _, epochs, E, warmup in SCHEDULES])
    print_table("golden_momenta", [
        (yaml, epochs, E, lambda t, a=(form, keys), b=(epochs, E, warmup):
         momentum_of(*a, BETA, t, *b))
        for yaml, _, _, form, keys, epochs, E, warmup in SCHEDULES
        if form != fixed])


NAME = sys.argv[1]
check_against_peers()
print("""/*
 * %s.h - written by scripts/make-golden-rules.py, not by hand:
 * results of %s, computed without this program.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>""" % (NAME, dict(
    rules="update rules", activations="activations", losses="losses",
    schedules="schedules")[NAME]))
if NAME == "rules":
    print_updates()
elif NAME == "activations":
    print_activations()
elif NAME == "schedules":
    print_schedules()
else:
    print_loss()
    print_losses()
