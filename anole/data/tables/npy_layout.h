#pragma once

// What the array [n, …] is:
//   - [n], [n, d]: n rows of features. [n, 1, d] and [n, d, 1] too.
//   - [n, H, W]: pictures of one channel if they are square and at least 8 pixels wide, or bytes
//     and at least 8 x 8; else refused, as it may be a sequence.
//   - [n, C, H, W] with C 1, 3 or 4, as PyTorch has it: pictures.
//   - [n, H, W, C] with C 1, 3 or 4, as TensorFlow and picture libraries have it: pictures, moved
//     to [n, C, H, W]. Refused if the second dimension is 1, 3 or 4 as well, unless both are 1.
//   - Four dimensions of which neither is 1, 3 or 4: [n, C, H, W], but refused if the second and
//     third are equal and the last is not (the layout of feature maps with channels last).
//     [n, d, 1, 1] stays d channels.
//   - More dimensions are laid end to end (C order) into features.
// A network that is there already decides between the readings. What was decided without being
// plain is a note; what is refused comes with the lines of NumPy that say which is meant.

#include <optional>
#include <string>

#include "anole/data/preprocessing.h"
#include "anole/files/npy.h"

namespace anole {

// How the numbers of an array lie: as rows of `shape`, or moved there from [H, W, C].
struct ArrayLayout {
  Shape shape;
  bool channels_last = false;
  std::string note = {};
};

// `network` is what a network that is there already takes. Throws Error that begins with `where`.
ArrayLayout layout_of(const NpyArray& array, const std::optional<Preprocessing>& network,
                      const std::string& where);

}  // namespace anole
