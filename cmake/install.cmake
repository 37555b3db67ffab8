# cmake --install: the library, its public headers, the CLI and a package for find_package(anole).
include(CMakePackageConfigHelpers)

# Public headers are those of the folders below; engines stay behind anole/make_learner.h, and no
# installed header includes a third-party one but fmt's.
set(ANOLE_PUBLIC_FOLDERS core io files data tasks distributions models adapt meta eval bundle calibrate runs train recipe program
                         expect peers diagnose html report
                         reproduce support tensorboard)

install(TARGETS anole EXPORT anoleTargets
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
        INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
foreach(folder ${ANOLE_PUBLIC_FOLDERS})
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/anole/${folder}
          DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/anole
          FILES_MATCHING PATTERN "*.h" REGEX "/(io/(fields_)?json|eval/metric_json|bundle/(class_parts|preprocessing)_json)[.]h$" EXCLUDE)
endforeach()
install(FILES ${PROJECT_SOURCE_DIR}/anole/make_learner.h
              ${PROJECT_BINARY_DIR}/generated/anole/version.h
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/anole)
if(TARGET anole_cli)
  install(TARGETS anole_cli RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()

set(ANOLE_PACKAGE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/anole)
install(EXPORT anoleTargets NAMESPACE anole:: DESTINATION ${ANOLE_PACKAGE_DIR})
configure_package_config_file(cmake/anoleConfig.cmake.in
                              ${PROJECT_BINARY_DIR}/generated/anoleConfig.cmake
                              INSTALL_DESTINATION ${ANOLE_PACKAGE_DIR})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/generated/anoleConfigVersion.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_SOURCE_DIR}/cmake/FindoneDNN.cmake
              ${PROJECT_BINARY_DIR}/generated/anoleConfig.cmake
              ${PROJECT_BINARY_DIR}/generated/anoleConfigVersion.cmake
        DESTINATION ${ANOLE_PACKAGE_DIR})
