#pragma once

// The system calls that make files durable, in the order in which the library made them. Test
// programs link recorded_calls.cpp with -Wl,--wrap=… for each of them.

#include <string>
#include <vector>

namespace anole {

// Records while it lives: "write F", "fsync F", "fdatasync F", "link F to G", "rename F to G". Of
// files the name, "temporary" for a hidden one; "folder" for a folder.
class RecordedCalls {
 public:
  RecordedCalls();
  ~RecordedCalls();
  RecordedCalls(const RecordedCalls&) = delete;
  RecordedCalls& operator=(const RecordedCalls&) = delete;

  const std::vector<std::string>& calls() const;
};

}  // namespace anole
