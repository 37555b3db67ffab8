// anole predict: ask an adapted network.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdio>
#include <iostream>

#include "anole/bundle/adapter.h"
#include "anole/core/error.h"
#include "anole/io/atomic_file.h"
#include "anole/io/file_system.h"
#include "anole/io/json.h"
#include "anole/make_learner.h"
#include "anole/report/adapted_page.h"
#include "anole/support/files.h"
#include "anole/support/questions.h"
#include "cli/command.h"
#include "cli/commands/own_table.h"
#include "cli/describe.h"
#include "cli/terminal.h"
#include "cli/text.h"

namespace anole::cli {
namespace {

namespace fs = std::filesystem;

struct PredictCommand {
  int top = 0;
  bool reject = false;
  double threshold = 0;
  fs::path report = {};
  OwnTable table = {};
  Engine engine = Engine::kFused;
  bool json = false;

  static constexpr auto fields() {
    return std::tuple{
        Heading{"Answers"},
        Field{"top",
              &PredictCommand::top,
              "name the n likeliest classes; 0: one, and in JSON up to five",
              {.min = 0}},
        Field{"reject", &PredictCommand::reject,
              "answer 'none of these' where the likeliest class is below the threshold"},
        Field{"threshold",
              &PredictCommand::threshold,
              "probability from which a class counts as known; 0: the bundle's own",
              {.min = 0, .max = 1}},
        Field{"report", &PredictCommand::report,
              "write a page too, PAGE.html: the examples, who was mistaken for whom where folders "
              "or labels say what is right, and all questions, the unsure ones first"},
        Heading{"Questions"},
        Nested{&PredictCommand::table},
        Heading{"Run"},
        Field{"engine", &PredictCommand::engine,
              "fused, onednn (its peer) or reference (plain loops)"},
        Field{"json", &PredictCommand::json, "print one JSON object a line"}};
  }
};

struct Request {
  PredictCommand command = {};
  fs::path bundle = "mine.anole";
  std::vector<std::string> inputs = {};
};

// Told before anything is asked: a page that cannot be written, or would replace something else.
void check_page(const fs::path& page) {
  const auto ending = page.extension();
  if (page.empty()) return;
  if (is_folder(page)) {
    throw UsageError("--report: {} is a folder; name a file, {}", page.string(),
                     (page / "predictions.html").string());
  }
  if (ending != ".html" && ending != ".htm") {
    throw UsageError("--report: expected a page, *.html, found {}", page.string());
  }
  if (page.has_parent_path() && !is_folder(page.parent_path())) {
    throw UsageError("--report: there is no folder {} to write {} into",
                     page.parent_path().string(), page.filename().string());
  }
}

Request parse_predict(const Arguments& arguments) {
  Request request;
  arguments.apply(request.command);
  request.inputs = arguments.positionals;
  if (!request.inputs.empty() && fs::path(request.inputs[0]).extension() == ".anole") {
    request.bundle = request.inputs[0];
    request.inputs.erase(request.inputs.begin());
  } else if (!path_exists(request.bundle)) {
    throw UsageError(
        "expected an adapted bundle, *.anole, and there is no mine.anole here; make one by 'anole "
        "adapt --support FOLDER'");
  }
  if (request.inputs.empty()) {
    throw UsageError(
        "expected what to ask about: pictures, folders, tables, or - for a line each of the "
        "standard input");
  }
  check_page(request.command.report);
  return request;
}

Bundle load_adapted(const Request& request) {
  auto bundle = load_bundle(request.bundle);
  if (bundle.labels.empty()) {
    throw Error(
        "{}: an initialisation that knows no classes yet; give it a few examples of each first: "
        "anole adapt {} --support FOLDER",
        request.bundle.string(), request.bundle.string());
  }
  const bool has_threshold = calibration_of(bundle).threshold > 0 || request.command.threshold > 0;
  if (request.command.reject && !has_threshold) {
    throw Error(
        "{}: it was not calibrated, so that it has no threshold for 'none of these'; say one by "
        "--threshold P",
        request.bundle.string());
  }
  return bundle;
}

// Asks, prints and counts.
class Answers {
 public:
  Answers(const PredictCommand& command, Adapter& adapter)
      : command_(command), adapter_(adapter), log_(adapter.bundle()) {}

  void take(const Question& question) {
    if (!question.error.empty()) return refuse(question);
    const auto answer = adapter_.predict(question.row, 1)[0];
    const auto order = likeliest(answer);
    const bool known = command_.threshold > 0 ? answer.probabilities[order[0]] >= command_.threshold
                                              : answer.known;
    fmt::print("{}\n", command_.json ? json_line(question, answer, order, known)
                                     : text_line(question, answer, order, known));
    std::fflush(stdout);
    if (command_.report.empty()) return;
    log_.add({.input = question.input,
              .row = question.row,
              .probabilities = answer.probabilities,
              .known = known,
              .truth = question.truth});
  }

  const AnswerLog& log() const { return log_; }
  std::int64_t failed() const { return failed_; }

 private:
  void refuse(const Question& question) {
    ++failed_;
    log_.add_unread(question.input, question.error);
    fmt::print(stderr, "anole: {}\n", question.error);
  }

  // Labels by probability, largest first; of equal ones the first.
  std::vector<std::size_t> likeliest(const Prediction& answer) const {
    std::vector<std::size_t> order(answer.probabilities.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::stable_sort(order, std::greater<>(),
                             [&](std::size_t i) { return answer.probabilities[i]; });
    const auto usual = static_cast<std::size_t>(command_.json ? 5 : 1);
    const auto wanted = command_.top == 0 ? usual : static_cast<std::size_t>(command_.top);
    order.resize(std::min(order.size(), wanted));
    return order;
  }

  const std::string& label(std::size_t index) const { return adapter_.bundle().labels[index]; }

  std::string json_line(const Question& question, const Prediction& answer,
                        const std::vector<std::size_t>& order, bool known) const {
    Json top = Json::array();
    for (const auto i : order) top.push_back({label(i), answer.probabilities[i]});
    return dump_json({{"input", question.input},
                      {"label", label(order[0])},
                      {"probability", answer.probabilities[order[0]]},
                      {"known", known},
                      {"top", top}},
                     question.input);
  }

  std::string text_line(const Question& question, const Prediction& answer,
                        const std::vector<std::size_t>& order, bool known) const {
    std::vector<std::string> named;
    for (const auto i : order) {
      named.push_back(fmt::format("{} {:.1f} %", label(i), 100 * answer.probabilities[i]));
    }
    const auto list = fmt::format("{}", fmt::join(named, ", "));
    if (known || !command_.reject) return fmt::format("{}: {}", question.input, list);
    return fmt::format("{}: none of these (likeliest {})", question.input, list);
  }

  const PredictCommand& command_;
  Adapter& adapter_;
  AnswerLog log_;
  std::int64_t failed_ = 0;
};

void write_page(const Request& request, const Bundle& bundle, const AnswerLog& answers) {
  const auto& command = request.command;
  const double threshold =
      command.threshold > 0 ? command.threshold : calibration_of(bundle).threshold;
  const AdaptedPage page{.name = request.bundle.filename().string(),
                         .adapted = describe_adaptation(bundle),
                         .threshold = threshold};
  write_file_atomically(command.report, adapted_page(page, bundle, answers));
}

void run(const Arguments& arguments) {
  const auto request = parse_predict(arguments);
  Adapter adapter(load_adapted(request), learners(request.command.engine));
  if (takes_pictures(adapter.bundle())) refuse_for_pictures(arguments);
  Answers answers(request.command, adapter);
  const auto take = [&](const Question& question) { answers.take(question); };
  for (const auto& input : request.inputs) {
    if (input != "-") {
      ask_about(input, adapter.bundle(), table_options(request.command.table), take);
      continue;
    }
    std::int64_t number = 0;
    for (std::string line; std::getline(std::cin, line);) {
      ++number;
      if (line.ends_with('\r')) line.pop_back();
      if (line.find_first_not_of(" \t") == line.npos) continue;
      take(question_of_line(line, number, adapter.bundle()));
    }
  }
  if (!request.command.report.empty()) write_page(request, adapter.bundle(), answers.log());
  if (answers.failed() > 0) {
    throw Error("{} could not be read and {} no answer", counted(answers.failed(), "input"),
                answers.failed() == 1 ? "has" : "have");
  }
}

}  // namespace

const Command kPredict{
    .name = "predict",
    .usage = "[MINE.anole] FILE|FOLDER|-… [options]",
    .summary = "name new pictures or rows with an adapted bundle",
    .details =
        "MINE.anole is what 'anole adapt' has written; usually mine.anole. A question is a "
        "picture, "
        "a folder or zip of pictures, a table of rows, or - for a line each of the standard input: "
        "the path of a picture, or the numbers of a row.\n"
        "\n"
        "  anole predict new.png\n"
        "  anole predict mine.anole camera/ --json --reject\n"
        "  anole predict mine.anole test/ --report test.html\n"
        "  find . -name '*.jpg' | anole predict mine.anole -\n",
    .flags = [] { return flags_of<PredictCommand>(); },
    .run = run};

}  // namespace anole::cli
