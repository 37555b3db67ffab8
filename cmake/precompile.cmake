# A first build, on a machine without ccache, reads the large headers once. With ccache they are left
# as they are: it caches plain headers better, and finds sources that forget to include what they use.
set(ANOLE_LARGE_HEADERS <fmt/format.h> <algorithm> <filesystem> <functional> <map> <memory> <optional>
                        <span> <string> <string_view> <vector>)

# anole_precompile(target [more headers])
function(anole_precompile target)
  if(NOT CMAKE_CXX_COMPILER_LAUNCHER)
    target_precompile_headers(${target} PRIVATE ${ANOLE_LARGE_HEADERS} ${ARGN})
  endif()
endfunction()
