# cmake -DHEADERS=<generated header>... -DOUTPUT=<file> -P list_descriptors.cmake
# Writes one line DESCRIPTOR(<name>) for each message descriptor that the headers declare, with their
# #include lines in a second file: <file>.h. So that a test over all messages misses none.
set(includes "")
set(lines "")
foreach(header IN LISTS HEADERS)
  string(APPEND includes "#include \"${header}\"\n")
  file(STRINGS "${header}" found REGEX "^extern const ProtobufCMessageDescriptor ")
  foreach(line IN LISTS found)
    string(REGEX REPLACE "^extern const ProtobufCMessageDescriptor ([a-z0-9_]+);$" "DESCRIPTOR(\\1)\n"
      line "${line}")
    string(APPEND lines "${line}")
  endforeach()
endforeach()
file(WRITE "${OUTPUT}.h" "${includes}")
file(WRITE "${OUTPUT}" "${lines}")
