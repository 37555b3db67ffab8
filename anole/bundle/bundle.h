#pragma once

// The shipped file `*.anole`: one initialisation with all that is needed to adapt it. A safetensors
// container (docs/formats.md); equal results give equal bytes.

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
  MetaState meta;
  Preprocessing preprocessing;
  std::vector<std::string> labels;       // of an adapted network; empty for an initialisation
  NormMode norm = NormMode::kSupport;    // how a deployed network predicts
  std::string training;                  // JSON object: every option that determined the result, plus
                                         // iteration, engine, isa, library versions, dataset hash
};

void save_bundle(const std::filesystem::path& path, const Bundle& bundle);
Bundle load_bundle(const std::filesystem::path& path);  // Error for a corrupt or foreign file

}  // namespace anole
