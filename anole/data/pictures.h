#pragma once

// What is decided for the pictures of a data set as a whole: how they become rows, whether they are
// grey, whether they are inverted; and what of that a user should hear.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "anole/data/dataset.h"
#include "anole/data/preprocessing.h"
#include "anole/files/archive.h"

namespace anole {

// By a data set's own protocol. Omniglot's 105x105 drawings, and glyphs that stand for them, take
// the nearest neighbour to 28x28; so do miniImageNet's 84x84 at another size. All others are
// shrunk by area; channels, height and width are 0 where the pictures decide them.
Preprocessing usual_pictures(std::string_view dataset);

// Whether `dataset` is one of pictures.
bool has_pictures(std::string_view dataset);

// What `options` make of `usual`: channels, size and way of resizing are those asked for, else
// those of options.network if it takes pictures, else the usual. A protocol of the data set's own
// goes before the network's. Throws UsageError for 2 channels.
Preprocessing picture_form(const DataOptions& options, const Preprocessing& usual);

// What was seen of the pictures of a data set while they were decoded.
struct PictureCounts {
  std::int64_t files = 0;
  std::int64_t colored = 0;                            // have a colour
  std::int64_t reshaped = 0;                           // are not in the proportion of the row
  std::int64_t nearest = 0;                            // were resized by the nearest neighbour
  std::int64_t first_colored = 0, first_reshaped = 0;  // index of such a file
  bool operator==(const PictureCounts&) const = default;
};

// Of the data set, and of its first files of a kind.
struct PictureNames {
  std::string dataset, colored, reshaped;
};

// Lines on `counts`, of pictures that became rows as `made` says. Of the channels only where the
// pictures or the network decided them.
std::vector<std::string> picture_notes(const PictureCounts& counts, const PictureNames& names,
                                       const Preprocessing& made, const DataOptions& options);

// A line on grounds that are opposite, empty where they are not.
std::string ground_note(Ground pictures, bool inverted, const DataOptions& options);

// "12 files left out (.gif): convert them to PNG", of the pictures that are not read; or empty.
std::string left_out_note(const Archive& archive);

}  // namespace anole
