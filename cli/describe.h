#pragma once

// Data, network and protocol in words.

#include <string>

#include "anole/train/experiment.h"

namespace anole::cli {

std::string describe_data(const Experiment& experiment);
std::string describe_network(const ModelSpec& spec);
std::string describe_training(const TrainOptions& options, AnswerKind answer);  // one line

// "Adam, lr 0.001, second moment carried from task to task"
std::string describe_optimizer(const InnerOptions& inner);

// ", shifted by up to 2 pixels"; empty for 0.
std::string shift_text(int pixels);

// "1 shot", "2 shots"
std::string counted(std::int64_t count, const std::string& noun, const std::string& plural = "");

}  // namespace anole::cli
