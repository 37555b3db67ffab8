#pragma once

// The rows of the results table: which trainings there are, how each is evaluated, and what the
// papers report. Options are those of the config of the same name, configs/<name>.toml.

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "anole/runs/options.h"

namespace anole {

struct PublishedScore {
  NormMode norm = NormMode::kTransductive;
  double value = 0;  // percent
};

// One evaluation of a trained row. `shots` touches evaluation only, so one training serves several.
struct Setting {
  std::string_view name;               // file name of its result: "1-shot"
  std::string_view title;              // "5-way 1-shot"
  int shots = 0;                       // 0: the config's
  std::optional<int> eval_batch = {};  // none: the config's
  bool random_init = false;            // from the network's random initialisation, for comparison
  bool show_before = false;            // the table has a line for the score before adapting
  std::vector<PublishedScore> published = {};
  double band = 0;  // reruns of the authors' program stay within +- band; 0: no rerun of it
};

struct PaperRow {
  std::string_view name;   // of the config: "omniglot_5way"
  std::string_view title;  // "Omniglot"
  std::vector<Setting> settings;
};

// omniglot_5way, omniglot_20way, miniimagenet_5way, sine, article, best/omniglot_5way.
std::span<const PaperRow> paper_rows();

// Throws UsageError for an unknown name, naming the nearest.
const PaperRow& find_paper_row(std::string_view name);

// The options of an evaluation of `setting` in a run with `options`.
TrainOptions with_setting(TrainOptions options, const Setting& setting);

}  // namespace anole
