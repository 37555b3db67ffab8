# cmake --install: the libraries, their public headers, the CLI, a package for find_package(anole) and one
# for pkg-config. Components: shared (libanole.so), runtime (libanole_runtime.so), dev, tool.
include(CMakePackageConfigHelpers)

# Public headers are those of the folders below; engines stay behind anole/make_learner.h, and no
# installed header includes a third-party one but fmt's.
set(ANOLE_PUBLIC_FOLDERS core io files data tasks distributions models adapt meta eval bundle calibrate runs train recipe program
                         expect peers diagnose html report
                         reproduce support tensorboard)

install(TARGETS anole EXPORT anoleTargets
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT dev
        INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
set(ANOLE_PACKAGE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/anole)
foreach(part Shared Runtime)
  string(TOLOWER ${part} component)
  set(target anole_${component})
  if(TARGET ${target})
    install(TARGETS ${target} EXPORT anole${part}Targets
            LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT ${component} NAMELINK_COMPONENT dev
            INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
    install(EXPORT anole${part}Targets NAMESPACE anole:: DESTINATION ${ANOLE_PACKAGE_DIR} COMPONENT dev)
  endif()
endforeach()
if(TARGET anole_runtime)
  install(FILES ${PROJECT_SOURCE_DIR}/anole/c_api/anole.h
          DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT dev)
endif()
set(private "/(io/(fields_)?json|eval/metric_json|bundle/(class_parts|preprocessing)_json)[.]h$")  # of nlohmann_json
foreach(folder ${ANOLE_PUBLIC_FOLDERS})
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/anole/${folder}
          DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/anole COMPONENT dev
          FILES_MATCHING PATTERN "*.h" REGEX ${private} EXCLUDE)
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR} anole/${folder}/*.h)
  list(FILTER headers EXCLUDE REGEX ${private})
  list(APPEND ANOLE_PUBLIC_HEADERS ${headers})
endforeach()
list(APPEND ANOLE_PUBLIC_HEADERS anole/make_learner.h)
install(FILES ${PROJECT_SOURCE_DIR}/anole/make_learner.h
              ${PROJECT_BINARY_DIR}/generated/anole/version.h
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/anole COMPONENT dev)
if(TARGET anole_cli)
  install(TARGETS anole_cli RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT tool)
endif()

install(EXPORT anoleTargets NAMESPACE anole:: DESTINATION ${ANOLE_PACKAGE_DIR} COMPONENT dev)
configure_package_config_file(cmake/anoleConfig.cmake.in
                              ${PROJECT_BINARY_DIR}/generated/anoleConfig.cmake
                              INSTALL_DESTINATION ${ANOLE_PACKAGE_DIR})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/generated/anoleConfigVersion.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_SOURCE_DIR}/cmake/FindoneDNN.cmake
              ${PROJECT_BINARY_DIR}/generated/anoleConfig.cmake
              ${PROJECT_BINARY_DIR}/generated/anoleConfigVersion.cmake
        DESTINATION ${ANOLE_PACKAGE_DIR} COMPONENT dev)
include(cmake/pkg_config.cmake)
if(ANOLE_BUILD_TESTS AND NOT ANOLE_SANITIZE)
  add_subdirectory(tests/headers)
endif()
