#pragma once

// The shipped file `*.anole`: one initialisation with all that is needed to adapt it. A safetensors
// container (docs/formats.md); equal bundles give equal bytes.

#include <filesystem>
#include <string>
#include <vector>

#include "anole/adapt/learner.h"
#include "anole/core/meta_state.h"
#include "anole/data/dataset.h"
#include "anole/models/model_spec.h"

namespace anole {

struct Bundle {
  ModelSpec spec;
  MetaState meta;                    // of `spec`; finite, second moments >= 0
  Preprocessing preprocessing = {};  // its shape is the spec's input; default (0 channels): none
  std::vector<std::string> labels =
      {};                              // [N] of an adapted network, UTF-8; empty: an initialisation
  NormMode norm = NormMode::kSupport;  // how a deployed network predicts
  std::string training = "{}";         // JSON object: every option that determined the result, plus
                                       // iteration, engine, isa, library versions, dataset hash
};

// Writes `path` atomically. Throws Error if the bundle is not as described above, or naming path
// and reason if it cannot be written; a file that was there is then untouched.
void save_bundle(const std::filesystem::path& path, const Bundle& bundle);

// Throws Error for a file that is damaged, foreign, of a newer version, or whose tensors are not
// exactly those of its model.
Bundle load_bundle(const std::filesystem::path& path);

}  // namespace anole
