#pragma once

// What anole_adapt and anole_add are told beside examples, from texts.

#include <span>
#include <string_view>
#include <tuple>

#include "anole/bundle/adapt_options.h"
#include "anole/bundle/adapter.h"
#include "anole/c_api/anole.h"
#include "anole/c_api/gathered_examples.h"
#include "anole/core/fields.h"
#include "anole/data/preprocessing.h"

namespace anole {

struct AdaptCall {
  AdaptOptions adapt = {};
  Invert invert = Invert::kAuto;

  static constexpr auto fields() {
    return std::tuple{
        Nested{&AdaptCall::adapt},
        Field{"invert", &AdaptCall::invert,
              "swap black and white: yes, no, or auto: where the ground is the opposite of "
              "training's"}};
  }
};

// Of several values of one option the last counts. Throws UsageError for an unknown name and for a
// value that its field does not take.
AdaptCall parse_options(std::span<const anole_option> options);

// As `anole adapt` does with --support and with --add. Throw Error as Adapter does, and UsageError
// for options that would not be heeded.
void adapt_to(Adapter& adapter, const GatheredExamples& examples,
              std::span<const anole_option> options);
void add_to(Adapter& adapter, const GatheredExamples& examples,
            std::span<const anole_option> options);

}  // namespace anole
