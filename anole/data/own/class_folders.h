#pragma once

// Which folders of pictures are classes, and whether the folders above them are the parts of a
// split: train/<class>/, val/<class>/, test/<class>/. Rules:
// 1. A class is the path of its folder, letters and accents composed (anole/files/unicode.h).
// 2. The top folders are parts if each of them that holds pictures is named like one (part_named)
//    and holds class folders. The name of a class is then without its part, so that one class may
//    lie in several parts.
// 3. Folders that wrap all of it are no part of the names: any above the parts; without parts, one
//    at the top of a zip. `train` alone divides nothing and is such a folder too.

#include <array>
#include <filesystem>
#include <string>
#include <vector>

#include "anole/data/image_set.h"
#include "anole/data/splits.h"

namespace anole {

struct ClassFolders {
  ImageSet set = {};  // classes in bytewise order, their files too
  bool divided = false;
  std::vector<std::array<bool, 3>> parts = {};  // of each class, by SplitPart; where divided
  std::string root = {};  // folder inside the archive; "" or with '/' after it
  std::vector<std::string> notes = {};
};

// How the top folders are read.
enum class TopFolders {
  kUsual,    // as rule 2 says; some that are parts beside others that are none: Error
  kParts,    // those that can be parts are, the others are left out
  kClasses,  // as rule 2 says; or else all are classes
};

// Throws Error if there are no class folders, for a class folder without pictures, for a picture
// outside of a class folder, and for two folders of one part.
ClassFolders list_class_folders(const std::filesystem::path& path, TopFolders top);

}  // namespace anole
