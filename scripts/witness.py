"""The formulas of training and of its metrics, written out for compare-torch.

Update rules, losses and schedules are those of man cnnctl-config, in double
precision; metrics are computed the slow way.
"""
import math

import numpy as np
import torch
import torch.nn.functional as F

CLASSES = 10


# ---- update rules: (state, p, g, t, regularizable, rate, beta)

def sgd(s, p, g, t, reg, r, b):
    return p - r * g


def momentum(s, p, g, t, reg, r, b):
    s["v"] = b * s.get("v", 0) - r * g
    return p + s["v"]


def nesterov_momentum(s, p, g, t, reg, r, b):
    s["v"] = b * s.get("v", 0) - r * g
    return p + b * s["v"] - r * g


def adagrad(s, p, g, t, reg, r, b):
    s["a"] = s.get("a", 0) + g * g
    return p - r * g / torch.sqrt(s["a"] + 1e-6)


def rmsprop(s, p, g, t, reg, r, b):
    s["a"] = 0.9 * s.get("a", 0) + 0.1 * g * g
    return p - r * g / torch.sqrt(s["a"] + 1e-6)


def adadelta(s, p, g, t, reg, r, b):
    s["a"] = 0.95 * s.get("a", 0) + 0.05 * g * g
    d = s.get("d", torch.zeros_like(g))
    u = g * torch.sqrt(d + 1e-6) / torch.sqrt(s["a"] + 1e-6)
    s["d"] = 0.95 * d + 0.05 * u * u
    return p - r * u


def moments(s, g, b):
    s["m"] = b * s.get("m", 0) + (1 - b) * g
    s["v"] = 0.999 * s.get("v", 0) + 0.001 * g * g


def adam(s, p, g, t, reg, r, b):
    moments(s, g, b)
    a = r * (1 - 0.999 ** t) ** 0.5 / (1 - b ** t)
    return p - a * s["m"] / (torch.sqrt(s["v"]) + 1e-8)


def adamax(s, p, g, t, reg, r, b):
    s["m"] = b * s.get("m", 0) + (1 - b) * g
    s["u"] = torch.maximum(0.999 * s.get("u", torch.zeros_like(g)), g.abs())
    return p - r / (1 - b ** t) * s["m"] / (s["u"] + 1e-8)


def amsgrad(s, p, g, t, reg, r, b):
    moments(s, g, b)
    s["h"] = torch.maximum(s.get("h", torch.zeros_like(g)), s["v"])
    a = r * (1 - 0.999 ** t) ** 0.5 / (1 - b ** t)
    return p - a * s["m"] / (torch.sqrt(s["h"]) + 1e-8)


def adamw(s, p, g, t, reg, r, b):
    return adam(s, p, g, t, reg, r, b) - (r * 0.01 * p if reg else 0)


RATES = {sgd: 0.05, momentum: 0.01, nesterov_momentum: 0.01, adagrad: 0.01,
         rmsprop: 0.001, adadelta: 1.0, adam: 0.001, adamax: 0.002,
         amsgrad: 0.001, adamw: 0.001}


# ---- losses of samples: (outputs before the last nonlinearity, answers)

def hot(y):
    return F.one_hot(y, CLASSES).double()


def crossentropy(z, y):
    return F.cross_entropy(z, y, reduction="none")


def smoothed(z, y):
    wanted = 0.9 * hot(y) + 0.1 / CLASSES
    return -(wanted * F.log_softmax(z, 1)).sum(1)


def focal(z, y):
    p = (F.softmax(z, 1) * hot(y)).sum(1)
    return -(1 - p) ** 2 * torch.log(p)


def multiclass_hinge(z, y):
    right = (z * hot(y)).sum(1)
    others = (z - 1e9 * hot(y)).max(1).values
    return F.relu(others - right + 1)


def squared_error(z, y):
    return ((z - y) ** 2).mean(1)


def absolute_error(z, y):
    return (z - y).abs().mean(1)


def huber(z, y):
    d = (z - y).abs()
    return torch.where(d <= 0.7, d * d / 2, 0.7 * (d - 0.35)).mean(1)


def binary_crossentropy(z, y):
    return F.binary_cross_entropy_with_logits(z, y, reduction="none").mean(1)


def binary_hinge(z, y):
    return F.relu(1 - z * (2 * y - 1)).mean(1)


# ---- schedules: (updates done, updates of the run, of an epoch, rate)

def cosine_restarts(t, T, E, r):
    cycle = E
    while t >= cycle:
        t, cycle = t - cycle, 2 * cycle
    return 0.001 + (r - 0.001) * (1 + math.cos(math.pi * t / cycle)) / 2


def one_cycle(t, T, E, r):
    start, stop, w = r / 25, r / 10000, 0.3 * T
    if t < w:
        return start + (r - start) * (1 - math.cos(math.pi * t / w)) / 2
    return stop + (r - stop) * (1 + math.cos(math.pi * (t - w) / (T - w))) / 2


def warm_cosine(t, T, E, r):
    W = 1.5 * E
    if t < W:
        return 0.002 + (r - 0.002) * t / W
    return r * (1 + math.cos(math.pi * (t - W) / (T - W))) / 2


SCHEDULES = {
    "linear": ({"linear": {"stop": 0.001}},
               lambda t, T, E, r: r + (0.001 - r) * t / (T - 1)),
    "exponential": ({"exponential": {"gamma": 0.5}},
                    lambda t, T, E, r: r * 0.5 ** (t // E)),
    "step every": ({"step": {"every": 2, "gamma": 0.1}},
                   lambda t, T, E, r: r * 0.1 ** (t // E // 2)),
    "step at": ({"step": {"at": [1, 3], "gamma": 0.1}},
                lambda t, T, E, r: r * 0.1 ** ((t >= E) + (t >= 3 * E))),
    "polynomial": ({"polynomial": {"power": 2, "stop": 0.001}},
                   lambda t, T, E, r: 0.001 + (r - 0.001) * (1 - t / T) ** 2),
    "cosine": ({"cosine": {}},
               lambda t, T, E, r: r * (1 + math.cos(math.pi * t / T)) / 2),
    "cosine restarts": ({"cosine": {"stop": 0.001, "restarts": 1, "mult": 2}},
                        cosine_restarts),
    "one_cycle": ({"one_cycle": {}}, one_cycle),
    "warmup": ({"learning_rate": {"cosine": {}},
                "warmup": {"epochs": 1.5, "start": 0.002}}, warm_cosine),
}


# ---- metrics, the slow way

def auc(scores, positive):
    high, low = scores[positive], scores[~positive]
    wins = (high[:, None] > low).sum() + 0.5 * (high[:, None] == low).sum()
    return wins / (len(high) * len(low))


def counted(guess, truth):
    """Precision, recall and f1 of one class or label."""
    hits = (guess & truth).sum()
    p = hits / guess.sum() if guess.sum() else 0
    r = hits / truth.sum() if truth.sum() else 0
    return p, r, 2 * p * r / (p + r) if p + r else 0


def metrics_of(kind, out, y):
    if kind == "real":
        error, spread = out - y, y - y.mean(0)
        return {"rmse": math.sqrt((error ** 2).mean()),
                "mse": (error ** 2).mean(), "mae": np.abs(error).mean(),
                "r2": (1 - (error ** 2).sum(0) / (spread ** 2).sum(0)).mean()}
    if kind == "labels":
        pairs = [(out[:, k] >= 0.5, y[:, k] == 1) for k in range(y.shape[1])]
        rows = [counted(*pair) for pair in pairs]
        right = np.stack([g == t for g, t in pairs], 1)
        named = dict(zip(("precision", "recall", "f1"), np.mean(rows, 0)))
        areas = [auc(out[:, k], y[:, k] == 1) for k in range(y.shape[1])]
        return {**named, "subset_accuracy": right.all(1).mean(),
                "auc": np.mean(areas)}
    guess = out.argmax(1)
    classes = [k for k in range(out.shape[1]) if (y == k).any()]
    rows = [counted(guess == k, y == k) for k in classes]
    named = dict(zip(("precision", "recall", "f1"), np.mean(rows, 0)))
    return {**named, "accuracy": (guess == y).mean(),
            "balanced_accuracy": named["recall"],
            "auc": np.mean([auc(out[:, k], y == k) for k in classes])}
