# cmake -DHEADERS=<header>... -DROOT=<folder> -DOUTPUT=<file> -P list_descriptors.cmake
# Writes the C file that defines what all_descriptors.h declares, from the descriptors that the
# generated headers, paths from ROOT, declare: so that a test over all messages misses none.
set(includes "")
set(rows "")
foreach(header IN LISTS HEADERS)
  string(APPEND includes "#include \"${header}\"\n")
  file(STRINGS "${ROOT}/${header}" found REGEX "^extern const ProtobufCMessageDescriptor ")
  foreach(line IN LISTS found)
    string(REGEX REPLACE "^extern const ProtobufCMessageDescriptor ([a-z0-9_]+);$" "    &\\1,\n"
      line "${line}")
    string(APPEND rows "${line}")
  endforeach()
endforeach()
file(WRITE "${OUTPUT}" "#include \"tests/core/bytes/all_descriptors.h\"\n\n${includes}
const ProtobufCMessageDescriptor *const all_descriptors[] = {\n${rows}};
const size_t all_descriptors_count = sizeof(all_descriptors) / sizeof(all_descriptors[0]);\n")
