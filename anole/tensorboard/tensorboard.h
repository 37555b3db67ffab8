#pragma once

// A run for TensorBoard: `tensorboard --logdir runs` shows every run folder below it. Scalars:
// loss, meta_step, rates, validation, and the report's test scores; images: tasks; text: the
// options; hparams: the options again, to sort and compare runs by.

#include <filesystem>
#include <memory>

#include "anole/report/page.h"
#include "anole/train/observers.h"

namespace anole {

// Writes an event file into the run folder while the run goes on. `experiment` must outlive it.
std::unique_ptr<Observer> tensorboard_observer(const Experiment& experiment);

// Writes the event file of a report into its run folder, in place of an earlier report's. The
// curves of training are in it only if no observer has written them. Events bear the time of
// writing, as metrics.jsonl has none.
void write_report_events(const RunReport& run);

}  // namespace anole
