#include "anole/make_learner.h"

#include "anole/core/error.h"
#include "anole/fused/fused_learner.h"
#include "anole/onednn/onednn_learner.h"
#include "anole/reference/reference_learner.h"

namespace anole {

std::unique_ptr<Learner> make_learner(const ModelSpec& spec, Engine engine) {
  switch (engine) {
    case Engine::kFused:
      return make_fused_learner(spec);
    case Engine::kOneDnn:
      return make_onednn_learner(spec);
    case Engine::kReference:
      return make_reference_learner(spec);
  }
  ANOLE_CHECK(false);
  return nullptr;
}

}  // namespace anole
