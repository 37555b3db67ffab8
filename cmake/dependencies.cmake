# Every dependency of the library, each used in one folder (docs/decisions/ says why).
# What an installed library needs again at link time stands in cmake/anoleConfig.cmake.in.
find_package(Threads REQUIRED)
find_package(OpenMP REQUIRED COMPONENTS CXX)  # fused: oneDNN's threading runtime
list(APPEND CMAKE_MODULE_PATH ${CMAKE_CURRENT_LIST_DIR})
find_package(oneDNN REQUIRED)                 # fused
find_package(fmt REQUIRED)                    # all
find_package(nlohmann_json REQUIRED)          # io
find_package(tomlplusplus REQUIRED)           # program
find_package(CURL REQUIRED)                   # data
find_package(OpenSSL REQUIRED COMPONENTS Crypto)  # data
find_package(PkgConfig REQUIRED)
pkg_check_modules(libzip REQUIRED IMPORTED_TARGET libzip)           # data
pkg_check_modules(spng REQUIRED IMPORTED_TARGET spng)               # data
pkg_check_modules(jpeg REQUIRED IMPORTED_TARGET libjpeg)            # files
pkg_check_modules(webp REQUIRED IMPORTED_TARGET libwebp libwebpdemux)  # files
pkg_check_modules(utf8proc REQUIRED IMPORTED_TARGET libutf8proc)    # files
pkg_check_modules(xxhash REQUIRED IMPORTED_TARGET libxxhash)        # io

function(anole_link_dependencies target)
  target_link_libraries(${target}
    PUBLIC fmt::fmt Threads::Threads
    PRIVATE DNNL::dnnl OpenMP::OpenMP_CXX CURL::libcurl OpenSSL::Crypto PkgConfig::libzip
            PkgConfig::spng PkgConfig::jpeg PkgConfig::webp PkgConfig::utf8proc PkgConfig::xxhash
            $<BUILD_INTERFACE:nlohmann_json::nlohmann_json>
            $<BUILD_INTERFACE:tomlplusplus::tomlplusplus>)  # headers only: nothing to link later
endfunction()
