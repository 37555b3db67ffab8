# For pip alone, to compile in less than half the time: folders whose code Python does not call are left
# out, and files that read, write and check, which have no loops over numbers, are compiled at -O1. Which
# optimisation they get changes no result: there is no -ffast-math anywhere.
list(FILTER ANOLE_SOURCES EXCLUDE REGEX "/anole/(c_api|diagnose|peers|report|reproduce)/|/anole/html/svg")
set(light ${ANOLE_SOURCES})
list(FILTER light INCLUDE REGEX "/anole/(bundle|calibrate|distributions|expect|io|models|program|recipe|runs|support|train)/|/anole/data/(own|published|tables)/|_json.cpp$")
set_property(SOURCE ${light} APPEND PROPERTY COMPILE_OPTIONS -O1)
