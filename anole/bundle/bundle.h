#pragma once

// The shipped file `*.anole`: one initialisation, or one adapted network, with all that is needed
// to adapt it and to ask it. A safetensors container (docs/formats.md); equal bundles give equal
// bytes.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "anole/adapt/learner.h"
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
  Preprocessing preprocessing = {};  // its shape is the spec's input; default (0 channels): none
  // Of an adapted network; both are empty in an initialisation.
  std::vector<std::string> labels = {};  // [N], UTF-8
  std::vector<float> statistics = {};    // [Signature::statistics_size()] of the support rows
  NormMode norm = NormMode::kSupport;    // how a deployed network predicts
  std::string training = "{}";  // JSON object: every option that determined the result, plus
                                // iteration, engine, isa, library versions, dataset hash
};

// Throws Error, beginning with `where`, if the bundle is an adapted network and no initialisation.
void require_initialisation(const Bundle& bundle, std::string_view where);

// The same initialisation with a head for `ways` classes, >= 2. It can have any number of them
// where all its labels start alike, as label_symmetry trains them. Throws Error where they do not,
// and for an adapted network.
Bundle with_ways(Bundle bundle, int ways);

// Writes `path` atomically. Throws Error if the bundle is not as described above, or naming path
// and reason if it cannot be written; a file that was there is then untouched.
void save_bundle(const std::filesystem::path& path, const Bundle& bundle);

// Reads versions 1 and 2; one of version 1 gets `inner`, `schedule`, `shift` and the unit of its
// second moment from its `training`. Throws Error for a file that is damaged, foreign, of a newer
// version, or that lacks tensors of its model.
Bundle load_bundle(const std::filesystem::path& path);

}  // namespace anole
