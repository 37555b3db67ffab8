// anole.evaluate: what `anole eval --json` prints.

#include "python/src/evaluation.h"

#include <nanobind/stl/string.h>

#include "python/src/arguments.h"
#include "python/src/bind.h"
#include "python/src/signals.h"
#include "python/src/texts.h"

namespace nb = nanobind;

namespace anole::python {
namespace {

using Keywords = nb::typed<nb::dict, std::string, nb::object>;
using Progress = nb::typed<nb::callable, void(std::int64_t, std::int64_t)>;

// `progress` gets tasks done and to do, some ten times a second.
std::string evaluate(const nb::object& source, const Keywords& keywords, const ClassData* data,
                     const Progress& progress) {
  auto evaluation = stored_evaluation(source, keywords, eval_flags(), data);
  const nb::gil_scoped_release others_run;
  LearnerTeam team([&] { return make_learner(evaluation.spec, evaluation.request.choice.engine); },
                   resolved_threads(evaluation.request.options.threads));
  SignalCheck check;
  Ticker ticker;
  const std::int64_t tasks = evaluation.plan.options.tasks;
  evaluation.plan.progress = [&](std::int64_t done) {
    check();
    if (done < tasks && !ticker.due()) return;
    const nb::gil_scoped_acquire python;
    progress(done, tasks);
  };
  const auto outcome = run_evaluation(evaluation, team);
  return evaluation_json(evaluation, outcome);
}

}  // namespace

Evaluation stored_evaluation(const nb::object& source, const nb::dict& keywords,
                             std::span<const FlagInfo> known, const ClassData* data) {
  auto arguments = arguments_of(keywords, known);
  arguments.positionals = {text_from(source)};
  RowsInMemory rows;
  if (data != nullptr) {
    rows = data->rows();
    name_rows(arguments, rows);
  }
  const nb::gil_scoped_release others_run;
  return prepare_evaluation(eval_request(arguments), data == nullptr ? nullptr : &rows);
}

void bind_evaluation(nb::module_& module) {
  using namespace nb::literals;
  module.def(
      "eval_keywords", [] { return keywords_of(eval_flags()); },
      "Of evaluate: (name, type, default, help) of each keyword.");
  module.def("evaluate", evaluate, "source"_a, "options"_a, "data"_a.none(), "progress"_a,
             "The JSON of an evaluation.");
}

}  // namespace anole::python
