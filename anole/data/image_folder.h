#pragma once

// Your own pictures: one folder a class. `--data` names the folder (or a zip of it):
//
//   my-gestures/
//     wave/  1.png 2.JPG …         class "wave"
//     point/left/  a.jpeg …        class "point/left", group "point"
//
// PNG, JPEG and WebP, told by .png, .jpg, .jpeg, .jpe, .jfif or .webp in any case; other pictures
// are left out with a note, other files without. Rows are RGB if any picture has a colour, else
// grey, or as `channels` says; shrunk by area to image_size, by default 84 for RGB and 28 for grey;
// value = byte / 255. Where there is a network, pictures are brought to what it takes; see
// pictures.h. Classes and their items are in bytewise order.
//
// Splits (own/own_split.h); the first of them that the data has is the usual one:
//   folders  the top folders are train/, val/ and test/, or some of them, in any case
//   lists    class names, one a line, in train.txt, val.txt and test.txt, or some of them
//   seeded   shuffled by split_seed, test_fraction of the classes for testing
//   all      every class is a test class; usual where an initialisation is only evaluated

#include "anole/data/dataset.h"
#include "anole/data/own/class_folders.h"
#include "anole/data/own/own_split.h"

namespace anole {

struct OwnImages {
  ClassFolders folders;
  OwnSplit split;
  std::vector<std::string> notes;  // of both
};

// The pictures by class and the classes by part; nothing is decoded. `data` must be given. Throws
// Error as list_class_folders and split_own do.
OwnImages open_own_images(const DataOptions& options);

// Throws Error as above and for a file that cannot be decoded, with the reason.
LoadedData load_image_folder(const DataOptions& options);

}  // namespace anole
