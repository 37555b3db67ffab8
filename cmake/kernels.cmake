# Files whose loops have to become vector code in every build type. The kernels' files are compiled for
# one instruction set each; the library picks at run time (core/isa.h). -fno-math-errno: square roots
# vectorise, nobody reads errno after them. -Wno-psabi: vectors are passed inside one file only.
set(ANOLE_VECTOR_OPTIONS -O3 -fno-math-errno -ffp-contract=fast -Wno-psabi)
set_source_files_properties(anole/adapt/optimizer.cpp PROPERTIES
                            COMPILE_OPTIONS "${ANOLE_VECTOR_OPTIONS}" SKIP_PRECOMPILE_HEADERS ON)

set_source_files_properties(anole/core/vector_math.cpp anole/meta/mean.cpp anole/meta/reptile.cpp
                            anole/meta/schedule.cpp PROPERTIES
                            COMPILE_OPTIONS "-O3;-ffp-contract=off" SKIP_PRECOMPILE_HEADERS ON)

# Of the checks of UBSan those that ASan makes too, and alignment, which no x86 load of a float minds,
# take half of the time or more to compile the kernels with sanitizers, and a third of the time of drawing
# glyphs.
if(ANOLE_SANITIZE)
  set(ANOLE_KERNEL_SANITIZE -O2 -fno-sanitize=null,alignment,object-size,pointer-overflow)
endif()

function(anole_kernels file)
  set_source_files_properties(anole/fused/kernels/${file}.cpp PROPERTIES
                              COMPILE_OPTIONS "${ANOLE_VECTOR_OPTIONS};${ANOLE_KERNEL_SANITIZE};${ARGN}"
                              OBJECT_DEPENDS ${PROJECT_SOURCE_DIR}/anole/fused/kernels/kernels.inl
                              SKIP_PRECOMPILE_HEADERS ON)
endfunction()
anole_kernels(kernels_baseline)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  anole_kernels(kernels_avx2 -mavx2 -mfma)
  set(ANOLE_AVX512 -mavx512f -mavx512bw -mavx512dq -mavx512vl -mfma -mprefer-vector-width=512)
  anole_kernels(kernels_avx512 ${ANOLE_AVX512})
  anole_kernels(kernels_avx512_bf16 ${ANOLE_AVX512} -mavx512bf16)
  anole_kernels(kernels_amx ${ANOLE_AVX512} -mamx-tile -mamx-bf16)
else()
  list(FILTER ANOLE_SOURCES EXCLUDE REGEX "/fused/kernels/kernels_(avx|amx)")
endif()
