# Names the Debian packages of headers that are not found, all at once, before find_package stops at the
# first; what pip shows of a build that failed then says what to install.
set(ANOLE_HEADERS fmt/core.h libfmt-dev nlohmann/json.hpp nlohmann-json3-dev toml++/toml.h libtomlplusplus-dev
                  Random123/philox.h librandom123-dev zip.h libzip-dev spng.h libspng-dev jpeglib.h libjpeg-dev
                  webp/decode.h libwebp-dev utf8proc.h libutf8proc-dev openssl/evp.h libssl-dev
                  xxhash.h libxxhash-dev)
set(missing "")
while(ANOLE_HEADERS)
  list(POP_FRONT ANOLE_HEADERS header package)
  find_path(ANOLE_${package} ${header} NO_CACHE)
  if(NOT ANOLE_${package})
    string(APPEND missing " ${package}")
  endif()
endwhile()
find_program(ANOLE_PKG_CONFIG pkg-config NO_CACHE)
if(NOT ANOLE_PKG_CONFIG)
  string(APPEND missing " pkg-config")
endif()
if(missing)
  message(WARNING "anole needs libraries that were not found; on Debian: apt-get install${missing}")
endif()
