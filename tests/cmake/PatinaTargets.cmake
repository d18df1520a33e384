# The words in which every folder states its targets:
#
#   pat_library(<name> SOURCES <file>... [DEPENDS <target>...])    a static library: one floor
#   pat_program(<name> SOURCES <file>... [DEPENDS <target>...])    an executable: in bin/,
#                                                                  unless its folder is in tests/
#   pat_test(<name> SOURCES <file>... [DEPENDS <target>...]        a cmocka program, its ctest case
#            [LABELS <label>...] [TIMEOUT <seconds>] [THREADED])
#   pat_script_test(<name> COMMAND <word>... [LABELS <label>...] [TIMEOUT <seconds>])
#   pat_add_folders(<folder>...)                                   those that have a CMakeLists.txt
#
# DEPENDS takes our targets (pat_base, pat_bytes, ...) and dep_<library> (root CMakeLists.txt).
# Labels of a test: unit unless LABELS says otherwise; THREADED adds "threaded", run under TSan too.
# A test is given PATINA_SOURCE_DIR, PATINA_BINARY_DIR and PATINA_SHARED (../shared beside the
# repository).

# What ThreadSanitizer cannot see in packaged libraries stands in tests/support/tsan.supp.
set(tsan_options "halt_on_error=1:second_deadlock_stack=1")
if(EXISTS "${CMAKE_SOURCE_DIR}/tests/support/tsan.supp")
  string(APPEND tsan_options ":suppressions=${CMAKE_SOURCE_DIR}/tests/support/tsan.supp")
endif()
set(PATINA_TEST_ENVIRONMENT
  "PATINA_SHARED=${CMAKE_SOURCE_DIR}/../shared"
  "PATINA_SOURCE_DIR=${CMAKE_SOURCE_DIR}"
  "PATINA_BINARY_DIR=${CMAKE_BINARY_DIR}"
  "ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1"
  "UBSAN_OPTIONS=print_stacktrace=1"
  "TSAN_OPTIONS=${tsan_options}")

# What ./check builds under TSan.
add_custom_target(pat_threaded_tests)

# What all our own C targets share. core is plain C17; outside it the system's interfaces are open.
function(pat__common target)
  target_include_directories(${target} PUBLIC "${CMAKE_SOURCE_DIR}")
  target_link_libraries(${target} PRIVATE pat_warnings)
  cmake_path(IS_PREFIX CMAKE_SOURCE_DIR "${CMAKE_CURRENT_SOURCE_DIR}" inside)
  cmake_path(RELATIVE_PATH CMAKE_CURRENT_SOURCE_DIR BASE_DIRECTORY "${CMAKE_SOURCE_DIR}"
    OUTPUT_VARIABLE place)
  if(inside AND NOT place MATCHES "^core(/|$)")
    target_compile_definitions(${target} PRIVATE _GNU_SOURCE)
  endif()
endfunction()

function(pat_library target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;DEPENDS")
  add_library(${target} STATIC ${arg_SOURCES})
  pat__common(${target})
  target_link_libraries(${target} PUBLIC ${arg_DEPENDS})
endfunction()

function(pat_program target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;DEPENDS")
  add_executable(${target} ${arg_SOURCES})
  pat__common(${target})
  target_link_libraries(${target} PRIVATE ${arg_DEPENDS})
  if(NOT CMAKE_CURRENT_SOURCE_DIR MATCHES "^${CMAKE_SOURCE_DIR}/tests/")
    set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
  endif()
endfunction()

function(pat__case name labels timeout)
  if(NOT labels)
    set(labels unit)
  endif()
  if(NOT timeout)
    set(timeout 120)
  endif()
  set_tests_properties(${name} PROPERTIES LABELS "${labels}" TIMEOUT ${timeout}
    ENVIRONMENT "${PATINA_TEST_ENVIRONMENT}")
endfunction()

function(pat_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "THREADED" "TIMEOUT" "SOURCES;DEPENDS;LABELS")
  add_executable(${name} ${arg_SOURCES})
  pat__common(${name})
  target_link_libraries(${name} PRIVATE ${arg_DEPENDS} dep_cmocka)
  add_test(NAME ${name} COMMAND ${name})
  set(labels ${arg_LABELS})
  if(NOT labels)
    set(labels unit)
  endif()
  if(arg_THREADED)
    list(APPEND labels threaded)
    add_dependencies(pat_threaded_tests ${name})
  endif()
  pat__case(${name} "${labels}" "${arg_TIMEOUT}")
endfunction()

function(pat_script_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "TIMEOUT" "COMMAND;LABELS")
  add_test(NAME ${name} COMMAND ${arg_COMMAND} WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}")
  pat__case(${name} "${arg_LABELS}" "${arg_TIMEOUT}")
endfunction()

function(pat_add_folders)
  foreach(folder IN LISTS ARGN)
    if(EXISTS "${CMAKE_CURRENT_SOURCE_DIR}/${folder}/CMakeLists.txt")
      add_subdirectory(${folder})
    endif()
  endforeach()
endfunction()
