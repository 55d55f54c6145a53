#!/usr/bin/python3
"""Write tests/golden/weights.h: what clip_norm, max_norm, the penalties of
layers, freezing and an average of the weights make of given gradients.

Written out here in double precision from the formulas; PyTorch's
clip_grad_norm_ and renorm, whose epsilons are small, must agree before anything
is written.

    scripts/make-golden-weights.py | sed "s/ *$//" > tests/golden/weights.h
"""
import textwrap

import torch

torch.set_default_dtype(torch.float64)

STEPS, RATE, DECAY = 5, 0.5, 0.75
# name, shape, l1, l2 of the layer; biases carry none.  The layer b is frozen.
TENSORS = [
    ("a.weight", (6, 6), 1 / 512, 1 / 32),
    ("a.bias", (6,), 0, 0),
    ("b.weight", (6, 6), 0, 0),
    ("b.bias", (6,), 0, 0),
    ("scores.weight", (3, 6), 0, 0),
    ("scores.bias", (3,), 0, 0),
]
L1, L2 = 1 / 256, 1 / 64
CASES = [  # name, clip_norm, max_norm
    ("plain", 0, 0),
    ("clipped", 1.5, 0),
    ("limited", 0, 1.25),
    ("both", 1.5, 0.75),
]


def start(number, shape):
    count = torch.tensor(shape).prod().item()
    at = torch.arange(count)
    return (((5 * at + 7 * number) % 13 - 6) / 8.0).reshape(shape)


def gradient(step, number, shape):
    count = torch.tensor(shape).prod().item()
    at = torch.arange(count)
    return (((7 * step + 3 * at + number) % 11 - 4) / 2.0**step).reshape(shape)


def clip(gradients, most):
    norm = torch.sqrt(sum((g**2).sum() for g in gradients))
    factor = most / norm if most and norm > most else 1
    clipped = [g * factor for g in gradients]
    if most:
        witness = [torch.zeros_like(g) for g in gradients]
        for w, g in zip(witness, gradients):
            w.grad = g.clone()
        torch.nn.utils.clip_grad_norm_(witness, most)
        for w, c in zip(witness, clipped):
            assert torch.allclose(w.grad, c, rtol=2e-6, atol=0)
    return norm, clipped


def limit(w, most):
    norms = w.flatten(1).norm(dim=1)
    factor = torch.where(norms > most, most / norms, torch.ones_like(norms))
    limited = w * factor.reshape(-1, *[1] * (w.dim() - 1))
    assert torch.allclose(limited, torch.renorm(w, 2, 0, most), rtol=1e-6)
    return limited


def run(most_gradient, most_weight):
    names = [t[0] for t in TENSORS]
    w = [start(i, t[1]) for i, t in enumerate(TENSORS)]
    average = [torch.zeros_like(x) for x in w]
    trained = [i for i, n in enumerate(names) if not n.startswith("b.")]
    norms, penalties = [], []
    for step in range(1, STEPS + 1):
        penalty, g = 0, {}
        for i, (name, shape, l1, l2) in enumerate(TENSORS):
            g[i] = gradient(step, i, shape)
            if name.endswith("weight"):
                penalty += (L1 + l1) * w[i].abs().sum()
                penalty += (L2 + l2) * (w[i] ** 2).sum()
                g[i] = g[i] + (L1 + l1) * w[i].sign() + 2 * (L2 + l2) * w[i]
        norm, clipped = clip([g[i] for i in trained], most_gradient)
        for i, c in zip(trained, clipped):
            w[i] = w[i] - RATE * c
            if most_weight and names[i].endswith("weight"):
                w[i] = limit(w[i], most_weight)
            average[i] = DECAY * average[i] + (1 - DECAY) * w[i]
        norms.append(norm.item())
        penalties.append(penalty.item())
    means = [
        average[i] / (1 - DECAY**STEPS) if i in trained else w[i]
        for i in range(len(w))
    ]
    return norms, penalties, w, means


def numbers(values):
    text = "{" + ", ".join(f"{float(v):.10g}" for v in values) + "}"
    return "\n" + textwrap.fill(text, 76)


def flat(tensors):
    return numbers(torch.cat([t.flatten() for t in tensors]))


print("/*\n * weights.h - written by scripts/make-golden-weights.py.\n */")
print("#pragma once\n\n/* clang-format off */")
count = sum(torch.tensor(t[1]).prod().item() for t in TENSORS)
print(f"enum {{ GOLDEN_STEPS = {STEPS}, GOLDEN_WEIGHTS = {count} }};\n")
print(f"static const double golden_rate = {RATE}, golden_decay = {DECAY},")
print(f"golden_l1 = {L1}, golden_l2 = {L2}, golden_a_l1 = {TENSORS[0][2]},")
print(f"golden_a_l2 = {TENSORS[0][3]};\n")
print("struct golden_weights { const char *name; double clip_norm, max_norm,")
print("norms[GOLDEN_STEPS], penalties[GOLDEN_STEPS],")
print("last[GOLDEN_WEIGHTS], average[GOLDEN_WEIGHTS]; };\n")
print("static const struct golden_weights golden_weights[] = {")
for name, most_gradient, most_weight in CASES:
    norms, penalties, w, means = run(most_gradient, most_weight)
    print(f'{{"{name}", {most_gradient}, {most_weight}, {numbers(norms)},')
    print(f"{numbers(penalties)}, {flat(w)}, {flat(means)}}},")
print("};\n/* clang-format on */")
