#pragma once

// What the loaders of data sets with classes are told, and what they hand over.

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "anole/core/fields.h"
#include "anole/data/class_dataset.h"
#include "anole/data/preprocessing.h"

namespace anole {

// The classes of a data set by name and part, each list in the order of the split.
struct ClassParts {
  std::vector<std::string> train = {}, validation = {}, test = {};
  std::vector<std::string> unused = {};  // in no part
  bool empty() const {
    return train.empty() && validation.empty() && test.empty() && unused.empty();
  }
  bool operator==(const ClassParts&) const = default;
};

struct DataOptions {
  std::string dataset = "glyphs";
  std::filesystem::path data =
      {};  // root of data sets, or the data set's own folder; empty: $ANOLE_DATA, then XDG
  std::string split = {};  // empty: the data set's usual split
  std::int64_t split_seed = 0;
  int train_classes = 0;  // first n characters of the split (before rotations); 0: all
  int test_classes = 0;
  int validation_classes = 0;  // taken from the end of the training characters, rotations and all
  double test_fraction = 0.2;  // of `seeded` splits
  int image_size = 0;     // 0: the data set's usual size (28 Omniglot and glyphs, 84 miniImageNet)
  bool rotations = true;  // Omniglot, glyphs: training classes in four rotations
  bool mirrors = false;   // training classes also as mirror images, each a class of its own
  int channels = 0;       // image_folder: 1 grey, 3 RGB; 0: RGB if any picture has a colour
  ResizeRule resize = ResizeRule::kAuto;
  PictureFit fit = PictureFit::kStretch;
  Invert invert = Invert::kAuto;
  bool skip_small_classes = false;    // leave out classes that cannot fill a task
  std::string label_column = {};      // vectors: name or place of the label column; empty: found
  Header header = Header::kAuto;      // vectors .csv: whether the first record names the columns
  std::string leave_out = {};         // vectors .csv: columns that are no features, by comma
  bool standardize = false;           // vectors: by mean and deviation of the training classes
  std::filesystem::path labels = {};  // vectors .npy: file with one label per row
  int threads = 0;                    // for decoding; 0: all cores
  // What the network takes, where there is one already: data of other pictures or columns is
  // brought to it. Set by programs, not by flags.
  std::optional<Preprocessing> network = {};
  // Own data that an initialisation is evaluated on: the parts that its classes had in training;
  // empty: none of them took part. Classes keep these parts, and the others are test classes where
  // the user has not divided them. Set by programs, not by flags.
  std::optional<ClassParts> known = {};

  // Help texts in braces are lists that the table of task distributions completes.
  static constexpr auto fields() {
    return std::tuple{
        Heading{"Data"},
        Field{"dataset", &DataOptions::dataset, "{data sets}"},
        Field{"data",
              &DataOptions::data,
              "root of the data sets; default $ANOLE_DATA, then the user's data directory",
              {.output = true}},
        Field{"split", &DataOptions::split, "{splits}; empty: the data set's usual one"},
        Field{"split_seed", &DataOptions::split_seed, "seed of seeded splits", {.min = 0}},
        Field{"train_classes",
              &DataOptions::train_classes,
              "use the first n training classes; 0: all",
              {.min = 0}},
        Field{"test_classes",
              &DataOptions::test_classes,
              "use the first n test classes; 0: all",
              {.min = 0}},
        Field{"validation_classes",
              &DataOptions::validation_classes,
              "take the last n classes out of training, for validation",
              {.min = 0}},
        Field{"test_fraction",
              &DataOptions::test_fraction,
              "share of test classes in seeded splits",
              {.min = 0, .max = 1}},
        Field{"image_size",
              &DataOptions::image_size,
              "height and width of images in pixels; 0: the data set's usual size",
              {.min = 0, .max = 1024}},
        Field{"rotations",
              &DataOptions::rotations,
              "train on four rotations of each class (omniglot, glyphs)",
              {.off = "train on each class upright alone (omniglot, glyphs)"}},
        Field{"mirrors", &DataOptions::mirrors,
              "train on the mirror image of each class too, as a class of its own (images)"},
        Field{"channels",
              &DataOptions::channels,
              "image_folder: 1 for grey, 3 for RGB; 0: RGB if any picture has a colour",
              {.min = 0, .max = 3}},
        Field{"resize", &DataOptions::resize,
              "how pictures shrink: area (means), nearest, or auto: nearest for pictures of the "
              "data set's own size (omniglot), area for all others"},
        Field{"fit", &DataOptions::fit,
              "pictures that are not square: stretch, pad with their ground, or crop the middle"},
        Field{"invert", &DataOptions::invert,
              "swap black and white: yes, no, or auto: where the ground is the opposite of "
              "training's"},
        Field{"skip_small_classes", &DataOptions::skip_small_classes,
              "leave out classes that have too few items for a task"},
        Field{"label_column", &DataOptions::label_column,
              "vectors .csv, .tsv: name or place, from 1, of the label column; empty: the one "
              "named label, "
              "labels, class, target or category, else the last"},
        Field{
            "header", &DataOptions::header,
            "vectors .csv, .tsv: whether the first record names the columns: auto, true or false"},
        Field{"leave_out", &DataOptions::leave_out,
              "vectors .csv, .tsv: columns that are no features, by name or place, as id,date"},
        Field{"standardize", &DataOptions::standardize,
              "vectors: give each column mean 0 and deviation 1 over the rows of the training "
              "classes"},
        Field{"labels",
              &DataOptions::labels,
              "vectors from .npy or .npz: file with one label a row, .npy or text",
              {.output = true}}};
  }
};

struct LoadedData {
  ClassDataset dataset;
  ClassSplit split;
  Preprocessing preprocessing;
  std::string name;                     // "omniglot"
  std::string split_name;               // as resolved, e.g. "authors"
  std::vector<std::string> notes = {};  // what is odd about it, a line each
};

// The root for `options.data`: the option, else $ANOLE_DATA, else $XDG_DATA_HOME/anole
// (~/.local/share/anole).
std::filesystem::path data_root(const std::filesystem::path& option);

}  // namespace anole
