#pragma once

// A user's labelled examples, as they lie on disk: pictures by folder or by name, or a table. Each
// becomes a row as the bundle's preprocessing says.
//
//   gestures/wave/1.jpg gestures/point/a.png …   one folder a class; also zipped
//   gestures/wave.png gestures/point.png …       loose files: a class each, named after the file
//   gestures.csv, gestures.npy                   a table, as data/vectors.h says

#include <filesystem>
#include <string>
#include <vector>

#include "anole/bundle/bundle.h"
#include "anole/data/dataset.h"

namespace anole {

// What loose pictures in a folder are: a class each in a support set, with which a bundle begins
// anew; one class, named after the folder, where it is added to those that a bundle holds.
enum class LoosePictures { kClassEach, kOneClass };

struct SupportSource {
  std::filesystem::path path = {};
  LoosePictures loose = LoosePictures::kClassEach;
  Invert invert = Invert::kAuto;
  DataOptions table = {};  // label_column, labels, header, leave_out
};

struct SupportSet {
  std::vector<LabelledRow> examples = {};  // in canonical order
  bool inverted = false;                   // beside what they were read for does
  std::vector<std::string> notes = {};     // what is odd about them, a line each
};

// Throws Error for a path that is not there, a file that cannot be read, a folder without pictures,
// pictures where the network takes numbers, and the other way round.
SupportSet read_support(const SupportSource& source, const Bundle& bundle);

}  // namespace anole
