"""Writes small grey pictures, PNG files of 14x14 pixels: pictures.py PATH/CLASS:COUNT...

A class draws the same strokes wherever it lies; its pictures differ by their number.
"""
import pathlib
import random
import struct
import sys
import zlib

SIZE = 14


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(rows):
    header = struct.pack(">IIBBBBB", SIZE, SIZE, 8, 0, 0, 0, 0)
    data = zlib.compress(b"".join(b"\0" + bytes(row) for row in rows))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b""))


def draw(name, number):
    rows = [[255] * SIZE for _ in range(SIZE)]
    strokes, noise = random.Random(name), random.Random(f"{name} {number}")
    for _ in range(30):
        x, y = strokes.randrange(SIZE), strokes.randrange(SIZE)
        if noise.random() < 0.9:
            rows[y][x] = 0
    return rows


for argument in sys.argv[1:]:
    folder, count = argument.rsplit(":", 1)
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for i in range(int(count)):
        (folder / f"{i:02}.png").write_bytes(png(draw(folder.name, i)))
