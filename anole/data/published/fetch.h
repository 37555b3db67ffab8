#pragma once

// Downloads data sets from where their authors publish them. Rules:
// 1. A file is in its place only if all its bytes are right: it grows as `<name>.part`, its md5 is
//    checked, it is fsynced and then renamed.
// 2. What has arrived is kept: the next call goes on from there, if the server can.
// 3. A file that is already there is never overwritten.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace anole {

struct FetchFile {
  std::string name;  // in the folder, and behind the mirror's address
  std::string md5;   // 32 hex digits
};

// images_background.zip and images_evaluation.zip with the md5 sums their authors' repository
// gives.
std::vector<FetchFile> omniglot_files();

struct FetchProgress {
  std::string file;
  std::int64_t done = 0;   // bytes, those of an earlier call included
  std::int64_t total = 0;  // bytes; 0: the server does not say
};

struct FetchOptions {
  std::filesystem::path folder = {};  // empty: omniglot in the data root (dataset.h)
  std::string mirror = "https://raw.githubusercontent.com/brendenlake/omniglot/master/python";
  std::vector<FetchFile> files = omniglot_files();
  int connect_seconds = 30;  // to wait for a connection
  int stall_seconds = 60;    // to wait while fewer than one byte a second arrives
  // Called on the caller's thread as bytes arrive. May throw: that ends the call, .part is kept.
  std::function<void(const FetchProgress&)> progress = {};
};

struct FetchedFile {
  std::filesystem::path path;
  bool downloaded = false;  // false: it was there
};

// Fetches the archives of Omniglot (Lake et al. 2015; MIT licence) that are not there yet, in the
// order of `files`. Throws Error saying what failed, what was kept and what to do: no network, an
// HTTP error, a cut or stalled connection, a wrong md5, a full disk, a file of that name with other
// bytes, another fetch into the same folder.
std::vector<FetchedFile> fetch_omniglot(const FetchOptions& options = {});

}  // namespace anole
