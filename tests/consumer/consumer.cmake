# A program of somebody else's against an install tree made from this build; run by ctest as
#   cmake -DKIND=static|shared|pkg-config-static|pkg-config-shared -DSOURCE=... -DBUILD=... -DWORK=... -P consumer.cmake
# The tree is moved after it was installed: nothing in it may hold the prefix.
function(run)
  execute_process(COMMAND ${ARGV} OUTPUT_VARIABLE output ERROR_VARIABLE output
                  RESULT_VARIABLE result)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "${ARGV} failed:\n${output}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

file(REMOVE_RECURSE ${WORK})
run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${WORK}/first)
file(RENAME ${WORK}/first ${WORK}/installed)
set(ENV{PKG_CONFIG_PATH} ${WORK}/installed/${LIBDIR}/pkgconfig)
set(ENV{LD_LIBRARY_PATH} ${WORK}/installed/${LIBDIR})
run(${CMAKE_COMMAND} -S ${SOURCE}/tests/consumer -B ${WORK}/build -G ${GENERATOR} -DKIND=${KIND}
    -DCMAKE_PREFIX_PATH=${WORK}/installed -DANOLE_INCLUDE_DIR=${WORK}/installed/include
    -DCMAKE_CXX_COMPILER=${COMPILER} -DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER}
    -DCMAKE_BUILD_TYPE=Release)
run(${CMAKE_COMMAND} --build ${WORK}/build)
run(${WORK}/build/consumer)
if(NOT output MATCHES "left right")
  message(FATAL_ERROR "expected 'left right', got: ${output}")
endif()
# Which library it is, by what the program asks the loader for.
run(readelf -d ${WORK}/build/consumer)
string(REGEX MATCH "NEEDED[^\n]*libanole[.]so[.]0[.]1" needed "${output}")
if(KIND MATCHES "shared$" AND NOT needed)
  message(FATAL_ERROR "expected libanole.so.0.1 among what it needs:\n${output}")
elseif(KIND MATCHES "static$" AND needed)
  message(FATAL_ERROR "expected the static library, found ${needed}")
elseif(KIND MATCHES "shared$" AND output MATCHES "NEEDED[^\n]*(dnnl|curl|zip|spng|webp|crypto)")
  message(FATAL_ERROR "a program of the shared library needs ${CMAKE_MATCH_1} itself:\n${output}")
endif()
