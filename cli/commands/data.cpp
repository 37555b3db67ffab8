// anole data: which data sets there are, whether they are whole, and where to get them.

#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "anole/core/error.h"
#include "anole/core/text.h"
#include "anole/distributions/kinds.h"
#include "anole/io/json.h"
#include "cli/command.h"
#include "cli/commands/own_table.h"
#include "cli/terminal.h"
#include "cli/text.h"

namespace anole::cli {
namespace {

struct DataCommand {
  std::filesystem::path data;
  std::string split;
  OwnTable table = {};
  int threads = 0;
  std::string mirror;
  bool json = false;

  static constexpr auto fields() {
    return std::tuple{
        Heading{"Data"},
        Field{"data", &DataCommand::data,
              "root of the data sets; default $ANOLE_DATA, then the user's data directory"},
        Field{"split", &DataCommand::split, "check: how your own classes are divided"},
        Nested{&DataCommand::table},
        Heading{"Run"},
        Field{
            "threads", &DataCommand::threads, "worker threads of check; 0: all cores", {.min = 0}},
        Heading{"Data"},
        Field{"mirror", &DataCommand::mirror,
              "fetch: address of the folder that holds the archives"},
        Heading{"Run"},
        Field{"json", &DataCommand::json, "print one JSON object"}};
  }
};

Json to_json(const FoundKind& one) {
  return {{"name", one.kind->name},
          {"description", one.kind->description},
          {"license", one.kind->license},
          {"generated", one.kind->origin == Origin::kGenerated},
          {"own_files", one.kind->origin == Origin::kOwnFiles},
          {"found", one.found},
          {"where", one.where.string()}};
}

std::string state_of(const FoundKind& one) {
  switch (one.kind->origin) {
    case Origin::kGenerated:
      return "built in";
    case Origin::kOwnFiles:
      return "your files, named by --data";
    case Origin::kPublished:
      break;
  }
  return fmt::format("{} {}", one.found ? "found in" : "not in", one.where.string());
}

void list(const DataCommand& options) {
  const auto all = find_distributions(options.data);
  if (options.json) {
    Json sets = Json::array();
    for (const auto& one : all) sets.push_back(to_json(one));
    return fmt::print("{}\n", dump_json({{"datasets", sets}}, "data list", 2));
  }
  for (const auto& one : all) {
    fmt::print("{:<14}{}\n{:14}{}{}{}\n", one.kind->name, one.kind->description, "", state_of(one),
               one.kind->license.empty() ? "" : "; licence: ", one.kind->license);
  }
}

Json to_json(const DataPart& part) {
  return {{"name", part.name},   {"path", part.path.string()}, {"bytes", part.bytes},
          {"md5", part.md5},     {"original", part.original},  {"classes", part.classes},
          {"items", part.items}, {"fewest", part.fewest},      {"most", part.most}};
}

Json to_json(const DataReport& report) {
  Json parts = Json::array(), problems = Json::array();
  for (const auto& part : report.parts) parts.push_back(to_json(part));
  for (const auto& [where, reason] : report.problems) {
    problems.push_back({{"where", where}, {"reason", reason}});
  }
  return {{"name", report.name},     {"folder", report.folder.string()},
          {"whole", report.whole()}, {"classes", report.classes},
          {"groups", report.groups}, {"items", report.items},
          {"bytes", report.bytes},   {"image", report.image},
          {"parts", parts},          {"problems", problems},
          {"notes", report.notes}};
}

std::string megabytes(std::int64_t bytes) {
  return fmt::format("{:.1f}", static_cast<double>(bytes) / 1e6);
}

std::string items_per_class(const DataPart& part) {
  return part.fewest == part.most ? fmt::format("{} each", part.most)
                                  : fmt::format("{} to {} each", part.fewest, part.most);
}

void print_report(const DataReport& report) {
  fmt::print("{} in {}\n\n", report.name, report.folder.string());
  std::vector<std::vector<std::string>> rows{{"part", "classes", "items", "", "MB"}};
  for (const auto& part : report.parts) {
    rows.push_back({part.name, with_commas(part.classes), with_commas(part.items),
                    items_per_class(part), megabytes(part.bytes)});
  }
  rows.push_back(
      {"all", with_commas(report.classes), with_commas(report.items), "", megabytes(report.bytes)});
  fmt::print("{}\n", table(rows, "lrrlr"));
  if (!report.image.empty()) fmt::print("  images as stored: {}\n", report.image);
  for (const auto& note : report.notes) fmt::print("  note: {}\n", note);
  constexpr std::size_t kShown = 20;
  for (std::size_t i = 0; i < std::min(kShown, report.problems.size()); ++i) {
    fmt::print("  problem: {}: {}\n", report.problems[i].where, report.problems[i].reason);
  }
  if (report.problems.size() > kShown) {
    fmt::print("  … and {} more problems\n", report.problems.size() - kShown);
  }
  if (report.whole()) fmt::print("  whole: no problems found\n");
}

void check(const DataCommand& options, const std::string& name) {
  print_note(threads_note(options.threads));
  auto data = table_options(options.table);
  data.dataset = name;
  data.data = options.data;
  data.split = options.split;
  data.threads = options.threads;
  const auto report = check_dataset(data);
  if (options.json) {
    fmt::print("{}\n", dump_json(to_json(report), "data check", 2));
  } else {
    print_report(report);
  }
  if (report.whole()) return;
  throw Error("data check: {} has {} problem{}; the first: {}: {}", name, report.problems.size(),
              report.problems.size() == 1 ? "" : "s", report.problems[0].where,
              report.problems[0].reason);
}

std::vector<FetchedFile> fetch_files(const DistributionKind& kind, const DataCommand& options) {
  catch_interrupts();
  ProgressLine line(true);
  FetchOptions fetch{.folder = data_root(options.data) / kind.name};
  if (!options.mirror.empty()) fetch.mirror = options.mirror;
  fetch.progress = [&line](const FetchProgress& progress) {
    if (interrupt_flag()) throw Interrupted("interrupted; what has arrived is kept");
    const double total = static_cast<double>(std::max(progress.total, progress.done));
    const double fraction = total > 0 ? static_cast<double>(progress.done) / total : 0;
    if (!line.due(fraction)) return;
    line.show(fraction, {progress.file, megabytes(progress.done) + " MB"});
  };
  return kind.fetch(fetch);
}

const DistributionKind& fetchable(const std::string& name) {
  std::vector<std::string_view> names;
  for (const auto& kind : distribution_kinds()) {
    if (kind.fetch != nullptr && kind.name == name) return kind;
    if (kind.fetch != nullptr) names.push_back(kind.name);
  }
  throw UsageError(
      "data fetch: expected {}, found '{}'; 'anole data list' says where other data sets are "
      "looked "
      "for",
      fmt::join(names, " or "), name);
}

void fetch(const DataCommand& options, const std::string& name) {
  const auto& kind = fetchable(name);
  Json files = Json::array();
  for (const auto& file : fetch_files(kind, options)) {
    files.push_back({{"path", file.path.string()}, {"downloaded", file.downloaded}});
    if (options.json) continue;
    fmt::print("{:<13}{}\n", file.downloaded ? "fetched" : "was there", file.path.string());
  }
  if (options.json) return fmt::print("{}\n", dump_json({{"files", files}}, "data fetch", 2));
  fmt::print("{:<13}anole data check {}\n", "next", name);
}

void run(const Arguments& arguments) {
  constexpr std::string_view kVerbs[] = {"list", "check", "fetch"};
  DataCommand options;
  arguments.apply(options);
  const std::string verb = arguments.positionals.empty() ? "list" : arguments.positionals[0];
  if (verb == "list") {
    expect_positionals(arguments, std::array<std::string_view, 1>{"[list]"});
    return list(options);
  }
  if (verb != "check" && verb != "fetch") {
    throw UsageError("data: expected list, check or fetch, found '{}'{}", verb,
                     did_you_mean(verb, kVerbs));
  }
  expect_positionals(arguments, std::array<std::string_view, 2>{verb, "the name of a data set"});
  return verb == "check" ? check(options, arguments.positionals[1])
                         : fetch(options, arguments.positionals[1]);
}

}  // namespace

const Command kData{
    .name = "data",
    .usage = "list | check NAME | fetch NAME [options]",
    .summary = "list, check and fetch data sets",
    .details =
        "list says which data sets there are and where they are looked for. check reads all of one "
        "and counts what it finds. fetch downloads one (omniglot); a second call goes on where the "
        "first one ended.\n"
        "\n"
        "  anole data check omniglot --data ~/data\n",
    .flags = [] { return flags_of<DataCommand>(); },
    .run = run};

}  // namespace anole::cli
