/* From what a bundle holds to its message: paths, proofs, and everything in its order. */
#include "core/base/assert.h"
#include "core/bytes/protobuf.h"
#include "core/model/sort.h"
#include "server/api/bundle.h"

enum { PATHS_AT_ONCE = 64 };

static ProtobufCBinaryData hash_field(const pat_hash *hash) {
  return (ProtobufCBinaryData){.len = sizeof(hash->bytes),
                               .data = (uint8_t *)(uintptr_t)hash->bytes};
}

/* The hashes of a proof as a repeated field. */
static pat_status keep_hashes(const pat_hash *hashes, size_t count, pat_arena *arena,
                              ProtobufCBinaryData **ret_fields) {
  pat_hash *kept = pat_arena_take_array(arena, count, sizeof(*kept));
  ProtobufCBinaryData *fields = pat_arena_take_array(arena, count, sizeof(*fields));
  PAT_REQUIRE(kept != NULL, LIMIT_MEMORY);
  PAT_REQUIRE(fields != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < count; i++) {
    kept[i] = hashes[i];
    fields[i] = hash_field(&kept[i]);
  }
  *ret_fields = fields;
  return PAT_OK;
}

/* --- the checkpoint -------------------------------------------------------------------------- */

static pat_status add_commit(pat_api_bundle *bundle, Patina__ProofBundle *message) {
  const pat_ledger_port *port = bundle->at.port;
  pat_arena *arena = &bundle->memory.arena;
  uint64_t size = bundle->view->head.size;
  uint64_t index = size - 1;
  PAT_TRY(pat_api_note(&bundle->at, size, arena, &message->checkpoint));
  Patina__CommitProof *commit = pat_arena_take(arena, sizeof(*commit));
  PAT_REQUIRE(commit != NULL, LIMIT_MEMORY);
  patina__commit_proof__init(commit);
  PAT_CLEANUP(pat_blob_clear) pat_blob leaf = {0};
  PAT_TRY(port->leaf(port->context, index, &leaf));
  PAT_TRY(pat_api_keep(arena, pat_blob_span(leaf), &commit->leaf));
  pat_port_path path;
  PAT_TRY(port->inclusion(port->context, &index, 1, size, &path));
  PAT_TRY(keep_hashes(path.hashes, path.count, arena, &commit->inclusion));
  commit->n_inclusion = path.count;
  message->commit = commit;
  return PAT_OK;
}

static pat_status add_earlier(pat_api_bundle *bundle, uint64_t since, Patina__ProofBundle *message,
                              pat_err *reterr) {
  const pat_ledger_port *port = bundle->at.port;
  uint64_t size = bundle->view->head.size;
  pat_arena *arena = &bundle->memory.arena;
  char *note = NULL;
  pat_status status = pat_api_note(&bundle->at, since, arena, &note);
  if (!pat_is_ok(status)) return pat_refuse_at((pat_rule)status.rule, reterr, 0, "since");
  if (since == size) return PAT_OK;
  pat_tlog_proof proof;
  PAT_TRY(port->consistency(port->context, since, size, &proof));
  Patina__EarlierCheckpoint *earlier = pat_arena_take(arena, sizeof(*earlier));
  PAT_REQUIRE(earlier != NULL, LIMIT_MEMORY);
  patina__earlier_checkpoint__init(earlier);
  earlier->size = since;
  PAT_TRY(keep_hashes(proof.hashes, proof.count, arena, &earlier->hashes));
  earlier->n_hashes = proof.count;
  message->earlier = earlier;
  return PAT_OK;
}

/* --- entries --------------------------------------------------------------------------------- */

static int by_index(const void *a, const void *b) {
  const Patina__ProvenEntry *left = a;
  const Patina__ProvenEntry *right = b;
  return (left->entry->index > right->entry->index) - (left->entry->index < right->entry->index);
}

/* The paths of some entries that stand side by side. */
static pat_status add_paths(pat_api_bundle *bundle, Patina__ProvenEntry **entries, size_t count) {
  const pat_ledger_port *port = bundle->at.port;
  pat_arena *scratch = &bundle->scratch.arena;
  pat_arena_reset_to(scratch, 0);
  uint64_t indexes[PATHS_AT_ONCE];
  pat_port_path *paths = pat_arena_take_array(scratch, count, sizeof(*paths));
  PAT_REQUIRE(paths != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < count; i++)
    indexes[i] = entries[i]->entry->index;
  PAT_TRY(port->inclusion(port->context, indexes, count, bundle->view->head.size, paths));
  for (size_t i = 0; i < count; i++) {
    PAT_TRY(keep_hashes(paths[i].hashes, paths[i].count, &bundle->memory.arena,
                        &entries[i]->inclusion));
    entries[i]->n_inclusion = paths[i].count;
  }
  return PAT_OK;
}

static pat_status add_entries(pat_api_bundle *bundle, Patina__ProofBundle *message) {
  pat_api_closure *closure = &bundle->closure;
  pat_sort_pointers((const void **)closure->entries, closure->entry_count, by_index);
  for (size_t at = 0; at < closure->entry_count; at += PATHS_AT_ONCE) {
    size_t left = closure->entry_count - at;
    PAT_TRY(add_paths(bundle, closure->entries + at, left < PATHS_AT_ONCE ? left : PATHS_AT_ONCE));
  }
  message->entries = closure->entries;
  message->n_entries = closure->entry_count;
  return PAT_OK;
}

/* --- subjects -------------------------------------------------------------------------------- */

static int by_key(const void *a, const void *b) {
  const Patina__SubjectProof *left = a;
  const Patina__SubjectProof *right = b;
  return pat_span_compare(pat_span_make(left->key.data, left->key.len),
                          pat_span_make(right->key.data, right->key.len));
}

pat_status pat_api_bundle__places(const pat_port_subject_entry *places, size_t count,
                                  pat_arena *arena, Patina__SubjectProof *subject) {
  subject->entries = pat_arena_take_array(arena, count, sizeof(subject->entries[0]));
  Patina__SublogEntry *entries = pat_arena_take_array(arena, count, sizeof(*entries));
  PAT_REQUIRE(subject->entries != NULL, LIMIT_MEMORY);
  PAT_REQUIRE(entries != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < count; i++) {
    patina__sublog_entry__init(&entries[i]);
    entries[i].index = places[i].index;
    entries[i].leaf_hash = hash_field(&places[i].leaf_hash);
    subject->entries[i] = &entries[i];
  }
  subject->n_entries = count;
  return PAT_OK;
}

static pat_status make_subject(pat_api_bundle *bundle, size_t number,
                               Patina__SubjectProof **ret_subject) {
  const pat_api_closure_subject *own = bundle->closure.subjects[number];
  const pat_api_bundle_proof *proof = &bundle->found[number];
  Patina__SubjectProof *subject = pat_arena_take(&bundle->memory.arena, sizeof(*subject));
  PAT_REQUIRE(subject != NULL, LIMIT_MEMORY);
  patina__subject_proof__init(subject);
  subject->key = hash_field(&own->key);
  subject->path = proof->path;
  *ret_subject = subject;
  if (!proof->present) return PAT_OK;
  subject->count = proof->value.count;
  subject->root = hash_field(&proof->value.root);
  return pat_api_bundle__places(own->entries, own->count, &bundle->memory.arena, subject);
}

static pat_status add_subjects(pat_api_bundle *bundle, Patina__ProofBundle *message) {
  size_t count = bundle->taken;
  message->subjects =
      pat_arena_take_array(&bundle->memory.arena, count, sizeof(message->subjects[0]));
  PAT_REQUIRE(message->subjects != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < count; i++)
    PAT_TRY(make_subject(bundle, i, &message->subjects[i]));
  pat_sort_pointers((const void **)message->subjects, count, by_key);
  message->n_subjects = count;
  return PAT_OK;
}

/* --- what it is about ------------------------------------------------------------------------ */

static pat_status make_claim(pat_api_bundle *bundle, Patina__LookupClaim **ret_claim) {
  pat_arena *arena = &bundle->memory.arena;
  Patina__LookupClaim *claim = pat_arena_take(arena, sizeof(*claim));
  PAT_REQUIRE(claim != NULL, LIMIT_MEMORY);
  patina__lookup_claim__init(claim);
  claim->scheme = (char *)(uintptr_t)bundle->about.lookup.scheme;
  claim->scope = (char *)(uintptr_t)bundle->about.lookup.scope;
  claim->value = (char *)(uintptr_t)bundle->about.lookup.value;
  size_t count = bundle->identifier_count;
  claim->vrf_proofs = pat_arena_take_array(arena, count, sizeof(claim->vrf_proofs[0]));
  PAT_REQUIRE(claim->vrf_proofs != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < count; i++) {
    pat_port_identifier *identifier = &bundle->identifiers[i];
    if (!identifier->is_possible) continue; /* an empty proof: it can have no record there */
    claim->vrf_proofs[i] =
        (ProtobufCBinaryData){.len = sizeof(identifier->proof), .data = identifier->proof};
  }
  claim->n_vrf_proofs = count;
  *ret_claim = claim;
  return PAT_OK;
}

static pat_status add_about(pat_api_bundle *bundle, Patina__ProofBundle *message) {
  if (bundle->about.asset != NULL) {
    message->about_case = PATINA__PROOF_BUNDLE__ABOUT_ASSET;
    message->asset = (ProtobufCBinaryData){.len = PAT_ASSET_ID_BYTES,
                                           .data = (uint8_t *)(uintptr_t)bundle->about.asset};
    return PAT_OK;
  }
  message->about_case = PATINA__PROOF_BUNDLE__ABOUT_LOOKUP;
  return make_claim(bundle, &message->lookup);
}

pat_status pat_api_bundle_message(pat_api_bundle *bundle, uint64_t since,
                                  Patina__ProofBundle **ret_message, pat_err *reterr) {
  PAT_ASSERT(bundle->taken == bundle->closure.subject_count);
  Patina__ProofBundle *message = pat_arena_take(&bundle->memory.arena, sizeof(*message));
  PAT_REQUIRE(message != NULL, LIMIT_MEMORY);
  patina__proof_bundle__init(message);
  message->version = 1;
  if (since > 0) PAT_TRY(add_earlier(bundle, since, message, reterr));
  PAT_TRY(add_about(bundle, message));
  PAT_TRY(add_commit(bundle, message));
  PAT_TRY(add_entries(bundle, message));
  PAT_TRY(add_subjects(bundle, message));
  size_t size = 0;
  PAT_TRY(pat_protobuf_size(&message->base, &size));
  PAT_REQUIRE_AT(size <= bundle->closure.limits.bytes, API_BUNDLE_SIZE, reterr, 0,
                 "PAT_BUNDLE_BYTES_MAX");
  *ret_message = message;
  return PAT_OK;
}
