#include "anole/fused/fused_learner.h"

#include "anole/adapt/plan_learner.h"
#include "anole/fused/plan.h"

namespace anole {

std::unique_ptr<Learner> make_fused_learner(const ModelSpec& spec) {
  return std::make_unique<PlanLearner<fused::Plan>>(spec);
}

std::string describe_fused_plan(const ModelSpec& spec, int rows, Precision precision) {
  const bool bf16 = precision == Precision::kBf16;
  if (bf16) (void)fused::Plan::bf16_version();  // says so where there is none
  return fused::Plan(spec, rows, bf16 ? PlanKind::kTrainBf16 : PlanKind::kTrain).describe();
}

}  // namespace anole
