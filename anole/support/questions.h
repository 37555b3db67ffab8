#pragma once

// What a network is asked about: pictures and rows of numbers, named on a command line, in folders,
// in tables, or a line each.

#include <cstdint>
#include <functional>
#include <istream>
#include <string>
#include <vector>

#include "anole/bundle/bundle.h"
#include "anole/data/dataset.h"
#include "anole/support/truth.h"

namespace anole {

// One input. Either its row, or why there is none.
struct Question {
  std::string input = {};       // as it was named: a path, a line, "data.csv row 3"
  std::vector<float> row = {};  // [C, H, W]
  std::string error = {};       // empty: the row is good
  // The label that is right, where the folder that it lies in, or its label in a table, is called
  // like one of the bundle's. A picture at the top of a zip lies in a folder of the zip's name.
  int truth = kTruthUnknown;
};

using TakeQuestion = std::function<void(const Question& question)>;

// Calls `take` for everything at `path`, in order: a picture, the pictures in a folder or zip, or
// the rows of a table (`table`: its header and the column of labels, which is left out if there is
// one). Throws Error for a path that is not there or holds nothing that the network takes; a
// picture that cannot be read is a question with an error, one of a kind that is not read too.
void ask_about(const std::string& path, const Bundle& bundle, const DataOptions& table,
               const TakeQuestion& take);

// One line, the `number`th: the path of a picture or, where the network takes numbers, these,
// separated by commas, semicolons or blanks; the input is then "line <number>".
Question question_of_line(const std::string& line, std::int64_t number, const Bundle& bundle);

}  // namespace anole
