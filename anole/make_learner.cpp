#include "anole/make_learner.h"

#include "anole/core/error.h"
#include "anole/fused/fused_learner.h"
#ifdef ANOLE_WITH_ONEDNN
#include "anole/onednn/onednn_learner.h"
#endif
#include "anole/reference/reference_learner.h"

namespace anole {

#ifdef ANOLE_WITH_ONEDNN
std::vector<Engine> built_engines() {
  return {Engine::kFused, Engine::kOneDnn, Engine::kReference};
}
#else
std::vector<Engine> built_engines() { return {Engine::kFused, Engine::kReference}; }

namespace {

[[noreturn]] void no_onednn() {
  throw Error(
      "engine onednn: this build of anole has no oneDNN; use engine fused, or build with package "
      "libdnnl-dev and -DANOLE_ONEDNN=ON");
}
std::unique_ptr<Learner> make_onednn_learner(const ModelSpec&) { no_onednn(); }
std::string describe_onednn_plan(const ModelSpec&, int, Precision) { no_onednn(); }

}  // namespace
#endif

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
