// Who may include whom inside anole/. The table is the design: a new edge is a design decision, not
// a convenience.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <string>
#include <vector>

namespace anole {
namespace {

namespace fs = std::filesystem;

// "make_learner" stands for the files at the top of anole/.
const std::map<std::string, std::vector<std::string>> kMayInclude = {
    {"core", {}},
    {"io", {"core"}},
    {"files", {"core", "io"}},
    {"data", {"core", "io", "files"}},
    {"tasks", {"core", "files", "data"}},
    {"distributions", {"core", "data", "tasks"}},
    {"models", {"core", "io"}},
    {"adapt", {"core", "tasks", "models"}},
    {"fused", {"core", "tasks", "models", "adapt"}},
    {"onednn", {"core", "tasks", "models", "adapt"}},
    {"reference", {"core", "tasks", "models", "adapt"}},
    {"torch", {"core", "tasks", "models", "adapt"}},
    {"meta", {"core"}},
    {"eval", {"core", "io", "tasks", "adapt"}},
    {"bundle", {"core", "io", "data", "tasks", "models", "adapt", "meta"}},
    {"runs", {"core", "io", "data", "tasks", "models", "adapt", "meta", "eval", "bundle"}},
    {"train",
     {"core", "io", "files", "data", "tasks", "distributions", "models", "adapt", "meta", "eval",
      "bundle", "runs"}},
    {"calibrate", {"core", "tasks", "bundle", "expect"}},
    {"support", {"core", "io", "files", "data", "models", "bundle"}},
    {"c_api",
     {"core", "io", "files", "data", "tasks", "models", "adapt", "bundle", "support",
      "make_learner"}},
    {"recipe", {"core", "io", "files", "data", "distributions", "models", "runs"}},
    {"expect", {"core", "io", "data", "tasks", "models", "adapt", "meta", "eval", "bundle"}},
    {"peers", {"core", "io", "files", "data", "tasks", "eval"}},
    {"program",
     {"core", "io", "data", "tasks", "distributions", "models", "adapt", "eval", "bundle", "runs",
      "train", "recipe", "expect", "calibrate", "make_learner"}},
    {"diagnose", {"core", "tasks", "models", "adapt", "meta"}},
    {"html", {"core", "files"}},
    {"report",
     {"core", "data", "tasks", "models", "eval", "bundle", "runs", "train", "expect", "peers",
      "html"}},
    {"reproduce", {"core", "io", "files", "data", "eval", "runs", "train"}},
    {"tensorboard", {"core", "io", "files", "runs", "train", "report", "html"}},
    {"distributed", {"core"}},
    {"federated", {"core", "io", "tasks", "adapt", "meta", "eval"}},
    {"make_learner", {"fused", "onednn", "reference", "torch", "core", "adapt", "models"}},
};

// Third-party headers, each at home in one folder.
const std::map<std::string, std::string> kHome = {
    {"oneapi/", "onednn"}, {"dnnl", "onednn"},      {"omp.h", "onednn"}, {"Random123/", "core"},
    {"nlohmann/", "io"},   {"xxhash.h", "io"},      {"zip.h", "files"},  {"spng.h", "files"},
    {"jpeglib", "files"},  {"jerror", "files"},     {"webp/", "files"},  {"curl/", "data"},
    {"openssl/", "files"}, {"utf8proc.h", "files"}, {"CLI/", "cli"},     {"toml++/", "program"},
};

struct Include {
  fs::path file;       // below anole/
  std::string folder;  // of that file
  std::string target;  // as written between the quotes or brackets
};

std::string folder_of(const fs::path& below_anole) {
  return below_anole.has_parent_path() ? below_anole.begin()->string() : "make_learner";
}

std::vector<Include> includes_of_the_library() {
  static const std::regex kInclude(R"re(^\s*#\s*include\s*["<]([^">]+)[">])re");
  const fs::path root = fs::path(ANOLE_SOURCE_DIR) / "anole";
  std::vector<Include> found;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    const fs::path file = entry.path().lexically_relative(root);
    if (file.extension() != ".h" && file.extension() != ".cpp" && file.extension() != ".inl")
      continue;
    std::ifstream source(entry.path());
    for (std::string line; std::getline(source, line);) {
      std::smatch match;
      if (std::regex_search(line, match, kInclude))
        found.push_back({file, folder_of(file), match[1]});
    }
  }
  return found;
}

TEST(Layering, EveryFolderHasItsRowInTheTable) {
  for (const auto& entry : fs::directory_iterator(fs::path(ANOLE_SOURCE_DIR) / "anole")) {
    if (!entry.is_directory()) continue;
    EXPECT_TRUE(kMayInclude.contains(entry.path().filename().string())) << entry.path();
  }
}

TEST(Layering, FoldersIncludeOnlyWhatTheTableAllows) {
  int checked = 0;
  for (const Include& include : includes_of_the_library()) {
    if (!include.target.starts_with("anole/") || include.target == "anole/version.h") continue;
    ++checked;
    const std::string to = folder_of(include.target.substr(6));
    if (to == include.folder) continue;
    const auto& allowed = kMayInclude.at(include.folder);
    EXPECT_TRUE(std::ranges::find(allowed, to) != allowed.end())
        << "anole/" << include.file.string() << " includes " << include.target << ", but "
        << include.folder << " may not include " << to;
  }
  EXPECT_GT(checked, 50);
}

TEST(Layering, LibraryHeadersAreIncludedByTheirFullPath) {
  const fs::path root = ANOLE_SOURCE_DIR;
  for (const Include& include : includes_of_the_library()) {
    const fs::path beside = root / "anole" / include.file.parent_path() / include.target;
    EXPECT_FALSE(fs::exists(beside)) << "anole/" << include.file.string() << ": write \"anole/"
                                     << include.folder << "/" << include.target << "\"";
  }
}

TEST(Layering, ThirdPartyHeadersStayInTheirOneFolder) {
  for (const Include& include : includes_of_the_library()) {
    for (const auto& [prefix, home] : kHome) {
      if (!include.target.starts_with(prefix)) continue;
      EXPECT_EQ(include.folder, home)
          << "anole/" << include.file.string() << " includes " << include.target;
    }
  }
}

}  // namespace
}  // namespace anole
