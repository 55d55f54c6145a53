#!/usr/bin/python3
"""Write tests/golden/rules.h and losses.h: what update rules, activations and
losses give.

The update rules are written out here in plain Python from their published
formulas; where PyTorch has the same rule (its epsilon stands elsewhere, so it
is made negligible) the two must agree before anything is written.  Activations
and the loss are PyTorch's, in double precision, gradients by autograd.

    for name in rules activations losses; do
        scripts/make-golden-rules.py $name | clang-format-14 --style=file \
            --assume-filename=x.h > tests/golden/$name.h
    done
"""
import sys
from math import sqrt

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


LOSSES = [
    ("categorical_crossentropy", {}, smoothed(0.0)),
    ("categorical_crossentropy", dict(label_smoothing=0.125), smoothed(0.125)),
    ("focal", {}, focal(2)),
    ("focal", dict(gamma=0.5), focal(0.5)),
    ("focal", dict(gamma=0.0), focal(0)),
    ("multiclass_hinge", {}, multiclass_hinge(1)),
    ("multiclass_hinge", dict(delta=4.5), multiclass_hinge(4.5)),
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


NAME = sys.argv[1]
check_against_peers()
print("""/*
 * %s.h - written by scripts/make-golden-rules.py, not by hand:
 * results of %s, computed without this program.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>""" % (NAME, dict(
    rules="update rules", activations="activations", losses="losses")[NAME]))
if NAME == "rules":
    print_updates()
elif NAME == "activations":
    print_activations()
else:
    print_loss()
    print_losses()
