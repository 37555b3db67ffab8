#include "anole/runs/history.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "anole/core/error.h"
#include "anole/eval/metric_json.h"
#include "anole/io/atomic_file.h"
#include "anole/io/file_system.h"
#include "anole/io/json.h"
#include "anole/runs/run_files.h"
#include "anole/runs/run_record.h"

namespace anole {
namespace {

namespace fs = std::filesystem;

std::string value_text(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void add_facts(const Json& object, const std::string& group, const std::string& prefix,
               std::vector<Fact>& facts) {
  for (const auto& [name, value] : object.items()) {
    const auto full = prefix.empty() ? name : prefix + ' ' + name;
    if (value.is_object()) {
      add_facts(value, group.empty() ? name : group, group.empty() ? "" : full, facts);
    } else {
      facts.push_back({group, full, value_text(value)});
    }
  }
}

// Calls take(line) for each line of a file of JSON objects; `take` may throw Json::exception. What
// is wrong with a line goes to `refuse`, which throws it or notes it.
template <class Take, class Refuse>
void for_each_line(const fs::path& path, Take take, Refuse refuse) {
  if (!path_exists(path)) return;
  const auto text = read_file(path);
  std::size_t number = 1;
  for (std::size_t begin = 0; begin < text.size(); ++number) {
    const auto end = text.find('\n', begin);
    if (end == text.npos) return;  // torn: its writer was killed
    const auto line = std::string_view(text).substr(begin, end - begin);
    begin = end + 1;
    const auto where = fmt::format("{}: line {}", path.string(), number);
    try {
      take(parse_json(line, where));
    } catch (const Json::exception&) {
      refuse(fmt::format("{}: not a line that anole writes; expected the keys of docs/formats.md",
                         where));
    } catch (const Error& error) {
      refuse(error.what());
    }
  }
}

ValidationPoint validation_of(const Json& line) {
  const auto& json = line.at("validation");
  const auto& metric = metric_in(json);
  return {.iteration = line.at("iteration"),
          .score = {json.at(std::string(metric.key)), json.at("ci95")},
          .tasks = json.at("tasks"),
          .metric = &metric,
          .norm = json.at("norm"),
          .on = json.at("on")};
}

TimingPoint timing_of(const Json& line) {
  return {.iteration = line.at("iteration"),
          .from = line.at("from"),
          .seconds = line.at("seconds"),
          .threads = line.at("threads"),
          .inner_steps_per_second = line.at("inner_steps_per_second"),
          .rows_per_second = line.at("rows_per_second")};
}

void read_metrics(const fs::path& path, RunHistory& history) {
  const auto take = [&](const Json& line) {
    if (line.contains("validation")) {
      history.validations.push_back(validation_of(line));
    } else if (!line.at("loss").is_null()) {  // JSON has no infinity: it is written as null
      history.losses.push_back({line.at("iteration"), line.at("meta_step"), line.at("loss")});
    }
  };
  for_each_line(path, take, [](const std::string& fault) {
    throw Error("{}; remove the line to read the others", fault);
  });
}

std::string own_name(const fs::path& folder) {
  const auto full = absolute_path(folder).lexically_normal();
  return (full.has_filename() ? full : full.parent_path()).filename().string();
}

}  // namespace

std::string RunHistory::fact(std::string_view group, std::string_view name) const {
  for (const auto& one : facts) {
    if (one.group == group && one.name == name) return one.value;
  }
  return {};
}

std::vector<TimingPoint> read_timing(const fs::path& folder, std::vector<std::string>* notes) {
  std::vector<TimingPoint> timing;
  for_each_line(
      folder / kTimingFile, [&](const Json& line) { timing.push_back(timing_of(line)); },
      [&](const std::string& fault) {
        if (notes != nullptr) notes->push_back(fault + "; its times are left out");
      });
  return timing;
}

RunHistory read_history(const fs::path& folder) {
  (void)read_run_record(folder);  // refuses what is no run folder
  RunHistory history{.folder = folder, .name = own_name(folder)};
  const auto record = folder / kRunFile;
  add_facts(parse_json(read_file(record), record.string()), "", "", history.facts);
  read_metrics(folder / kMetricsFile, history);
  history.timing = read_timing(folder, &history.notes);
  return history;
}

TotalTime total_time(const std::vector<TimingPoint>& timing) {
  TotalTime total;
  for (std::size_t i = 0; i < timing.size(); ++i) {
    const bool last_of_its_process = i + 1 == timing.size() ||
                                     timing[i + 1].from != timing[i].from ||
                                     timing[i + 1].seconds < timing[i].seconds;
    if (!last_of_its_process) continue;
    total.seconds += timing[i].seconds;
    total.iterations += timing[i].iteration - timing[i].from;
  }
  return total;
}

std::vector<BinnedLoss> bin_losses(const std::vector<LossPoint>& losses, int bins) {
  if (losses.empty()) return {};
  const auto first = losses.front().iteration;
  const double width =
      static_cast<double>(losses.back().iteration - first + 1) / static_cast<double>(bins);
  std::vector<BinnedLoss> binned;
  for (std::size_t begin = 0; begin < losses.size();) {
    const auto bin_of = [&](const LossPoint& point) {
      return std::floor(static_cast<double>(point.iteration - first) / width);
    };
    std::size_t end = begin;
    double place = 0;
    std::vector<double> bin;
    while (end < losses.size() && bin_of(losses[end]) == bin_of(losses[begin])) {
      bin.push_back(losses[end].loss);
      place += static_cast<double>(losses[end++].iteration);
    }
    begin = end;
    binned.push_back(
        {.iteration = place / static_cast<double>(bin.size()), .loss = estimate_of(bin)});
  }
  return binned;
}

}  // namespace anole
