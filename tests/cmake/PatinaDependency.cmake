# pat_dependency(<target> HEADER <header> LIBRARY <name> PACKAGE <Debian package>) defines an
# imported target for a library of the system, or stops with the command that installs it.
function(pat_dependency target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "HEADER;LIBRARY;PACKAGE" "")
  find_path(${target}_HEADER_DIR "${arg_HEADER}")
  find_library(${target}_LIBRARY "${arg_LIBRARY}")
  mark_as_advanced(${target}_HEADER_DIR ${target}_LIBRARY)
  if(NOT ${target}_HEADER_DIR OR NOT ${target}_LIBRARY)
    message(FATAL_ERROR "${arg_HEADER} or lib${arg_LIBRARY} is missing: "
      "apt-get install ${arg_PACKAGE} (or run ./check, which installs what is missing)")
  endif()
  if(NOT TARGET ${target})
    add_library(${target} UNKNOWN IMPORTED GLOBAL)
    set_target_properties(${target} PROPERTIES IMPORTED_LOCATION "${${target}_LIBRARY}"
      INTERFACE_INCLUDE_DIRECTORIES "${${target}_HEADER_DIR}")
  endif()
endfunction()
