#include "anole/fused/fused_learner.h"

#include "anole/adapt/plan_learner.h"
#include "anole/fused/plan.h"

namespace anole {

std::unique_ptr<Learner> make_fused_learner(const ModelSpec& spec) {
  return std::make_unique<PlanLearner<fused::Plan>>(spec);
}

}  // namespace anole
