#pragma once

// Peers of scikit-learn, run by a Python script that is part of the library (peers.py): class means,
// logistic regression, k-nearest neighbours. What can be tuned is tuned on tasks of other classes.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "anole/peers/exchange.h"

namespace anole {

std::string_view peers_script();  // the text of peers.py

struct ScikitOptions {
  std::string python = "python3";            // an interpreter that can import scikit-learn
  int threads = 1;                           // for its linear algebra
  std::function<void()> while_running = {};  // see ProgramStart
};

// The peers' answers to tasks.scored, written, asked for and read in a temporary folder that is gone
// afterwards, whatever happens. Throws Error, saying how to install it, if there is no such
// interpreter or it has no scikit-learn, and with the end of its message if the script fails.
std::vector<PeerAnswers> scikit_answers(const ExchangedTasks& tasks, const ScikitOptions& options);

}  // namespace anole
