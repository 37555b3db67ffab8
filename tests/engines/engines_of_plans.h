#pragma once

#include <vector>

#include "anole/make_learner.h"

namespace anole {

// The engines of this build that the reference judges.
inline std::vector<Engine> engines_of_plans() {
  auto engines = built_engines();
  std::erase(engines, Engine::kReference);
  return engines;
}

}  // namespace anole
