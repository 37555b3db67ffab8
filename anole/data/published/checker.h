#pragma once

// What the checks of all data sets share: open, decode and count, and note every problem.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "anole/core/error.h"
#include "anole/core/shape.h"
#include "anole/data/published/check.h"
#include "anole/files/archive.h"

namespace anole {

// What an Error says after "<where>: ", which DataProblem::where already says.
std::string reason_of(const Error& error, const std::string& where);

// Fills a DataReport, part after part.
class Checker {
 public:
  Checker(std::string name, std::filesystem::path folder, int threads);

  void problem(std::string where, std::string reason);
  void note(std::string text);

  // Begins a part of one file.
  void begin(DataPart part);
  // Begins a part; nothing, and a problem, if it cannot be opened.
  std::unique_ptr<Archive> open(DataPart part);
  // The part that was begun last.
  DataPart& part() { return report_.parts.back(); }

  // Decodes all images: those that cannot be decoded are problems, and so are those of another size
  // than `expected` or with a colour where it is grey. Without channels nothing is expected.
  void decode(const Archive& archive, const Shape& expected = {});

  // The size of an image that was decoded elsewhere.
  void saw(const Shape& shape);

  // Takes the number of items of each of the part's classes.
  void count(const std::vector<std::int32_t>& items);
  void groups(std::size_t count);

  // The report with its totals. Call once, last.
  DataReport finish();

 private:
  DataReport report_;
  int threads_;
  std::set<std::pair<int, int>> sizes_;  // height, width of images
  bool has_color_ = false;
};

}  // namespace anole
