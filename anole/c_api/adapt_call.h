#pragma once

// What anole_adapt and anole_add are told beside examples, from texts.

#include <span>
#include <string_view>

#include "anole/bundle/adapter.h"
#include "anole/c_api/anole.h"
#include "anole/c_api/gathered_examples.h"
#include "anole/support/learn_examples.h"

namespace anole {

// Of several values of one option the last counts. Throws UsageError for an unknown name and for a
// value that its field does not take.
LearnOptions parse_options(std::span<const anole_option> options);

// As `anole adapt` does with --support and with --add. Throw Error as Adapter does, and UsageError
// for options that would not be heeded.
void adapt_call(Adapter& adapter, const GatheredExamples& examples,
                std::span<const anole_option> options);
void add_call(Adapter& adapter, const GatheredExamples& examples,
              std::span<const anole_option> options);

}  // namespace anole
