#include "tests/support/lying_evidence.h"

#include <inttypes.h>
#include <stdlib.h>

#include "core/base/assert.h"

static FILE *open_file(const lying_evidence *evidence, const char *name, const char *mode) {
  char path[1024];
  int size = snprintf(path, sizeof path, "%s/%s", evidence->folder, name);
  PAT_ASSERT(size > 0 && (size_t)size < sizeof path);
  FILE *stream = fopen(path, mode);
  PAT_ASSERT(stream != NULL);
  return stream;
}

lying_evidence lying_evidence_open(pat_span policy) {
  lying_evidence evidence = {.folder = getenv("PATINA_EVIDENCE")};
  if (evidence.folder == NULL) return evidence;
  evidence.list = open_file(&evidence, "opinions.jsonl", "a");
  pat_hash hash = pat_hash_of(policy);
  (void)snprintf(evidence.policy, sizeof evidence.policy, "policy-%02x%02x%02x%02x.txt",
                 hash.bytes[0], hash.bytes[1], hash.bytes[2], hash.bytes[3]);
  lying_evidence_keep(&evidence, evidence.policy, policy);
  return evidence;
}

void lying_evidence_close(lying_evidence *evidence) {
  if (evidence->list != NULL) (void)fclose(evidence->list);
  *evidence = (lying_evidence){.folder = NULL};
}

void lying_evidence_keep(const lying_evidence *evidence, const char *name, pat_span bytes) {
  if (evidence->folder == NULL) return;
  FILE *stream = open_file(evidence, name, "wb");
  PAT_ASSERT(bytes.size == 0 || fwrite(bytes.data, bytes.size, 1, stream) == 1);
  PAT_ASSERT(fclose(stream) == 0);
}

void lying_evidence_begin(const lying_evidence *evidence, const char *kind) {
  fprintf(evidence->list, "{\"kind\":\"%s\",\"policy\":\"%s\"", kind, evidence->policy);
}

void lying_evidence_hex(const lying_evidence *evidence, const char *name, pat_span bytes) {
  fprintf(evidence->list, ",\"%s\":\"", name);
  for (size_t i = 0; i < bytes.size; i++)
    fprintf(evidence->list, "%02x", bytes.data[i]);
  fputc('"', evidence->list);
}

void lying_evidence_bundle(const lying_evidence *evidence, const char *name, pat_span bundle,
                           const pat_tlog_head *earlier, const pat_bundle_report *report) {
  if (evidence->folder == NULL) return;
  char file[256];
  (void)snprintf(file, sizeof file, "%s.patina", name);
  lying_evidence_keep(evidence, file, bundle);
  lying_evidence_begin(evidence, "bundle");
  fprintf(evidence->list, ",\"file\":\"%s\"", file);
  if (earlier != NULL) {
    fprintf(evidence->list, ",\"size\":\"%" PRIu64 "\"", earlier->size);
    lying_evidence_hex(evidence, "root", pat_hash_span(&earlier->root));
  }
  fprintf(evidence->list, ",\"word\":\"%s\",\"check\":%d}\n", pat_word_text(report->word),
          (int)report->check);
}

void lying_evidence_pair(const lying_evidence *evidence, const char *older, const char *newer,
                         pat_status status) {
  if (evidence->folder == NULL) return;
  lying_evidence_begin(evidence, "pair");
  fprintf(evidence->list, ",\"older\":\"%s.patina\",\"file\":\"%s.patina\"", older, newer);
  fprintf(evidence->list, ",\"word\":\"%s\",\"check\":%d}\n", pat_word_text(pat_word_of(status)),
          pat_is_ok(status) ? 0 : (int)PAT_CHECK_PREFIX);
}
