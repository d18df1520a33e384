include(PatinaDependency)
pat_dependency(dep_protobufc
  HEADER protobuf-c/protobuf-c.h LIBRARY protobuf-c PACKAGE libprotobuf-c-dev)
set(ProtobufC_FOUND TRUE)
find_program(PATINA_PROTOC_C protoc-c)
if(NOT PATINA_PROTOC_C)
  message(FATAL_ERROR "protoc-c is missing: apt-get install protobuf-c-compiler")
endif()
