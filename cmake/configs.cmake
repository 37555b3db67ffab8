# The library carries the configs: `anole train` without one does what configs/glyphs.toml says, and
# `anole reproduce` takes those of the results table.
file(GLOB_RECURSE configs CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/configs/*.toml)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${configs})
foreach(config ${configs})
  file(RELATIVE_PATH name ${PROJECT_SOURCE_DIR}/configs ${config})
  string(REGEX REPLACE "\\.toml$" "" name ${name})
  file(READ ${config} text)
  string(APPEND ANOLE_CONFIGS "    {\"${name}\", R\"toml(${text})toml\"},\n")
endforeach()
configure_file(anole/program/configs.h.in ${PROJECT_BINARY_DIR}/generated/anole/program/configs.h @ONLY)

