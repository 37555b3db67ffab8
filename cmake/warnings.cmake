# -Wall -Wextra -Wconversion for our own code; errors where ANOLE_WERROR is set (CI).
function(anole_warnings target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wconversion)
  if(ANOLE_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
endfunction()
