#pragma once

// One process at a time works in a run folder: two that resume one run would write the lines of its
// logs twice and take each other's checkpoints away. Readers (eval, report, info) need no lock.

#include <filesystem>
#include <string>

#include "anole/io/file_descriptor.h"

namespace anole {

inline constexpr const char* kLockFile = ".lock";  // in the run folder; its text names the holder

// Holds the folder from construction on; the system lets go of it when the process ends, however it
// ends. The file stays: removing it would let a third process lock a new one beside a waiting one.
class RunLock {
 public:
  // Throws Error naming the holder, as far as it is known, if another process (or another RunLock
  // of this one) works in the folder.
  explicit RunLock(const std::filesystem::path& run_folder);

  // Empty, or why the folder could not be locked: its file system has no locks.
  const std::string& note() const { return note_; }

 private:
  FileDescriptor file_;
  std::string note_;
};

}  // namespace anole
