# Writes the file SOURCE as an array into the C file TARGET.
file(READ "${SOURCE}" digits HEX)
string(LENGTH "${digits}" digit_count)
math(EXPR size "${digit_count} / 2")
string(REGEX REPLACE "(................................)" "\\1\n" digits "${digits}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${digits}")
file(WRITE "${TARGET}" "#include \"server/api/documents.h\"\n
const uint8_t pat_api_openapi_document[] = {\n${bytes}};
const size_t pat_api_openapi_document_bytes = ${size};\n")
