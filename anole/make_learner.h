#pragma once

// The only library file that names engines.

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "anole/adapt/learner.h"
#include "anole/models/model_spec.h"

namespace anole {

// kFused: our own kernels, the fast one. kOneDnn: the same over oneDNN, its peer. kReference: plain
// loops, the judge of both.
enum class Engine { kFused, kOneDnn, kReference };
inline std::span<const std::string_view> enum_names(Engine) {
  static constexpr std::string_view kNames[] = {"fused", "onednn", "reference"};
  return kNames;
}

// The engines of this build: all but kOneDnn where it was made without oneDNN (ANOLE_ONEDNN=OFF).
std::vector<Engine> built_engines();

// A learner for `spec`. Throws Error if the spec is not a valid network, or the engine not built.
std::unique_ptr<Learner> make_learner(const ModelSpec& spec, Engine engine = Engine::kFused);

// A maker of learners, for an Adapter.
std::function<std::unique_ptr<Learner>(const ModelSpec&)> learners(Engine engine = Engine::kFused);

// What an inner step of such a learner on a batch of `rows` rows (at least 1) runs, and the memory
// that it takes, in lines for people. Throws Error as make_learner does, and if the
// engine or this CPU has no products of `precision`.
std::string describe_plan(const ModelSpec& spec, int rows, Precision precision,
                          Engine engine = Engine::kFused);

}  // namespace anole
