# cpack: the Debian packages libanole0.1, libanole-runtime0.1, libanole-dev and anole, from the components
# of install.cmake.
# Only for prefix /usr, which Debian's library folder follows from: scripts/package configures that.
if(NOT CMAKE_INSTALL_PREFIX STREQUAL "/usr")
  return()
endif()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME anole)
set(CPACK_PACKAGE_VENDOR "The authors of Anole")
if(NOT CPACK_PACKAGE_CONTACT)
  set(CPACK_PACKAGE_CONTACT "The authors of Anole <anole@localhost>")
endif()
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_COMPONENTS_ALL shared runtime dev tool)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Whoever links libanole.so depends on this version or a later one of the same soname.
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS_POLICY ">=")

# Named by their sonames, so that two versions can be installed side by side.
set(CPACK_DEBIAN_SHARED_PACKAGE_NAME libanole${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
set(CPACK_DEBIAN_SHARED_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_SHARED_DESCRIPTION "few-shot learning by meta-learning (shared library)
libanole.so meta-trains networks that learn new classes from a few examples, and adapts them.")

set(CPACK_DEBIAN_RUNTIME_PACKAGE_NAME libanole-runtime${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_RUNTIME_DESCRIPTION "few-shot learning by meta-learning (adapt and predict alone)
libanole_runtime.so learns new classes from a few examples and names new ones, over a C ABI.")

set(CPACK_DEBIAN_DEV_PACKAGE_NAME libanole-dev)
set(CPACK_DEBIAN_DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEV_PACKAGE_SHLIBDEPS OFF)
set(CPACK_DEBIAN_DEV_PACKAGE_DEPENDS "${CPACK_DEBIAN_SHARED_PACKAGE_NAME} (= ${PROJECT_VERSION}), \
${CPACK_DEBIAN_RUNTIME_PACKAGE_NAME} (= ${PROJECT_VERSION}), libfmt-dev")
set(CPACK_DEBIAN_DEV_PACKAGE_SUGGESTS "cmake, pkg-config, libzip-dev, libspng-dev, libjpeg-dev, libwebp-dev, \
libutf8proc-dev, libxxhash-dev, libssl-dev, libtomlplusplus-dev")  # what the static library links
if(ANOLE_WITH_ONEDNN)
  string(APPEND CPACK_DEBIAN_DEV_PACKAGE_SUGGESTS ", libdnnl-dev")
endif()
if(ANOLE_WITH_NETWORK)
  string(APPEND CPACK_DEBIAN_DEV_PACKAGE_SUGGESTS ", libcurl4-openssl-dev")
endif()
set(CPACK_DEBIAN_DEV_DESCRIPTION "For programs in C++ and C: headers, the static library, and what find_package(anole) and pkg-config read.
The shared library needs fmt's headers alone; the static one needs the suggested packages.")

set(CPACK_DEBIAN_TOOL_PACKAGE_NAME anole)
set(CPACK_DEBIAN_TOOL_PACKAGE_SECTION science)
set(CPACK_DEBIAN_TOOL_PACKAGE_RECOMMENDS ca-certificates)
set(CPACK_DEBIAN_TOOL_PACKAGE_SUGGESTS python3-sklearn)
set(CPACK_DEBIAN_TOOL_DESCRIPTION "Command-line tool. Trains on pictures and tables, learns new classes from a few examples of each, names new ones, and
measures how often it is right.")

# Headers of other projects are compiled into the binaries, so their notices travel with ours.
file(READ ${PROJECT_SOURCE_DIR}/LICENSE copyright)
foreach(package librandom123-dev libcli11-dev nlohmann-json3-dev libfmt-dev)
  if(EXISTS /usr/share/doc/${package}/copyright)
    file(READ /usr/share/doc/${package}/copyright notice)
    string(APPEND copyright "\n---- Compiled in from headers of ${package}: ----\n\n${notice}")
  endif()
endforeach()
file(WRITE ${PROJECT_BINARY_DIR}/generated/copyright "${copyright}")
foreach(component SHARED RUNTIME DEV TOOL)
  string(TOLOWER ${component} name)
  install(FILES ${PROJECT_BINARY_DIR}/generated/copyright COMPONENT ${name}
          DESTINATION share/doc/${CPACK_DEBIAN_${component}_PACKAGE_NAME})
endforeach()
include(CPack)
