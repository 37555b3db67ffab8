// Runs a target on every file of a folder, in bytewise order: what the fuzzer has found once stays
// found. Exit code 1 if there is no such target or no file.

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "tests/fuzz/targets.h"

int main(int count, char** arguments) {
  namespace fs = std::filesystem;
  const std::string_view name = count == 3 ? arguments[1] : "";
  const auto* target = std::ranges::find(anole::fuzz::kTargets, name, &anole::fuzz::Target::name);
  if (target == std::end(anole::fuzz::kTargets)) {
    std::fprintf(stderr, "expected a target and a folder\n");
    return 1;
  }
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(arguments[2])) files.push_back(entry.path());
  std::ranges::sort(files);
  for (const auto& file : files) {
    std::printf("%s\n", file.c_str());
    std::fflush(stdout);
    std::ifstream stream(file, std::ios::binary);
    const std::vector<char> bytes(std::istreambuf_iterator<char>(stream), {});
    target->run({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
  }
  return files.empty() ? 1 : 0;
}
