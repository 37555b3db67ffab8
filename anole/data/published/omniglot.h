#pragma once

// Omniglot: 1,623 handwritten characters of 50 alphabets, each drawn by 20 people. Lake,
// Salakhutdinov & Tenenbaum, "Human-level concept learning through probabilistic program
// induction", Science 350, 2015. Paper is 1, ink is 0; 105x105 resized to 28x28 by nearest
// neighbour.
//
// Files: images_background (964 characters) and images_evaluation (659), each a zip or a folder of
// that name, holding `<Alphabet>/characterNN/XXXX_YY.png` below any number of folders. Classes are
// `<Alphabet>/characterNN` of both together, in bytewise order; their group is the alphabet.
//
// Splits:
//   authors                the usual one: 1,200 / 423, of the program of Nichol, Achiam & Schulman
//                          2018
//   vinyals                1,028 / 172 validation / 423: Vinyals et al. 2016
//   background_evaluation  964 / 659, in bytewise order: Lake et al. 2015
//   seeded                 shuffled by split_seed, test_fraction of the characters for testing

#include <array>
#include <filesystem>
#include <string>
#include <string_view>

#include "anole/data/dataset.h"
#include "anole/data/image_set.h"

namespace anole {

// One of the two archives of the original distribution.
struct OmniglotPart {
  std::string_view name;  // "background"
  std::string_view file;  // "images_background", a zip or a folder
  std::string_view md5;   // of the original zip; zips packed again differ and are as good
  std::int32_t alphabets, characters;
};

inline constexpr std::array<OmniglotPart, 2> kOmniglotParts = {{
    {"background", "images_background", "68d2efa1b9178cc56df9314c21c6e718", 30, 964},
    {"evaluation", "images_evaluation", "6b91aef0f799c5bb55b94e3f2daec811", 20, 659},
}};
inline constexpr std::int32_t kOmniglotDrawings = 20;  // of a character

// A drawing's place in the set, read from its path.
struct OmniglotPath {
  std::string character;  // "Korean/character07"; empty if the path is not of this form
  std::string alphabet;   // "Korean"
  int number = 0;         // XXXX, in [1, 1623]
  int drawing = 0;        // YY, in [1, 20]
};
OmniglotPath parse_omniglot_path(std::string_view path);

// The folder of the archives. Throws Error saying where it looked.
std::filesystem::path find_omniglot(const std::filesystem::path& option);

// `data`, the split options, `image_size`, `rotations` and `threads` are used. Throws Error if
// files are missing or damaged, or the counts are not those above.
LoadedData load_omniglot(const DataOptions& options);

}  // namespace anole
