#include "cli/narrator.h"

#include <fmt/format.h>

#include "anole/io/file_system.h"
#include "anole/io/json.h"
#include "anole/report/page.h"
#include "cli/describe.h"
#include "cli/terminal.h"
#include "cli/text.h"

namespace anole::cli {

void Narrator::on_start(const RunStart& start) {
  start_ = start;
  line("data", describe_data(experiment_));
  line("network", describe_network(experiment_.spec()));
  line("training", describe_training(experiment_.options(), experiment_.form().answer));
  line("run", fmt::format("{}, {} engine, {}", start.folder.string(), start.engine,
                          counted(start.threads, "thread")));
  if (start.iteration > 0) {
    line("resumed", fmt::format("after {} of {} meta-iterations", with_commas(start.iteration),
                                with_commas(start.iterations)));
  }
  if (to_ != nullptr) std::fflush(to_);
}

void Narrator::on_end(const RunEnd& end) {
  end_ = end;
  if (!end.finished) return;
  if (end.iteration > start_.iteration) {
    const auto done = counted(end.iteration - start_.iteration, "meta-iteration");
    line("done", fmt::format("{} in {}{}", done, elapsed(end.seconds), validation_text()));
  }
  line("bundle", end.bundle.string());
  const auto report = end.folder / kReportFile;
  if (path_exists(report)) line("report", report.string());
  line("next", "anole eval " + end.folder.string());
}

std::string Narrator::json() const {
  Json json{{"run", end_.folder.string()},     {"bundle", end_.bundle.string()},
            {"finished", end_.finished},       {"iteration", end_.iteration},
            {"iterations", start_.iterations}, {"parameters", start_.parameters},
            {"engine", start_.engine},         {"threads", start_.threads},
            {"seconds", end_.seconds}};
  if (validation_.tasks > 0) {
    json["validation"] = {{"iteration", validation_.iteration},
                          {"on", enum_name(validation_.on)},
                          {"norm", enum_name(validation_.norm)},
                          {"tasks", validation_.tasks},
                          {validation_.metric->key, validation_.score.mean},
                          {"ci95", validation_.score.ci95}};
  }
  return dump_json(json, "train");
}

void Narrator::line(std::string_view label, const std::string& text) {
  if (to_ != nullptr) fmt::print(to_, "{}", labelled(label, text, text_columns(fileno(to_))));
}

std::string Narrator::validation_text() const {
  if (validation_.tasks == 0) return "";
  std::string text =
      fmt::format("; {} {} on {}", validation_.metric->name,
                  score_text(validation_.score, *validation_.metric), enum_name(validation_.on));
  if (!signature_of(experiment_.spec()).statistics.empty())
    text += fmt::format(", {}", enum_name(validation_.norm));
  return text;
}

}  // namespace anole::cli
