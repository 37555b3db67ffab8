# libanole_runtime: anole.h and nothing else. The functions of anole/c_api and make_learner.cpp without
# engines other than our own are compiled here; members of the static library come in as these need
# them, so that trainer, data sets, zips and network code stay out. docs/decisions/0020-c-abi.md says why.
file(GLOB ANOLE_RUNTIME_SOURCES CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/anole/c_api/*.cpp)
add_library(anole_runtime SHARED ${ANOLE_RUNTIME_SOURCES} ${PROJECT_SOURCE_DIR}/anole/make_learner.cpp)
add_library(anole::runtime ALIAS anole_runtime)
target_include_directories(anole_runtime INTERFACE $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/anole/c_api>
                                                   $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
target_link_libraries(anole_runtime PRIVATE anole)
# Definitions of a source file hold for each target that compiles it; this one wants none of oneDNN.
target_compile_options(anole_runtime PRIVATE -UANOLE_WITH_ONEDNN)
set(exported ${CMAKE_CURRENT_LIST_DIR}/runtime.map)
target_link_options(anole_runtime PRIVATE -Wl,--as-needed,--gc-sections,--exclude-libs,ALL
                                          -Wl,--version-script=${exported})
set_target_properties(anole_runtime PROPERTIES
  EXPORT_NAME runtime VERSION ${PROJECT_VERSION} LINK_DEPENDS ${exported}
  SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
anole_warnings(anole_runtime)
anole_precompile(anole_runtime)

if(ANOLE_INSTALL)  # library and header: cmake/install.cmake
  configure_file(${CMAKE_CURRENT_LIST_DIR}/anole_runtime.pc.in
                 ${PROJECT_BINARY_DIR}/generated/anole_runtime.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/generated/anole_runtime.pc
          DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT dev)
endif()
