#pragma once

// The built-in data set: handwriting-like characters drawn by a program, so that everything can be
// tried without a download. No character is real, but classes, drawings and difficulty are alike to
// Omniglot: 60 alphabets of 25 characters, each drawn by 20 hands, 28 x 28 grey, ink 0 and paper 1.
// The same seed gives the same bytes on every machine and with any number of threads.

#include <cstdint>

#include "anole/data/dataset.h"

namespace anole {

struct GlyphOptions {
  std::uint64_t seed = 0;  // another seed is another world of alphabets
  int alphabets = 60;
  int characters = 25;  // of an alphabet
  int items = 20;       // drawings of a character
  int image_size = 28;  // pixels
  int threads = 0;      // 0: all cores
};

// Classes are named "alphabet07/character03", counting from 01, their group is the alphabet. Fewer
// alphabets, characters or items are a prefix of more. Throws UsageError if a number is below 1 or
// the images below 8 pixels.
ClassDataset make_glyphs(const GlyphOptions& options);

// make_glyphs with seed `split_seed`, which the user's cache folder keeps (image_cache.h), and its
// split:
// - `alphabets` (usual): alphabets 1 to 48 train, 49 to 60 test, so test alphabets are new too;
// - `seeded`: all characters shuffled by the same `split_seed`, `test_fraction` of them for
// testing. Training classes come in four rotations if `rotations`.
LoadedData load_glyphs(const DataOptions& options);

}  // namespace anole
