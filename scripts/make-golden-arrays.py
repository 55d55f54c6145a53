#!/usr/bin/env python3
"""Write tests/data/golden/arrays: arrays as NumPy writes them.

Each NAME.npy or NAME.npz is small; NAME.csv beside it holds the samples that
are in it, as rows of label or targets and numbers in the order of channels.
Run with a Python that has NumPy; the result is committed, the tests need no
Python.
"""
import os
import warnings
import zipfile
import numpy as np
from numpy.lib import format as npy

FOLDER = os.path.join(os.path.dirname(__file__), "../tests/data/golden/arrays")
COUNT = 6
LABELS = np.array([3, 0, 1, 3, 1, 0])


def path(name):
    return os.path.join(FOLDER, name)


def text(value):
    return "%d" % value if float(value).is_integer() else "%.9g" % value


def rows(name, answers, samples):
    answers = np.asarray(answers).reshape(COUNT, -1)
    samples = np.asarray(samples).reshape(COUNT, -1)
    with open(path(name + ".csv"), "w") as out:
        for i in range(COUNT):
            row = list(answers[i]) + list(samples[i])
            out.write(",".join(text(v) for v in row) + "\n")


def values(shape, step, start=0):
    count = COUNT * int(np.prod(shape))
    return (np.arange(count) * step + start).reshape((COUNT,) + shape)


def save(name, array, version=(1, 0)):
    with open(path(name + ".npy"), "wb") as out:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            npy.write_array(out, array, version=version)


os.makedirs(FOLDER, exist_ok=True)
np.save(path("labels.npy"), LABELS)
for kind in ("u1", "i1", "<u2", ">u4", "<u8", ">i2", "<i4", ">i8"):
    save("labels-" + kind.strip("<>"), LABELS.astype(kind))
save("column", LABELS.astype("u1").reshape(COUNT, 1))
save("one-hot", np.eye(4, dtype="f4")[LABELS])
save("reals", LABELS.astype("f4"))

grey = (values((3, 2), 37) % 256).astype("u1")
save("grey", grey)
rows("grey", LABELS, grey)
for kind in ("i1", "u2", "u4", "u8", "i2", "i4", "i8", "f4", "f8"):
    for order in "<>":
        name = kind + ("-big" if order == ">" else "")
        start = 0 if kind[0] == "u" else -50
        step = 0.125 if kind[0] == "f" else 3
        array = values((2, 2, 2), step, start).astype(order + kind)
        save(name, array)
        rows(name, LABELS, array)
save("bool", values((5,), 1) % 3 == 0)
rows("bool", LABELS, values((5,), 1) % 3 == 0)
colour = (values((2, 3, 3), 29) % 256).astype("u1")
save("last", colour, (2, 0))
rows("last", LABELS, colour.transpose(0, 3, 1, 2))
save("last-f4", (colour / 8).astype("f4"), (3, 0))
rows("last-f4", LABELS, (colour / 8).transpose(0, 3, 1, 2))
targets = values((2,), 0.25, -1).astype("f8")
save("targets", targets)
save("sky-sea", np.array([[i & 1, i >> 1 & 1] for i in range(COUNT)], "i4"))
table = values((4,), 0.5).astype("f4")
save("table", table)
rows("table", LABELS, table)
table[4, 1] = np.nan
save("nan", table)
save("fortran", np.asfortranarray(table))
save("objects", np.array(["a"] * COUNT, dtype=object))
save("words", np.array(["cat", "dog"] * 3))
save("halves", table.astype("f2"))
save("none", np.zeros((0, 2, 2), "u1"))

members = {"x_train": grey, "y_train": LABELS, "x_test": grey[::-1],
           "y_test": LABELS[::-1]}
np.savez(path("stored.npz"), **members)
np.savez_compressed(path("deflated.npz"), **members)
np.savez(path("alone.npz"), grey)
with zipfile.ZipFile(path("packed.npz"), "w") as archive:
    for name in ("grey", "labels"):
        kind = zipfile.ZIP_LZMA if name == "grey" else zipfile.ZIP_BZIP2
        archive.write(path(name + ".npy"), name + ".npy", kind)
# Names without .npy, a comment, and numbers of 64 bits throughout.
with zipfile.ZipFile(path("named.npz"), "w") as archive:
    archive.write(path("grey.npy"), "pictures")
    archive.write(path("labels.npy"), "answers")
    archive.comment = b"PK\x05\x06 is no end of an archive"
zipfile.ZIP64_LIMIT = 10
zipfile.ZIP_FILECOUNT_LIMIT = 1
with zipfile.ZipFile(path("wide.npz"), "w", zipfile.ZIP_DEFLATED) as archive:
    archive.write(path("grey.npy"), "x.npy")
    archive.write(path("labels.npy"), "y.npy")
