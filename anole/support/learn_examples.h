#pragma once

// What a program does with examples that were read or gathered: a bundle begins anew with them, or
// learns them beside those that it holds. The command line, the C ABI and Python share it.
//
// Whether pictures are inverted is seen beside what they are read for: beginning anew, that is the
// initialisation, whatever an adapted bundle does since; adding, it is the adapted bundle.

#include <string>
#include <tuple>

#include "anole/bundle/adapter.h"
#include "anole/support/read_support.h"

namespace anole {

// What adapting is told beside examples.
struct LearnOptions {
  AdaptOptions adapt = {};  // `inverted` is of rows; of pictures it is found out
  Invert invert = Invert::kAuto;

  static constexpr auto fields() {
    return std::tuple{
        Nested{&LearnOptions::adapt},
        Field{"invert", &LearnOptions::invert,
              "swap black and white of pictures: yes, no, or auto: where the ground is the "
              "opposite of training's"}};
  }
};

// Pictures that were read for start_rows(adapter.bundle()). Throws Error as Adapter::adapt does.
void begin_with(Adapter& adapter, SupportSet pictures, AdaptOptions options);

// Examples that were read for rows_taken(adapter.bundle()). Throws Error as Adapter::add does, and
// for pictures of the opposite ground: where they are, and advice on what to do.
struct OtherGround {
  std::string where, advice;
};
void add_to(Adapter& adapter, SupportSet examples, const OtherGround& told);

}  // namespace anole
