# Every dependency of the library, each used in one folder (docs/decisions/ says why).
# What an installed library needs again at link time stands in cmake/anoleConfig.cmake.in.
find_package(Threads REQUIRED)
list(APPEND CMAKE_MODULE_PATH ${CMAKE_CURRENT_LIST_DIR})
include(cmake/optional_parts.cmake)           # onednn, data
if(ANOLE_WITH_ONEDNN)
  find_package(OpenMP REQUIRED COMPONENTS CXX)  # onednn: its threading runtime
endif()
find_package(fmt REQUIRED)                    # all
find_package(nlohmann_json REQUIRED)          # io
find_package(tomlplusplus REQUIRED)           # program
find_package(OpenSSL REQUIRED COMPONENTS Crypto)  # data
find_package(PkgConfig REQUIRED)
pkg_check_modules(libzip REQUIRED IMPORTED_TARGET libzip)           # data
pkg_check_modules(spng REQUIRED IMPORTED_TARGET spng)               # data
pkg_check_modules(jpeg REQUIRED IMPORTED_TARGET libjpeg)            # files
pkg_check_modules(webp REQUIRED IMPORTED_TARGET libwebp libwebpdemux)  # files
pkg_check_modules(utf8proc REQUIRED IMPORTED_TARGET libutf8proc)    # files
pkg_check_modules(xxhash REQUIRED IMPORTED_TARGET libxxhash)        # io

set(ANOLE_OPTIONAL_LIBRARIES "")
if(ANOLE_WITH_ONEDNN)
  list(APPEND ANOLE_OPTIONAL_LIBRARIES DNNL::dnnl OpenMP::OpenMP_CXX)
endif()
if(ANOLE_WITH_NETWORK)
  list(APPEND ANOLE_OPTIONAL_LIBRARIES CURL::libcurl)
endif()

function(anole_link_dependencies target)
  target_link_libraries(${target}
    PUBLIC fmt::fmt Threads::Threads
    PRIVATE ${ANOLE_OPTIONAL_LIBRARIES} OpenSSL::Crypto PkgConfig::libzip
            PkgConfig::spng PkgConfig::jpeg PkgConfig::webp PkgConfig::utf8proc PkgConfig::xxhash
            $<BUILD_INTERFACE:nlohmann_json::nlohmann_json>  # headers only: nothing to link later
            tomlplusplus::tomlplusplus)
endfunction()
