#pragma once

// The text files of a run folder: run.json, and metrics.jsonl with one JSON object a line, each
// with an integer "iteration" = meta-iterations done when it was written. Format: docs/formats.md.

#include <cstdint>
#include <filesystem>
#include <string_view>

#include "anole/io/file_descriptor.h"

namespace anole {

inline constexpr const char* kRunFile = "run.json";
inline constexpr const char* kMetricsFile = "metrics.jsonl";
inline constexpr const char* kBundleFile = "bundle.anole";  // at the end
inline constexpr const char* kTimingFile = "timing.jsonl";  // how long it took; lines alike

// Writes run.json atomically. `json` is an object; a final newline is added if there is none.
void write_run_file(const std::filesystem::path& run_folder, std::string_view json);

// Appends to metrics.jsonl, or to `file`. Lines are written whole, one system call each, so that a
// killed process leaves at most one torn line, the last. Throws Error naming path and reason; a
// line that could not be written whole is taken back.
class MetricsLog {
 public:
  // Makes the file if there is none.
  explicit MetricsLog(const std::filesystem::path& run_folder, const char* file = kMetricsFile);
  void append(std::string_view json_object);  // one line, without its newline
  void sync();  // makes all lines durable; call it before the checkpoint that they belong to

 private:
  std::filesystem::path path_;
  FileDescriptor file_;
};

// Keeps of metrics.jsonl and timing.jsonl the lines whose "iteration" is at most `iteration` and
// drops a torn last line; for a resumed run, before either is opened to append. A file that is not
// there is left alone. Throws Error naming path and line for any other line of metrics.jsonl that
// is not such an object; of timing.jsonl, whose times nothing depends on, such lines are dropped.
void cut_logs(const std::filesystem::path& run_folder, std::int64_t iteration);

}  // namespace anole
