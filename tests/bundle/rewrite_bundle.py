"""Reads a bundle with the stock safetensors package, doubles its tensors, and writes a bundle again.

Shows how to write Anole's files from Python: docs/formats.md.  rewrite_bundle.py IN OUT
"""

import json
import sys

import numpy
import safetensors
import xxhash


def write_container(path, tensors, metadata):
    """`tensors`: name -> float32 array, `metadata`: key -> text, without "checksum"."""
    header = {"__metadata__": {"checksum": "xxh3-128:" + "0" * 32} | metadata}
    place = 0
    for name, array in tensors.items():
        end = place + array.nbytes
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [place, end]}
        place = end
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    data = len(text).to_bytes(8, "little") + text
    data += b"".join(array.astype("<f4").tobytes() for array in tensors.values())
    digits = data.index(b"xxh3-128:") + len(b"xxh3-128:")
    digest = xxhash.xxh3_128_hexdigest(data).encode()
    with open(path, "wb") as file:
        file.write(data[:digits] + digest + data[digits + 32 :])


with safetensors.safe_open(sys.argv[1], framework="numpy") as file:
    metadata = file.metadata()
    tensors = {name: 2 * file.get_tensor(name) for name in file.keys()}
assert json.loads(metadata["spec"])["layers"][0]["name"] == "linear"
assert json.loads(metadata["labels"]) == ["cat", "d\u00f6g"]
assert tensors["linear.weight"].dtype == numpy.float32
del metadata["checksum"]
write_container(sys.argv[2], tensors, metadata)
