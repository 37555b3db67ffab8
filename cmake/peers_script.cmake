# anole/peers/peers.py as a string in the library, so that an installed anole needs no source tree. A
# changed script makes CMake run again.
set(script ${PROJECT_SOURCE_DIR}/anole/peers/peers.py)
file(READ ${script} ANOLE_PEERS_SCRIPT)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${script})
file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/generated/anole/peers/peers_script.inc @ONLY
     CONTENT "R\"python(@ANOLE_PEERS_SCRIPT@)python\"\n")
