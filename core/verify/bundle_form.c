/* Step 1: the form of a bundle (V31). */
#include "core/bytes/protobuf.h"
#include "core/bytes/reader.h"
#include "core/verify/bundle_internal.h"

enum { VERSION = 1, VERSION_TAG = 0x08 };

static pat_span span_of(ProtobufCBinaryData field) { return pat_span_make(field.data, field.len); }

static pat_status check_hashes(const ProtobufCBinaryData *items, size_t count, const char *place,
                               pat_err *reterr) {
  for (size_t i = 0; i < count; i++) {
    PAT_REQUIRE_AT(items[i].len == PAT_HASH_BYTES, VERIFY_BUNDLE, reterr, i, place);
  }
  return PAT_OK;
}

/* A newer version says so in its first field, whatever follows there. */
static bool is_newer(pat_span bytes) {
  pat_reader reader;
  pat_reader_init(&reader, bytes);
  uint8_t tag = 0;
  uint64_t version = 0;
  return pat_is_ok(pat_reader_u8(&reader, &tag)) && tag == VERSION_TAG &&
         pat_is_ok(pat_reader_uvarint(&reader, &version)) && version > VERSION;
}

static pat_status decode(pat_bundle__run *run) {
  PAT_REQUIRE_AT(run->bytes.size <= PAT_BUNDLE_BYTES_MAX, VERIFY_BUNDLE_SIZE, run->err,
                 PAT_BUNDLE_BYTES_MAX, "bundle");
  PAT_REQUIRE_AT(!is_newer(run->bytes), BYTES_NEWER_FORMAT, run->err, 1, "version");
  ProtobufCMessage *message = NULL;
  PAT_TRY(pat_protobuf_decode(&patina__proof_bundle__descriptor, run->bytes, run->arena, 0,
                              &message, run->err));
  run->bundle = (const Patina__ProofBundle *)message;
  PAT_REQUIRE_AT(run->bundle->version == VERSION, VERIFY_BUNDLE, run->err, 0, "version");
  PAT_REQUIRE_AT(run->bundle->n_entries <= PAT_BUNDLE_ENTRIES_MAX, VERIFY_BUNDLE_SIZE, run->err,
                 PAT_BUNDLE_ENTRIES_MAX, "entries");
  PAT_REQUIRE_AT(run->bundle->n_subjects <= PAT_BUNDLE_SUBJECTS_MAX, VERIFY_BUNDLE_SIZE, run->err,
                 PAT_BUNDLE_SUBJECTS_MAX, "subjects");
  return PAT_OK;
}

static pat_status check_about(const Patina__ProofBundle *bundle, pat_err *reterr) {
  if (bundle->about_case == PATINA__PROOF_BUNDLE__ABOUT_ASSET) {
    PAT_REQUIRE_AT(bundle->asset.len == PAT_ASSET_ID_BYTES, VERIFY_BUNDLE, reterr, 0, "asset");
    return PAT_OK;
  }
  PAT_REQUIRE_AT(bundle->about_case == PATINA__PROOF_BUNDLE__ABOUT_LOOKUP, VERIFY_BUNDLE, reterr, 0,
                 "about");
  for (size_t i = 0; i < bundle->lookup->n_vrf_proofs; i++) {
    size_t size = bundle->lookup->vrf_proofs[i].len;
    PAT_REQUIRE_AT(size == 0 || size == PAT_VRF_PROOF_BYTES, VERIFY_BUNDLE, reterr, i,
                   "lookup.vrf_proofs");
  }
  return PAT_OK;
}

static pat_status check_head(const Patina__ProofBundle *bundle, pat_err *reterr) {
  PAT_TRY(check_about(bundle, reterr));
  if (bundle->commit != NULL) {
    PAT_TRY(check_hashes(bundle->commit->inclusion, bundle->commit->n_inclusion, "commit.inclusion",
                         reterr));
  }
  if (bundle->earlier == NULL) return PAT_OK;
  return check_hashes(bundle->earlier->hashes, bundle->earlier->n_hashes, "earlier.hashes", reterr);
}

static pat_status check_entry(const Patina__ProvenEntry *proven, size_t at, pat_err *reterr) {
  PAT_REQUIRE_AT(proven->entry != NULL, VERIFY_BUNDLE, reterr, at, "entries.entry");
  PAT_REQUIRE_AT(proven->entry->n_sources == 0, VERIFY_BUNDLE, reterr, at, "entries.sources");
  PAT_TRY(check_hashes(proven->inclusion, proven->n_inclusion, "entries.inclusion", reterr));
  for (size_t i = 0; i < proven->n_vrf_proofs; i++) {
    PAT_REQUIRE_AT(proven->vrf_proofs[i].len == PAT_VRF_PROOF_BYTES, VERIFY_BUNDLE, reterr, at,
                   "entries.vrf_proofs");
  }
  return PAT_OK;
}

static pat_status check_entries(const Patina__ProofBundle *bundle, pat_err *reterr) {
  for (size_t i = 0; i < bundle->n_entries; i++) {
    PAT_TRY(check_entry(bundle->entries[i], i, reterr));
    if (i == 0) continue;
    bool ascends = bundle->entries[i - 1]->entry->index < bundle->entries[i]->entry->index;
    PAT_REQUIRE_AT(ascends, VERIFY_BUNDLE, reterr, i, "entries.index");
  }
  return PAT_OK;
}

static pat_status check_subject(const Patina__SubjectProof *subject, size_t at, pat_err *reterr) {
  PAT_REQUIRE_AT(subject->key.len == PAT_HASH_BYTES, VERIFY_BUNDLE, reterr, at, "subjects.key");
  PAT_REQUIRE_AT(subject->from == 0, VERIFY_BUNDLE, reterr, at, "subjects.from");
  PAT_REQUIRE_AT(subject->n_peaks == 0, VERIFY_BUNDLE, reterr, at, "subjects.peaks");
  PAT_REQUIRE_AT(subject->n_entries == subject->count, VERIFY_BUNDLE, reterr, at,
                 "subjects.entries");
  size_t root_size = subject->count > 0 ? PAT_HASH_BYTES : 0;
  PAT_REQUIRE_AT(subject->root.len == root_size, VERIFY_BUNDLE, reterr, at, "subjects.root");
  for (size_t i = 0; i < subject->n_entries; i++) {
    PAT_REQUIRE_AT(subject->entries[i]->leaf_hash.len == PAT_HASH_BYTES, VERIFY_BUNDLE, reterr, at,
                   "subjects.entries.leaf_hash");
  }
  return PAT_OK;
}

static pat_status check_subjects(const Patina__ProofBundle *bundle, pat_err *reterr) {
  for (size_t i = 0; i < bundle->n_subjects; i++) {
    PAT_TRY(check_subject(bundle->subjects[i], i, reterr));
    if (i == 0) continue;
    int order =
        pat_span_compare(span_of(bundle->subjects[i - 1]->key), span_of(bundle->subjects[i]->key));
    PAT_REQUIRE_AT(order < 0, VERIFY_BUNDLE, reterr, i, "subjects.key");
  }
  return PAT_OK;
}

static pat_status check(pat_bundle__run *run) {
  PAT_TRY(decode(run));
  PAT_TRY(check_head(run->bundle, run->err));
  PAT_TRY(check_entries(run->bundle, run->err));
  PAT_TRY(check_subjects(run->bundle, run->err));
  run->report->bundle = run->bundle;
  return pat_bundle__open(run);
}

pat_status pat_bundle__form(pat_bundle__run *run) {
  run->check = PAT_CHECK_FORM;
  pat_status verdict = check(run);
  return pat_bundle__tell(run, "form",
                          (pat_bundle_step){.number = run->bytes.size, .verdict = verdict});
}
