/* Documents that are part of the program: generated from the repository's files by the build. */
#ifndef PAT_SERVER_API_DOCUMENTS_H
#define PAT_SERVER_API_DOCUMENTS_H

#include <stddef.h>
#include <stdint.h>

/* proto/openapi.json */
extern const uint8_t pat_api_openapi_document[];
extern const size_t pat_api_openapi_document_bytes;

#endif
