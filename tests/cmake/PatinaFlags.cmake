# Compiler and linker flags. pat_warnings carries the warnings (all of them errors) for our own
# code; generated code does not link it. Sanitizers and hardening apply to everything.
add_library(pat_warnings INTERFACE)
# gcc's -Wshadow also takes a variable for a shadow where a type of its file has the same name, as
# in `walk *walk`; clang's finds every hidden variable, and runs in the same ./check.
target_compile_options(pat_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla
  -Wformat=2 -Wundef -Wcast-align -Wwrite-strings -Werror
  $<IF:$<C_COMPILER_ID:Clang>,-Wshadow,-Wshadow=local>)

if(PATINA_SANITIZE)
  add_compile_options(-fsanitize=${PATINA_SANITIZE} -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${PATINA_SANITIZE})
endif()

if(PATINA_FUZZ)
  if(NOT CMAKE_C_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "PATINA_FUZZ needs clang: apt-get install clang libclang-rt-14-dev")
  endif()
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

if(PATINA_COVERAGE)
  add_compile_options(-fprofile-instr-generate -fcoverage-mapping)
  add_link_options(-fprofile-instr-generate)
endif()

if(PATINA_HARDEN)
  include(CheckCCompilerFlag)
  set(CMAKE_REQUIRED_FLAGS "-O2 -Werror")
  check_c_compiler_flag("-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3" PATINA_HAS_FORTIFY_3)
  check_c_compiler_flag(-fcf-protection PATINA_HAS_CF_PROTECTION)
  check_c_compiler_flag(-fstack-clash-protection PATINA_HAS_STACK_CLASH)
  unset(CMAKE_REQUIRED_FLAGS)
  add_compile_options(-fstack-protector-strong -U_FORTIFY_SOURCE
    -D_FORTIFY_SOURCE=$<IF:$<BOOL:${PATINA_HAS_FORTIFY_3}>,3,2>
    $<$<BOOL:${PATINA_HAS_CF_PROTECTION}>:-fcf-protection>
    $<$<BOOL:${PATINA_HAS_STACK_CLASH}>:-fstack-clash-protection>)
  add_link_options(-Wl,-z,relro,-z,now,-z,noexecstack -pie)
  set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON)
endif()
