#pragma once

// Data, network and protocol in words.

#include <string>

#include "anole/bundle/bundle.h"
#include "anole/train/experiment.h"

namespace anole::cli {

std::string describe_data(const Experiment& experiment);
std::string describe_network(const ModelSpec& spec);
std::string describe_training(const TrainOptions& options, AnswerKind answer);  // one line

// "Adam, lr 0.001, second moment carried from task to task"
std::string describe_optimizer(const InnerOptions& inner);

// Of an adapted bundle: "to 9 examples of 3 classes (circle 3, point 3, wave 3), by 5 inner steps
// of 9 examples, Adam, lr 0.001, seed 0"; of many classes the first ten.
std::string describe_adaptation(const Bundle& bundle);

// "5 classes and 1 example of each"
std::string describe_point(const CalibrationPoint& point);

// ", shifted by up to 2 pixels"; empty for 0.
std::string shift_text(int pixels);

// "1 shot", "2 shots"
std::string counted(std::int64_t count, const std::string& noun, const std::string& plural = "");

}  // namespace anole::cli
