"""What a wheel must do where it was installed: adapt, answer, save and load, and say mistakes."""

import numpy as np

import anole

pictures = np.full((6, 14, 14), 255, dtype=np.uint8)
for i in range(3):
    pictures[i, 3 + i, 2:12] = 0
    pictures[3 + i, 2:12, 3 + i] = 0
names = ["flat"] * 3 + ["up"] * 3
adapter = anole.untrained((1, 14, 14), ways=2).adapt(pictures, names, steps=50, lr=0.003)
assert adapter.predict(pictures).tolist() == names
adapter.save("mine.anole")
assert anole.load("mine.anole").to_bytes() == adapter.to_bytes()
try:
    adapter.adapt(pictures, names, steps=-1)
except anole.UsageError as error:
    assert "expected an integer at least 0" in str(error)
else:
    raise AssertionError("steps=-1 was taken")
print(f"anole {anole.__version__} works in {anole.__file__}")
