#pragma once

// Tables that tests write for themselves, and what load_vectors makes of them.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "anole/data/vectors.h"
#include "tests/data/data_files.h"

namespace anole::testing {

inline std::vector<float> row(const ClassDataset& set, std::int32_t class_index,
                              std::int32_t item) {
  std::vector<float> out(set.shape().size());
  set.copy_row({class_index}, item, out);
  return out;
}

inline std::vector<std::string> class_names(const LoadedData& data) {
  std::vector<std::string> names;
  for (const auto& one : data.dataset.classes()) names.push_back(one.name);
  return names;
}

// An array as numpy.save writes it (format 1).
template <class T>
std::string npy_bytes(const std::string& type, const std::string& shape,
                      const std::vector<T>& values) {
  const std::string header =
      "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }\n";
  std::string bytes =
      std::string("\x93NUMPY\x01") + '\0' + static_cast<char>(header.size()) + '\0' + header;
  bytes.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
  return bytes;
}

// A folder with the one table of a test.
class Tables : public ::testing::Test {
 protected:
  LoadedData load(const std::string& text, DataOptions options = {}) {
    options.data = folder_.path() / "data.csv";
    write_file(options.data, text);
    return load_vectors(options);
  }
  // The message of the error, without the folder.
  std::string error(const std::string& text, const DataOptions& options = {}) {
    return local(error_of([&] { load(text, options); }));
  }
  // What is odd about the table, a line each, without the folder.
  std::string notes(const std::string& text, const DataOptions& options = {}) {
    return notes(load(text, options));
  }
  std::string notes(const LoadedData& data) const {
    std::string all;
    for (const auto& note : data.notes) all += local(note) + "\n";
    return all;
  }
  std::string local(std::string message) const {
    const auto prefix = folder_.path().string() + "/";
    for (auto at = message.find(prefix); at != message.npos; at = message.find(prefix)) {
      message.erase(at, prefix.size());
    }
    return message;
  }
  template <class T>
  fs::path write(const std::string& name, const std::string& type, const std::string& shape,
                 const std::vector<T>& values) {
    write_file(folder_.path() / name, npy_bytes(type, shape, values));
    return folder_.path() / name;
  }
  TempFolder folder_;
};

}  // namespace anole::testing
