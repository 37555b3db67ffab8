"""Reads the file that container_test.cpp writes, with the stock safetensors package, and checks it."""

import re
import sys

import numpy
import safetensors

with safetensors.safe_open(sys.argv[1], framework="numpy") as file:
    metadata = file.metadata()
    assert metadata["format"] == "anole-bundle", metadata
    assert metadata["format_version"] == "2", metadata
    assert metadata["note"] == "tiny", metadata
    assert metadata["checksum"].startswith("xxh3-128:"), metadata
    assert list(file.keys()) == ["w"], list(file.keys())
    tensor = file.get_tensor("w")
assert tensor.dtype == numpy.float32 and tensor.tolist() == [[1, 2], [3, 4]], tensor

try:
    import xxhash
except ImportError:
    sys.exit()
data = open(sys.argv[1], "rb").read()
blank, count = re.subn(rb'("checksum":"xxh3-128:)[0-9a-f]{32}', rb"\g<1>" + b"0" * 32, data, count=1)
assert count == 1
assert xxhash.xxh3_128_hexdigest(blank) == metadata["checksum"].removeprefix("xxh3-128:")
