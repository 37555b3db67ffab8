# The class lists in anole/data/splits/, as initialisers of a table in anole/data/splits.cpp, so that
# an installed library needs no files. Changed lists make CMake run again.
file(GLOB split_lists CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/anole/data/splits/omniglot_*.txt)
set(ANOLE_SPLIT_LISTS "")
foreach(list ${split_lists})
  get_filename_component(name ${list} NAME_WE)
  file(READ ${list} text)
  string(APPEND ANOLE_SPLIT_LISTS "{\"${name}\", R\"list(${text})list\"},\n")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${list})
endforeach()
configure_file(${PROJECT_SOURCE_DIR}/cmake/split_lists.inc.in ${PROJECT_BINARY_DIR}/generated/anole/data/split_lists.inc @ONLY)
