#!/usr/bin/env python3
"""Write tests/data/images, small pictures in files, and
tests/data/golden/images.inc, what becomes of pictures that are resized.

PNG files are written here, by the standard alone, and the pixels expected of
them are those that went in; JPEG files are cjpeg's, and theirs are djpeg's.
Resized pictures are computed in fractions.  Needs numpy, Pillow (for CMYK) and
libjpeg-turbo's programs; the result is committed, the tests need none of them.
"""
import io
import os
import struct
import subprocess
import zlib
from fractions import Fraction

import numpy as np
from PIL import Image

HERE = os.path.dirname(os.path.abspath(__file__))
FOLDER = os.path.join(HERE, "../tests/data/images")
GOLDEN = os.path.join(HERE, "../tests/data/golden/images.inc")
os.makedirs(FOLDER, exist_ok=True)
random = np.random.RandomState(7)

GREY, RGB, PALETTE, GREY_ALPHA, RGBA = 0, 2, 3, 4, 6
CHANNELS = {GREY: 1, RGB: 3, PALETTE: 1, GREY_ALPHA: 2, RGBA: 4}
# The passes of Adam7: first row and column, steps.
ADAM7 = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4),
         (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]


def save(name, data):
    with open(os.path.join(FOLDER, name), "wb") as f:
        f.write(data)


def chunk(name, data):
    crc = zlib.crc32(name + data)
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", crc)


def rows_of(samples, depth):
    """Packed rows of filter type 0."""
    out = b""
    for row in samples:
        if depth == 16:
            line = row.astype(">u2").tobytes()
        else:
            bits = "".join(format(int(v), "0%db" % depth) for v in row.ravel())
            bits += "0" * (-len(bits) % 8)
            line = bytes(int(bits[i:i + 8], 2) for i in range(0, len(bits), 8))
        out += b"\0" + line
    return out


def png(samples, depth, kind, interlaced=False, before=(), after=()):
    height, width = samples.shape[:2]
    raw = b""
    if interlaced:
        for y, x, dy, dx in ADAM7:
            part = samples[y::dy, x::dx]
            if part.size:
                raw += rows_of(part, depth)
    else:
        raw = rows_of(samples, depth)
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0,
                         int(interlaced))
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
    for name, content in before:
        data += chunk(name, content)
    data += chunk(b"IDAT", zlib.compress(raw, 9))
    for name, content in after:
        data += chunk(name, content)
    return data + chunk(b"IEND", b"")


def half_up(numerator, denominator):
    return (2 * numerator + denominator) // (2 * denominator)


def to_bytes(samples, depth):
    return half_up(samples.astype(np.int64) * 255, 2 ** depth - 1)


def over(pixels, alpha, background=0):
    return half_up(alpha * pixels + (255 - alpha) * background, 255)


def pnm(pixels):
    height, width, channels = pixels.shape
    head = "P%d\n%d %d\n255\n" % (6 if channels == 3 else 5, width, height)
    return head.encode() + pixels.astype(np.uint8).tobytes()


def both(name, samples, depth, kind, expected, before=()):
    save(name + ".png", png(samples, depth, kind, False, before))
    save(name + "-interlaced.png", png(samples, depth, kind, True, before))
    save(name + ".pnm", pnm(expected))


def draw(depth, channels, height=7, width=11):
    top = 2 ** depth
    samples = random.randint(0, top, (height, width, channels))
    samples[0, 0], samples[0, 1] = 0, top - 1
    return samples


for depth in (1, 2, 4, 8, 16):
    grey = draw(depth, 1)
    both("grey%d" % depth, grey, depth, GREY, to_bytes(grey, depth))
    key = int(grey[3, 4, 0])
    seen = np.where(grey == key, 0, to_bytes(grey, depth))
    both("grey%d-key" % depth, grey, depth, GREY, seen,
         [(b"tRNS", struct.pack(">H", key))])
for depth in (8, 16):
    colour = draw(depth, 3)
    colour[2, 2] = colour[5, 1]
    both("rgb%d" % depth, colour, depth, RGB, to_bytes(colour, depth))
    key = colour[2, 2]
    hidden = (colour == key).all(axis=2, keepdims=True)
    # A neighbour that is the same in 8 bits alone is seen.
    both("rgb%d-key" % depth, colour, depth, RGB,
         np.where(hidden, 0, to_bytes(colour, depth)),
         [(b"tRNS", struct.pack(">3H", *key))])
    grey = draw(depth, 2)
    whole = to_bytes(grey, depth)
    both("grey-alpha%d" % depth, grey, depth, GREY_ALPHA,
         over(whole[..., :1], whole[..., 1:]))
    colour = draw(depth, 4)
    whole = to_bytes(colour, depth)
    both("rgba%d" % depth, colour, depth, RGBA,
         over(whole[..., :3], whole[..., 3:]))
for depth in (1, 2, 4, 8):
    count = min(2 ** depth, 200)
    index = random.randint(0, count, (7, 11, 1))
    table = random.randint(0, 256, (count, 3))
    alpha = np.full(count, 255)
    alpha[:count // 2 + 1] = random.randint(0, 256, count // 2 + 1)
    entries = [(b"PLTE", table.astype(np.uint8).tobytes())]
    both("palette%d" % depth, index, depth, PALETTE, table[index[..., 0]],
         entries)
    entries.append((b"tRNS", bytes(int(a) for a in alpha[:count // 2 + 1])))
    both("palette%d-alpha" % depth, index, depth, PALETTE,
         over(table[index[..., 0]], alpha[index]), entries)

# Over a background of one colour and of three; chunks that change nothing.
pixels = draw(8, 2)
save("over.png", png(pixels, 8, GREY_ALPHA, before=[
    (b"gAMA", struct.pack(">I", 100000)), (b"sRGB", b"\0"),
    (b"bKGD", b"\0\x40"), (b"tEXt", b"Comment\0nothing")]))
save("over-200.pnm", pnm(over(pixels[..., :1], pixels[..., 1:], 200)))
save("over-colour.pnm",
     pnm(over(pixels[..., :1], pixels[..., 1:], np.array([10, 200, 255]))))

# Lies on its side, as Exif before and behind the pixels says.
pixels = draw(8, 3)
exif = b"MM\0*" + struct.pack(">IHHHIHH", 8, 1, 0x0112, 3, 1, 6, 0) + b"\0" * 4
save("turned.png", png(pixels, 8, RGB, before=[(b"eXIf", exif)]))
save("turned-behind.png", png(pixels, 8, RGB, after=[(b"eXIf", exif)]))
save("turned.pnm", pnm(np.rot90(pixels, -1)))


def picture(height, width):
    y, x = np.mgrid[0:height, 0:width]
    smooth = [127 + 100 * np.sin(y / 5 + c) * np.cos(x / (7 - c)) for c in
              range(3)]
    noisy = np.stack(smooth, 2) + random.randint(-20, 20, (height, width, 3))
    return np.clip(noisy, 0, 255).astype(np.uint8)


def run(*command, data):
    return subprocess.run(command, input=data, stdout=subprocess.PIPE,
                          check=True).stdout


for name, options, size in [
        ("jpeg-grey", ["-grayscale"], (29, 35)),
        ("jpeg-444", ["-sample", "1x1"], (29, 35)),
        ("jpeg-422", ["-sample", "2x1"], (30, 33)),
        ("jpeg-420", ["-sample", "2x2"], (29, 35)),
        ("jpeg-440", ["-sample", "1x2"], (31, 18)),
        ("jpeg-411", ["-sample", "4x1", "-quality", "30"], (17, 41)),
        ("jpeg-restart", ["-restart", "1"], (40, 40)),
        ("jpeg-progressive", ["-progressive"], (29, 35)),
        ("jpeg-progressive-grey", ["-progressive", "-grayscale"], (16, 16)),
        ("jpeg-arithmetic", ["-arithmetic"], (29, 35)),
        ("jpeg-rgb", ["-rgb"], (13, 14)),
        ("jpeg-one", ["-quality", "95"], (1, 1))]:
    data = run("cjpeg", *options, data=pnm(picture(*size)))
    save(name + ".jpg", data)
    save(name + ".pnm", run("djpeg", "-pnm", data=data))
cmyk = io.BytesIO()
Image.fromarray(picture(8, 8)).convert("CMYK").save(cmyk, "JPEG")
save("cmyk.jpg", cmyk.getvalue())


def weights(start, end):
    """[end][start] fractions: the share of each pixel in each new one."""
    rows = []
    for i in range(end):
        row = [Fraction(0)] * start
        if end <= start:
            low, high = Fraction(i * start, end), Fraction((i + 1) * start, end)
            for j in range(start):
                part = min(high, j + 1) - max(low, j)
                row[j] = max(part, Fraction(0)) / (high - low)
        else:
            at = (i + Fraction(1, 2)) * start / end - Fraction(1, 2)
            at = min(max(at, Fraction(0)), Fraction(start - 1))
            first = int(at)
            row[first] += 1 - (at - first)
            if first + 1 < start:
                row[first + 1] += at - first
        rows.append(row)
    return rows


def nearest(value):
    return int((2 * value + 1) // 2)


def stretch(pixels, height, width):
    down = weights(pixels.shape[0], height)
    right = weights(pixels.shape[1], width)
    out = np.zeros((height, width, pixels.shape[2]), int)
    for c in range(pixels.shape[2]):
        for y in range(height):
            for x in range(width):
                total = sum(a * b * int(pixels[j, k, c])
                            for j, a in enumerate(down[y]) if a
                            for k, b in enumerate(right[x]) if b)
                out[y, x, c] = nearest(total)
    return out


def fit(pixels, height, width, how, background):
    rows, columns = pixels.shape[:2]
    wide = Fraction(columns, rows) > Fraction(width, height)
    if how == "crop":
        if wide:
            keep = max(1, nearest(Fraction(rows * width, height)))
            pixels = pixels[:, (columns - keep) // 2:][:, :keep]
        else:
            keep = max(1, nearest(Fraction(columns * height, width)))
            pixels = pixels[(rows - keep) // 2:][:keep]
    if how != "pad":
        return stretch(pixels, height, width)
    h, w = height, width
    if wide:
        h = max(1, nearest(Fraction(rows * width, columns)))
    else:
        w = max(1, nearest(Fraction(columns * height, rows)))
    out = np.full((height, width, pixels.shape[2]), background)
    top, left = (height - h) // 2, (width - w) // 2
    out[top:top + h, left:left + w] = stretch(pixels, h, w)
    return out


def array(values):
    lines, line = [], "            "
    for word in map(str, values):
        if len(line) + len(word) + 2 > 79:
            lines.append(line.rstrip())
            line = "            "
        line += word + ", "
    lines.append(line.rstrip(", "))
    return "\n".join(lines)


cases = []
for rows, columns, channels, height, width in [
        (6, 4, 1, 3, 2), (3, 2, 1, 6, 4), (5, 7, 3, 3, 4), (4, 9, 3, 6, 6),
        (9, 4, 1, 6, 6), (7, 5, 1, 7, 9), (1, 1, 3, 2, 3), (2, 13, 1, 5, 5)]:
    for how in ("stretch", "crop", "pad"):
        pixels = random.randint(0, 256, (rows, columns, channels))
        made = fit(pixels, height, width, how, 77)
        cases.append("    {%d, %d, %d, %d, %d, IMAGE_%s,\n"
                     "        {\n%s},\n        {\n%s}},\n" %
                     (channels, rows, columns, height, width, how.upper(),
                      array(pixels.ravel()),
                      array(made.transpose(2, 0, 1).ravel())))
with open(GOLDEN, "w") as f:
    f.write("/* Written by scripts/make-golden-images.py: channels, size, the "
            "size wanted and\n * the fit, pixels [h, w, c], what becomes of "
            "them [c, h, w], over 77. */\n")
    f.writelines(cases)
