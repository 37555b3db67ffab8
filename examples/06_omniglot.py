# Real handwriting from Python: characters of Omniglot's evaluation alphabets, 5 at a time, 1 drawing of
# each to learn from, 4 others asked about. An initialisation that 'anole train' made is compared with a
# network that was never trained.
#
#   PYTHONPATH=build/test/python ANOLE_DATA=DIR python3 examples/06_omniglot.py START.anole
#
# START.anole may be what 02_omniglot leaves, omniglot-run/bundle.anole.

import io
import os
import sys
import zipfile

import numpy as np
from PIL import Image

import anole

if "ANOLE_DATA" not in os.environ:
    sys.exit(print("skipped: ANOLE_DATA is not set"))

# Drawings by character, "Alphabet/character": 20 each, 105 x 105, black on white.
archive = zipfile.ZipFile(os.environ["ANOLE_DATA"] + "/omniglot/images_evaluation.zip")
drawings: dict[str, list[str]] = {}
for name in sorted(archive.namelist()):
    if name.endswith(".png"):
        drawings.setdefault(name.rpartition("/")[0], []).append(name)


def picture(name):
    return Image.open(io.BytesIO(archive.read(name)))


def accuracy(start, tasks=40):
    random = np.random.default_rng(0)
    right = 0
    for _ in range(tasks):
        characters = random.choice(sorted(drawings), 5, replace=False)
        chosen = [random.choice(drawings[character], 5, replace=False) for character in characters]
        start.adapt([picture(names[0]) for names in chosen], characters)
        answers = start.predict([picture(name) for names in chosen for name in names[1:]])
        right += (answers == np.repeat(characters, 4)).sum()
    return right / (20 * tasks)


print(f"never trained  {100 * accuracy(anole.untrained((1, 28, 28), ways=5)):.0f} %")
print(f"trained        {100 * accuracy(anole.load(sys.argv[1])):.0f} %")

# Prints, numbers within 6:
# never trained  32 %
# trained        50 %
