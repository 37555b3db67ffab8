#include "anole/support/question_table.h"

#include "anole/core/error.h"

namespace anole {

void ask_about_table(const std::string& path, const Bundle&, const DataOptions&,
                     const TakeQuestion&) {
  throw Error("{}: tables are not asked about yet", path);
}

}  // namespace anole
