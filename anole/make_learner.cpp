#include "anole/make_learner.h"

#include "anole/fused/fused_learner.h"
#include "anole/reference/reference_learner.h"

namespace anole {

std::unique_ptr<Learner> make_learner(const ModelSpec& spec, Engine engine) {
  return engine == Engine::kFused ? make_fused_learner(spec) : make_reference_learner(spec);
}

}  // namespace anole
