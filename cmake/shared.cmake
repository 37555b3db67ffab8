# libanole.so from the objects of the static library. Whoever links it needs fmt's headers at most;
# all other libraries are its own affair. Below 1.0 a minor version may change the API.
add_library(anole_shared SHARED $<TARGET_OBJECTS:anole>)
add_library(anole::shared ALIAS anole_shared)
set_target_properties(anole_shared PROPERTIES OUTPUT_NAME anole EXPORT_NAME shared LINKER_LANGUAGE CXX
                      VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
target_compile_features(anole_shared INTERFACE cxx_std_20)
target_include_directories(anole_shared INTERFACE $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>
                                                  $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/generated>)
anole_link_dependencies(anole_shared)
target_link_options(anole_shared PRIVATE -Wl,--as-needed -Wl,-z,defs)
