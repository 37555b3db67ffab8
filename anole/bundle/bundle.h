#pragma once

// The shipped file `*.anole`: one initialisation, or one adapted network, with all that is needed
// to adapt it and to ask it. A safetensors container (docs/formats.md); equal bundles give equal
// bytes.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "anole/adapt/learner.h"
#include "anole/bundle/adapt_options.h"
#include "anole/bundle/calibration.h"
#include "anole/bundle/labelled_rows.h"
#include "anole/core/meta_state.h"
#include "anole/data/dataset.h"
#include "anole/models/model_spec.h"

namespace anole {

struct Bundle {
  ModelSpec spec;
  MetaState meta;  // of `spec`; finite, second moments >= 0
  // How it is adapted: what evaluation does to every task.
  InnerOptions inner = {};
  ScheduleOptions schedule = {.batch = 5, .steps = 50};  // batch and steps alone are stored
  int shift = 0;                                         // pixels, EvalOptions::eval_shift
  int rows = 0;                      // examples of the tasks that `schedule` is for; 0: not known
  Preprocessing preprocessing = {};  // its shape is the spec's input; default (0 channels): none
  // Of an adapted network; both are empty in an initialisation.
  std::vector<std::string> labels = {};  // [N], UTF-8
  std::vector<float> statistics = {};    // [Signature::statistics_size()] of the support rows
  NormMode norm = NormMode::kSupport;    // how a deployed network predicts
  // Of its probabilities; empty: not measured. An adapted network keeps the point that is nearest.
  std::vector<CalibrationPoint> calibration = {};
  // Of an adapted network, for adding and removing classes: the bundle that it began with, as the
  // bytes of its file, its examples in canonical order, and how it was adapted to them. Empty in an
  // initialisation, and where they were left out.
  std::string start = {};
  std::vector<LabelledRow> examples = {};
  AdaptOptions adapted_by = {};
  std::string training = "{}";  // JSON object: every option that determined the result, plus
                                // iteration, engine, isa, library versions, dataset hash
  ClassParts classes = {};      // of the training, where the data is the user's own
};

// Throws Error, beginning with `where`, if the bundle is an adapted network and no initialisation.
void require_initialisation(const Bundle& bundle, std::string_view where);

// The same initialisation with a head for `ways` classes, >= 2: the bundle itself for as many as it
// has, else each label gets the mean of its rows. Nothing is lost by that where all labels start
// alike, as label_symmetry trains them; what it costs elsewhere stands in docs/protocol.md. Throws
// Error for an adapted network.
Bundle with_ways(Bundle bundle, int ways);
bool labels_start_alike(const Bundle& bundle);

// Whether it is a network that was adapted to examples.
bool is_adapted(const Bundle& bundle);

// What the bundle knows of its probabilities: of an adapted one the point nearest to its examples,
// of an initialisation that of one example a class; temperature 1 and threshold 0 where it knows
// nothing.
CalibrationPoint calibration_of(const Bundle& bundle);

// The initialisation that an adapted network began with. Throws Error, beginning with `where`, if
// its examples were left out.
Bundle start_of(const Bundle& bundle, std::string_view where);

// Writes `path` atomically. Throws Error if the bundle is not as described above, or naming path
// and reason if it cannot be written; a file that was there is then untouched.
void save_bundle(const std::filesystem::path& path, const Bundle& bundle);

// Reads versions 1 and 2; one of version 1 gets `inner`, `schedule`, `shift` and the unit of its
// second moment from its `training`, and one that does not say which pictures take the nearest
// neighbour what its data set's protocol says. Throws Error for a file that is damaged, foreign, of a newer
// version, or that lacks tensors of its model.
Bundle load_bundle(const std::filesystem::path& path);

// The same in memory: the bytes of the file.
std::string bundle_bytes(const Bundle& bundle, std::string_view where);
Bundle bundle_from_bytes(std::string_view bytes, std::string_view where);

}  // namespace anole
