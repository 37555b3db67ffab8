// anole adapt: from a handful of labelled examples to a network that knows them.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>

#include "anole/bundle/adapter.h"
#include "anole/bundle/start.h"
#include "anole/core/error.h"
#include "anole/files/unicode.h"
#include "anole/io/file_system.h"
#include "anole/io/json.h"
#include "anole/make_learner.h"
#include "anole/runs/run_files.h"
#include "anole/support/estimate.h"
#include "anole/support/files.h"
#include "anole/support/learn_examples.h"
#include "cli/command.h"
#include "cli/commands/own_table.h"
#include "cli/describe.h"
#include "cli/terminal.h"
#include "cli/text.h"

namespace anole::cli {
namespace {

namespace fs = std::filesystem;

struct AdaptCommand {
  fs::path support, add;  // may be repeated
  std::string remove;     // may be repeated
  fs::path out;
  bool replace = false;
  bool without_examples = false;
  bool estimate = false;
  AdaptOptions adapt = {};
  Invert invert = Invert::kAuto;
  OwnTable table = {};
  Engine engine = Engine::kFused;
  bool quiet = false;
  bool json = false;

  static constexpr auto fields() {
    return std::tuple{
        Heading{"Examples"},
        Field{"support", &AdaptCommand::support,
              "folder or zip with a folder a class, or with loose pictures NAME.png, a class each; "
              "or a table; may be repeated"},
        Field{"add", &AdaptCommand::add,
              "examples more for an adapted bundle: folders of classes, a folder of pictures or a "
              "picture, named after its class; may be repeated"},
        Field{"remove", &AdaptCommand::remove,
              "a class that an adapted bundle shall forget; may be repeated"},
        Field{"invert", &AdaptCommand::invert,
              "swap black and white: yes, no, or auto: where the ground is the opposite of "
              "training's"},
        Nested{&AdaptCommand::table},
        Heading{"Adaptation"},
        Nested{&AdaptCommand::adapt},
        Heading{"Result"},
        Field{"out", &AdaptCommand::out,
              "the adapted bundle; usually mine.anole, or the bundle that classes are added to"},
        Field{"replace", &AdaptCommand::replace, "write over a file that is there"},
        Field{"without_examples", &AdaptCommand::without_examples,
              "leave the examples and the initialisation out of the file: smaller and private, but "
              "it cannot change any more"},
        Field{"estimate", &AdaptCommand::estimate,
              "say how well it can be expected to answer, by asking it about examples that were "
              "left out in turn"},
        Heading{"Run"},
        Field{"engine", &AdaptCommand::engine,
              "fused, onednn (its peer) or reference (plain loops)"},
        Field{"quiet", &AdaptCommand::quiet, "print errors only"},
        Field{"json", &AdaptCommand::json, "print one JSON object"}};
  }
};

constexpr std::string_view kRepeated[] = {"support", "add", "remove"};

std::vector<FlagInfo> adapt_flags() {
  auto flags = flags_of<AdaptCommand>();
  std::erase_if(flags, [](const FlagInfo& flag) { return flag.name == "inverted"; });
  for (auto& flag : flags) flag.repeats = std::ranges::count(kRepeated, flag.name) > 0;
  return flags;
}

// The bundle at `path`; of a run folder its result.
fs::path bundle_at(const fs::path& path) {
  if (!is_folder(path)) return path;
  if (path_exists(path / kBundleFile)) return path / kBundleFile;
  throw Error("{}: there is no {} in this folder; finish the run, by 'anole train --resume {}'",
              path.string(), kBundleFile, path.string());
}

struct Request {
  AdaptCommand command = {};
  fs::path bundle = {};
  std::vector<std::string> support = {}, add = {}, remove = {};

  bool changes() const { return !add.empty() || !remove.empty(); }
};

void check_request(const Request& request) {
  if (request.support.empty() && !request.changes()) {
    throw UsageError(
        "expected --support FOLDER, with a few examples of each class; or --add or --remove for a "
        "bundle that is adapted already");
  }
  if (!request.support.empty() && request.changes()) {
    throw UsageError(
        "--support begins anew, --add and --remove change what an adapted bundle knows; give one "
        "or the other");
  }
}

// What a change would not heed: it is adapted as the bundle was, and only pictures are inverted.
void refuse_unheeded(const Arguments& arguments, const Request& request) {
  const auto refuse = [&](std::string_view option, std::string_view why) {
    if (arguments.has(option)) throw UsageError("{}: {}", flag_spelling(option), why);
  };
  if (!request.changes()) return;
  visit_fields(request.command.adapt, [&](const auto& field, const auto&) {
    refuse(field.name,
           "a change is adapted as the bundle was at first, so that nothing drifts; leave it out, "
           "or begin anew with --support");
  });
  if (!request.add.empty()) return;
  refuse("invert", "--remove reads no pictures; leave it out");
  visit_fields(request.command.table, [&](const auto& field, const auto&) {
    refuse(field.name, "--remove reads no table; leave it out");
  });
}

void refuse_foreign(const Arguments& arguments, const Bundle& bundle) {
  if (takes_pictures(bundle)) return refuse_for_pictures(arguments);
  if (!arguments.has("invert")) return;
  throw UsageError("--invert: the network takes rows of numbers; leave it out");
}

Request parse_adapt(const Arguments& arguments) {
  expect_positionals(arguments, std::array<std::string_view, 1>{"[a bundle or run folder]"});
  Request request;
  arguments.apply(request.command);
  request.support = arguments.all("support");
  request.add = arguments.all("add");
  request.remove = arguments.all("remove");
  check_request(request);
  refuse_unheeded(arguments, request);
  if (!arguments.positionals.empty()) {
    request.bundle = bundle_at(arguments.positionals[0]);
  } else if (request.changes()) {
    throw UsageError(
        "--add and --remove change an adapted bundle; name it: anole adapt mine.anole …");
  } else {
    request.bundle = require_start_bundle();
  }
  auto& out = request.command.out;
  const bool in_place = out.empty() && request.changes();
  if (out.empty()) out = in_place ? request.bundle : fs::path("mine.anole");
  if (!in_place && !request.command.replace && path_exists(out)) {
    throw UsageError(
        "--out: {} is there already; add to it by 'anole adapt {} --add …', write over it by "
        "--replace, or choose another name",
        out.string(), out.string());
  }
  return request;
}

// Examples of all paths in `sources`; notes are told.
SupportSet read_all(const Request& request, const std::vector<std::string>& sources,
                    LoosePictures loose, const Bundle& bundle) {
  SupportSet all;
  for (const auto& path : sources) {
    auto set = read_support({.path = path,
                             .loose = loose,
                             .invert = request.command.invert,
                             .table = table_options(request.command.table)},
                            bundle);
    if (&path != &sources.front() && set.inverted != all.inverted) {
      throw Error(
          "{}: its pictures have another ground than those of {}; bring them together by --invert "
          "yes or no, one path after the other",
          path, sources.front());
    }
    all.inverted = set.inverted;
    std::ranges::move(set.examples, std::back_inserter(all.examples));
    std::ranges::move(set.notes, std::back_inserter(all.notes));
  }
  if (!request.command.quiet) {
    for (const auto& note : all.notes) print_note(note);
  }
  return all;
}

void adapt(const Request& request, Adapter& adapter) {
  if (request.support.empty()) {
    for (const auto& label : request.remove) adapter.remove(composed(label));
    if (request.add.empty()) return;
    return add_to(adapter,
                  read_all(request, request.add, LoosePictures::kOneClass, adapter.bundle()),
                  {request.add.front(), "invert them before, or say --invert no"});
  }
  if (is_adapted(adapter.bundle())) {
    throw Error(
        "{}: a network that is adapted to {}; add to them by --add, or begin anew with --support "
        "from an initialisation",
        request.bundle.string(), fmt::join(adapter.bundle().labels, ", "));
  }
  begin_with(adapter,
             read_all(request, request.support, LoosePictures::kClassEach, adapter.bundle()),
             request.command.adapt);
}

// How well it can be expected to answer, as far as anything is known.
struct Expectation {
  double accuracy = 0, low = 0, high = 0;
  std::string by = {};  // what it was measured on; empty: not known
};

Expectation expectation_of(const Request& request, const Bundle& adapted) {
  const auto table = adapted.calibration;
  const auto from_table = [&]() -> Expectation {
    if (table.empty()) return {};
    const auto& point = table.front();
    return {point.accuracy, std::max(0.0, point.accuracy - point.ci95),
            std::min(1.0, point.accuracy + point.ci95),
            fmt::format("tasks of the training data with {} and {} of each",
                        counted(point.ways, "class", "classes"), counted(point.shots, "example"))};
  };
  if (!request.command.estimate) return {};
  const auto& examples = adapted.examples;
  const auto is_alone = [&](const std::string& label) {
    return std::ranges::count(examples, label, &LabelledRow::label) == 1;
  };
  if (std::ranges::any_of(adapted.labels, is_alone)) {
    if (table.empty() && !request.command.quiet) {
      print_note(
          "no estimate: with one example of a class nothing is left to ask about, and the bundle "
          "was "
          "not calibrated");
    }
    return from_table();
  }
  const auto own = estimate_by_folds(adapted, learners(request.command.engine));
  return {
      own.accuracy, own.low, own.high,
      fmt::format("{} left out in turn, in {} folds", counted(own.examples, "example"), own.folds)};
}

Json json_of(const Request& request, const Bundle& bundle, std::size_t examples, double seconds,
             const Expectation& expected) {
  Json estimate = nullptr;
  if (!expected.by.empty()) {
    estimate = {{"accuracy", 100 * expected.accuracy},
                {"low", 100 * expected.low},
                {"high", 100 * expected.high},
                {"by", expected.by}};
  }
  return {
      {"bundle", request.command.out.string()}, {"classes", bundle.labels}, {"examples", examples},
      {"steps", bundle.schedule.steps},         {"seconds", seconds},       {"estimate", estimate}};
}

void print_result(const Request& request, const Bundle& bundle, std::size_t examples,
                  double seconds, const Expectation& expected) {
  const auto line = [](std::string_view label, std::string_view text) {
    fmt::print("{}", labelled(label, text, text_columns(1)));
  };
  line("from", request.bundle.string());
  line("classes", fmt::format("{}: {}", bundle.labels.size(), fmt::join(bundle.labels, ", ")));
  line("examples", fmt::format("{}", examples));
  line("adapted",
       fmt::format(
           "in {:.0f} ms, by {} of {}, {}", 1000 * seconds,
           counted(bundle.schedule.steps, "inner step"),
           bundle.schedule.batch == 0 ? "all examples" : counted(bundle.schedule.batch, "example"),
           describe_optimizer(bundle.inner)));
  if (!expected.by.empty()) {
    line("expect",
         fmt::format("{:.0f} % right ({:.0f} to {:.0f} %), by {}", 100 * expected.accuracy,
                     100 * expected.low, 100 * expected.high, expected.by));
  }
  line("written", request.command.out.string());
  line("next", fmt::format("anole predict {} PICTURE|FOLDER", request.command.out.string()));
}

void run(const Arguments& arguments) {
  const auto request = parse_adapt(arguments);
  Adapter adapter(load_bundle(request.bundle), learners(request.command.engine));
  refuse_foreign(arguments, adapter.bundle());
  const auto start = std::chrono::steady_clock::now();
  adapt(request, adapter);
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (!request.command.quiet) {
    for (const auto& line : repeated_examples(adapter.bundle().examples)) print_note(line);
  }
  const auto expected = expectation_of(request, adapter.bundle());
  const auto examples = adapter.bundle().examples.size();
  if (request.command.without_examples) adapter.forget_examples();
  save_bundle(request.command.out, adapter.bundle());
  if (request.command.json) {
    return fmt::print(
        "{}\n",
        dump_json(json_of(request, adapter.bundle(), examples, seconds, expected), "adapt"));
  }
  if (!request.command.quiet) {
    print_result(request, adapter.bundle(), examples, seconds, expected);
  }
}

}  // namespace

const Command kAdapt{
    .name = "adapt",
    .usage = "[BUNDLE] --support FOLDER|FILE [options]",
    .summary = "learn your own classes from a few examples of each",
    .details =
        "BUNDLE is a bundle or run folder; without one it is the start that 'make demo' has made. "
        "The adapted bundle holds the examples and where it began, so that classes can come and "
        "go: "
        "each change adapts anew from the start, and nothing drifts.\n"
        "\n"
        "  anole adapt --support gestures\n"
        "  anole adapt mine.anole --add gestures/wave --add gestures/point\n"
        "  anole adapt mine.anole --remove wave\n",
    .flags = adapt_flags,
    .run = run};

}  // namespace anole::cli
