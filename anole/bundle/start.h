#pragma once

// The user's start: the initialisation that is adapted where no bundle is named. `make demo` trains
// it on drawn glyphs and puts it there; nothing else writes it.

#include <filesystem>

namespace anole {

// Where it lies: start.anole in $XDG_DATA_HOME/anole, else in ~/.local/share/anole; the file need
// not exist. Empty if the environment names neither folder.
std::filesystem::path start_bundle();

// start_bundle() if there is a file. Throws Error, which says how to get one, if there is none.
std::filesystem::path require_start_bundle();

}  // namespace anole
