#include "anole/peers/exchange.h"

#include <fmt/ranges.h>

#include <array>
#include <tuple>
#include <utility>

#include "anole/core/error.h"
#include "anole/files/npy_writer.h"
#include "anole/io/atomic_file.h"
#include "anole/io/json.h"

namespace anole {
namespace {

namespace fs = std::filesystem;

// Numbers rows in the order in which tasks ask for them, each once.
class RowNumbers {
 public:
  explicit RowNumbers(const ClassDataset& dataset) : dataset_(dataset) {}

  std::int32_t number(const ClassRef& ref, std::int32_t item) {
    const std::array key{ref.class_index, turn_code(ref), item};
    const auto [place, is_new] = numbers_.emplace(key, static_cast<std::int32_t>(numbers_.size()));
    if (is_new) {
      const auto size = dataset_.shape().size();
      rows_.resize(rows_.size() + size);
      dataset_.copy_row(ref, item, std::span(rows_).last(size));
    }
    return place->second;
  }

  std::string file() const {
    const std::size_t shape[] = {numbers_.size(), dataset_.shape().size()};
    return npy_bytes(std::span<const float>(rows_), shape);
  }

 private:
  const ClassDataset& dataset_;
  std::map<std::array<std::int32_t, 3>, std::int32_t> numbers_;
  std::vector<float> rows_;
};

// [tasks, N, K or Q]
std::string index_file(const std::vector<TaskDraw>& tasks,
                       std::vector<std::int32_t> ClassDraw::*items, RowNumbers& rows) {
  std::vector<std::int32_t> numbers;
  for (const auto& task : tasks) {
    for (const auto& one : task) {
      for (const auto item : one.*items) numbers.push_back(rows.number(one.ref, item));
    }
  }
  const std::size_t shape[] = {tasks.size(), tasks[0].size(), (tasks[0][0].*items).size()};
  return npy_bytes(std::span<const std::int32_t>(numbers), shape);
}

Json write_kind(const fs::path& folder, const std::string& kind, const std::vector<TaskDraw>& tasks,
                RowNumbers& rows) {
  if (tasks.empty()) return nullptr;
  const std::string support = kind + "_support.npy", query = kind + "_query.npy";
  write_file_atomically(folder / support, index_file(tasks, &ClassDraw::support, rows));
  write_file_atomically(folder / query, index_file(tasks, &ClassDraw::query, rows));
  return {{"support", support}, {"query", query}};
}

std::string settings_text(const Json& settings) {
  std::vector<std::string> parts;
  for (const auto& [name, value] : settings.items()) {
    parts.push_back(
        fmt::format("{} {}", name, value.is_string() ? value.get<std::string>() : value.dump()));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

PeerAnswers answers_from(const Json& json, std::size_t tasks, int queries,
                         const std::string& where) {
  PeerAnswers answers{.name = json.at("name"),
                      .settings = settings_text(json.at("settings")),
                      .right = json.at("right").get<std::vector<int>>(),
                      .seconds = json.at("seconds")};
  if (answers.right.size() != tasks) {
    throw Error("{}: '{}' answered {} tasks, expected {}", where, answers.name,
                answers.right.size(), tasks);
  }
  for (const int right : answers.right) {
    if (right >= 0 && right <= queries) continue;
    throw Error("{}: '{}' named {} rows of a task rightly, which has {}", where, answers.name,
                right, queries);
  }
  return answers;
}

}  // namespace

void write_tasks(const fs::path& folder, const ExchangedTasks& tasks) {
  ANOLE_CHECK(!tasks.scored.empty());
  RowNumbers rows(tasks.dataset);
  Json json{{"format", "anole-peer-tasks"}, {"format_version", 1}, {"rows", "rows.npy"}};
  json["scored"] = write_kind(folder, "scored", tasks.scored, rows);
  json["tuning"] = write_kind(folder, "tuning", tasks.tuning, rows);
  write_file_atomically(folder / "rows.npy", rows.file());
  write_file_atomically(folder / "tasks.json", dump_json(json, "tasks.json", 2) + "\n");
}

std::vector<PeerAnswers> read_answers(const fs::path& folder, std::size_t tasks, int queries) {
  const auto where = (folder / "peers.json").string();
  const auto json = parse_json(read_file(where), where);
  if (!json.is_object() || json.value("format", Json()) != "anole-peer-answers" ||
      json.value("format_version", Json()) != 1) {
    throw Error("{}: not the answers of a peers.py of this version", where);
  }
  std::vector<PeerAnswers> all;
  try {
    for (const auto& peer : json.at("peers")) {
      all.push_back(answers_from(peer, tasks, queries, where));
    }
  } catch (const Json::exception& error) {
    throw Error("{}: not as docs/formats.md says: {}", where, error.what());
  }
  return all;
}

}  // namespace anole
