#include "anole/make_learner.h"

#include <stdexcept>

#include "anole/reference/reference_learner.h"

#if __has_include("anole/fused/fused_learner.h")
#include "anole/fused/fused_learner.h"
#define ANOLE_HAS_FUSED 1
#endif

namespace anole {

std::unique_ptr<Learner> make_learner(const ModelSpec& spec, Engine engine) {
  if (engine == Engine::kReference) return make_reference_learner(spec);
#ifdef ANOLE_HAS_FUSED
  return make_fused_learner(spec);
#else
  throw std::runtime_error("this build has no fused engine; use the engine 'reference'");
#endif
}

}  // namespace anole
