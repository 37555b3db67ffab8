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

std::function<std::unique_ptr<Learner>(const ModelSpec&)> learners(Engine engine) {
  return [engine](const ModelSpec& spec) { return make_learner(spec, engine); };
}

std::string describe_plan(const ModelSpec& spec, int rows, Precision precision, Engine engine) {
  switch (engine) {
    case Engine::kFused:
      return describe_fused_plan(spec, rows, precision);
    case Engine::kOneDnn:
      return describe_onednn_plan(spec, rows, precision);
    case Engine::kReference:
      (void)make_reference_learner(spec)->kernel_version(precision);
      return "The reference engine has no plan: each step walks the layers and allocates as it "
             "goes.\n";
  }
  ANOLE_CHECK(false);
  return {};
}

}  // namespace anole
