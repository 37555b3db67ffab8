#pragma once

// What libFuzzer runs, and what replays the corpus: one function a reader of files from outside.
// Each takes the bytes of one input and returns 0. A mistake in the input is an anole::Error and
// stays inside; whatever else comes out (a crash, another exception, a sanitizer's report) is a
// finding.

#include <cstdint>
#include <span>
#include <string_view>

namespace anole::fuzz {

using Input = std::span<const std::uint8_t>;

int fuzz_image(Input bytes);    // decode_image
int fuzz_csv(Input bytes);      // csv_separator and parse_csv
int fuzz_npy(Input bytes);      // parse_npy, its values, its layout
int fuzz_table(Input bytes);    // load_vectors: a line of options, then a .csv; and list_lines
int fuzz_archive(Input bytes);  // Archive::open of a zip, and all its entries
int fuzz_bundle(Input bytes);   // load_bundle; the checksum is set right first
int fuzz_tasks(Input bytes);    // load_tasks
int fuzz_options(Input bytes);  // JSON, and the options of a run in it

struct Target {
  std::string_view name;
  int (*run)(Input);
};
inline constexpr Target kTargets[] = {
    {"image", &fuzz_image}, {"csv", &fuzz_csv},         {"npy", &fuzz_npy},
    {"table", &fuzz_table}, {"archive", &fuzz_archive}, {"bundle", &fuzz_bundle},
    {"tasks", &fuzz_tasks}, {"options", &fuzz_options},
};

}  // namespace anole::fuzz
