#include "tests/support/lying_bundle.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/assert.h"
#include "core/bytes/protobuf.h"
#include "core/envelope/identifier_proof.h"
#include "core/index/proof.h"

/* What a subject brings with it depends on why it is here. */
typedef enum { WANTED_PLAIN, WANTED_PRINCIPAL, WANTED_ASSET } wanted_why;

/* The closure under way. Subjects are worked off in the order in which they came. */
typedef struct {
  lying_log *log;
  const lying_request *request;
  pat_arena *memory;
  pat_hash subjects[LYING_SUBJECTS_MAX];
  wanted_why whys[LYING_SUBJECTS_MAX];
  size_t subject_count;
  bool entries[LYING_LEAVES_MAX];
  bool bare[LYING_LEAVES_MAX]; /* without statement and signers */
} closure;

/* --- parts of a bundle ----------------------------------------------------------------------- */

static ProtobufCBinaryData hash_field(pat_hash hash, pat_arena *memory) {
  return lying_field(pat_hash_span(&hash), memory);
}

/* A list of hashes as fields. */
static ProtobufCBinaryData *hash_fields(const pat_tlog_proof *proof, pat_arena *memory) {
  ProtobufCBinaryData *fields = lying_take(memory, (proof->count + 1) * sizeof *fields);
  for (size_t i = 0; i < proof->count; i++)
    fields[i] = hash_field(proof->hashes[i], memory);
  return fields;
}

pat_span lying_bundle_path(lying_log *log, const pat_hash *key, pat_arena *memory) {
  pat_builder builder;
  pat_builder_init(&builder, lying_take(memory, PAT_INDEX_PROOF_BYTES_MAX),
                   PAT_INDEX_PROOF_BYTES_MAX);
  bool present = false;
  pat_index_tree_prove(&log->index, key, &builder, &present);
  PAT_ASSERT(present == (lying_log_subject(log, key) != NULL));
  pat_span path;
  PAT_ASSERT(pat_is_ok(pat_builder_finish(&builder, &path)));
  return path;
}

static void list_entries(const lying_log *log, const lying_subject *subject,
                         Patina__SubjectProof *proof, pat_arena *memory) {
  pat_index_value value;
  PAT_ASSERT(pat_index_tree_get(&log->index, &subject->key, &value));
  proof->count = subject->count;
  proof->root = hash_field(value.root, memory);
  proof->n_entries = subject->count;
  proof->entries = lying_take(memory, subject->count * sizeof(void *));
  for (size_t i = 0; i < subject->count; i++) {
    Patina__SublogEntry *entry = lying_take(memory, sizeof *entry);
    patina__sublog_entry__init(entry);
    entry->index = subject->indexes[i];
    entry->leaf_hash = hash_field(lying_log_listed_hash(log, subject->indexes[i]), memory);
    proof->entries[i] = entry;
  }
}

Patina__SubjectProof *lying_bundle_subject(lying_log *log, const pat_hash *key, pat_arena *memory) {
  Patina__SubjectProof *proof = lying_take(memory, sizeof *proof);
  patina__subject_proof__init(proof);
  proof->key = hash_field(*key, memory);
  pat_span path = lying_bundle_path(log, key, memory);
  proof->path = lying_field(path, memory);
  const lying_subject *subject = lying_log_subject(log, key);
  if (subject != NULL) list_entries(log, subject, proof, memory);
  return proof;
}

static bool is_restricted(const lying_leaf *leaf, size_t slot) {
  switch (leaf->say->body_case) {
    case PATINA__STATEMENT__BODY_TELEMETRY:
    case PATINA__STATEMENT__BODY_DEVICE_ENROLLED:
      return true;
    case PATINA__STATEMENT__BODY_IDENTIFIER_ASSIGNED:
      return slot == 0 && strcmp(leaf->say->identifier_assigned->scheme, "vin") != 0;
    case PATINA__STATEMENT__BODY_IDENTIFIER_RELEASED:
      return slot == 0 && strcmp(leaf->say->identifier_released->scheme, "vin") != 0;
    default:
      return false;
  }
}

static void add_disclosures(Patina__HistoryEntry *entry, const lying_leaf *leaf, bool withhold,
                            pat_arena *memory) {
  entry->disclosures = lying_take(memory, (leaf->disclosure_count + 1) * sizeof(void *));
  for (size_t slot = 0; slot < leaf->disclosure_count; slot++) {
    if (withhold && is_restricted(leaf, slot)) continue;
    Patina__SlotDisclosure *disclosure = lying_take(memory, sizeof *disclosure);
    patina__slot_disclosure__init(disclosure);
    disclosure->slot = (uint32_t)slot;
    disclosure->disclosure = leaf->disclosures[slot];
    entry->disclosures[entry->n_disclosures++] = disclosure;
  }
}

/* Without statement and signers: what is checked of every entry. */
static Patina__ProvenEntry *bare_entry(lying_log *log, uint64_t index, pat_arena *memory) {
  const lying_leaf *leaf = &log->leaves[index];
  PAT_ASSERT(leaf->say != NULL);
  Patina__ProvenEntry *proven = lying_take(memory, sizeof *proven);
  patina__proven_entry__init(proven);
  proven->entry = lying_take(memory, sizeof *proven->entry);
  patina__history_entry__init(proven->entry);
  proven->entry->index = index;
  proven->entry->logged_at_ms = leaf->message->statement->logged_at_ms;
  proven->leaf = lying_field(leaf->bytes, memory);
  pat_tlog_proof inclusion = lying_log_inclusion(log, index);
  proven->n_inclusion = inclusion.count;
  proven->inclusion = hash_fields(&inclusion, memory);
  return proven;
}

static Patina__ProvenEntry *full_entry(lying_log *log, uint64_t index, bool withhold,
                                       pat_arena *memory) {
  const lying_leaf *leaf = &log->leaves[index];
  Patina__ProvenEntry *proven = bare_entry(log, index, memory);
  proven->entry->statement = lying_field(leaf->statement, memory);
  add_disclosures(proven->entry, leaf, withhold, memory);
  proven->n_signatures = leaf->signature_count;
  proven->signatures = leaf->signatures;
  proven->n_vrf_proofs = leaf->vrf_count;
  proven->vrf_proofs = leaf->vrf_proofs;
  return proven;
}

Patina__ProvenEntry *lying_bundle_entry(lying_log *log, uint64_t index, pat_arena *memory) {
  return full_entry(log, index, false, memory);
}

/* --- the closure ----------------------------------------------------------------------------- */

static void want(closure *all, pat_hash key, wanted_why why) {
  for (size_t i = 0; i < all->subject_count; i++) {
    if (pat_hash_equal(&all->subjects[i], &key)) return;
  }
  PAT_ASSERT(all->subject_count < LYING_SUBJECTS_MAX);
  all->subjects[all->subject_count] = key;
  all->whys[all->subject_count++] = why;
}

static void want_named(closure *all, pat_subject_kind kind, const char *name) {
  want(all, pat_subject_key(kind, pat_span_text(name)), WANTED_PLAIN);
}

static void want_field(closure *all, pat_subject_kind kind, ProtobufCBinaryData id) {
  want(all, pat_subject_key(kind, pat_span_make(id.data, id.len)), WANTED_PLAIN);
}

/* The subjects of the keys that an entry of a principal's history brings. */
static void want_keys(closure *all, const Patina__Statement *say) {
  if (say->body_case == PATINA__STATEMENT__BODY_PRINCIPAL_ENROLLED) {
    want_field(all, PAT_SUBJECT_KEY, say->principal_enrolled->key->public_key);
  } else if (say->body_case == PATINA__STATEMENT__BODY_DEVICE_ENROLLED) {
    want_field(all, PAT_SUBJECT_KEY, say->device_enrolled->key->public_key);
  } else if (say->body_case == PATINA__STATEMENT__BODY_KEY_ROTATED) {
    want_field(all, PAT_SUBJECT_KEY, say->key_rotated->key->public_key);
  } else if (say->body_case == PATINA__STATEMENT__BODY_GENESIS) {
    const Patina__GenesisParameters *parameters = say->genesis->parameters;
    for (size_t i = 0; i < parameters->n_root_keys; i++)
      want_field(all, PAT_SUBJECT_KEY, parameters->root_keys[i]);
  }
}

static void want_identifier(closure *all, const lying_leaf *leaf, const char *scheme) {
  want_named(all, PAT_SUBJECT_SCHEME, scheme);
  const Patina__Entry *entry = leaf->message->statement;
  pat_hash key;
  memcpy(key.bytes, entry->subjects[entry->n_subjects - 1]->key.data, PAT_HASH_BYTES);
  want(all, key, WANTED_PLAIN);
}

/* What an entry of the asset's own history brings with it. */
static void want_of_asset(closure *all, const lying_leaf *leaf) {
  const Patina__Statement *say = leaf->say;
  if (say->body_case == PATINA__STATEMENT__BODY_ASSET_REGISTERED) {
    want_named(all, PAT_SUBJECT_CLASS, say->asset_registered->class_name);
  } else if (say->body_case == PATINA__STATEMENT__BODY_DEVICE_BOUND) {
    want_field(all, PAT_SUBJECT_STREAM, say->device_bound->stream);
  } else if (say->body_case == PATINA__STATEMENT__BODY_IDENTIFIER_ASSIGNED) {
    want_identifier(all, leaf, say->identifier_assigned->scheme);
  } else if (say->body_case == PATINA__STATEMENT__BODY_IDENTIFIER_RELEASED) {
    want_identifier(all, leaf, say->identifier_released->scheme);
  }
}

/* True for another asset's binding, which the request may leave bare. */
static bool may_be_bare(const closure *all, const Patina__Statement *say) {
  if (!all->request->bare_bindings) return false;
  if (say->body_case != PATINA__STATEMENT__BODY_DEVICE_BOUND) return false;
  const ProtobufCBinaryData asset = say->device_bound->asset;
  return all->request->asset == NULL ||
         memcmp(asset.data, all->request->asset, PAT_ASSET_ID_BYTES) != 0;
}

static void add_entry(closure *all, uint64_t index) {
  if (all->entries[index]) return;
  all->entries[index] = true;
  const lying_leaf *leaf = &all->log->leaves[index];
  all->bare[index] = may_be_bare(all, leaf->say);
  for (size_t i = 0; i < leaf->signature_count && !all->bare[index]; i++) {
    pat_span principal = pat_span_make(leaf->signatures[i]->principal.data, PAT_HASH_BYTES);
    want(all, pat_subject_key(PAT_SUBJECT_PRINCIPAL, principal), WANTED_PRINCIPAL);
  }
}

static void work_off(closure *all) {
  for (size_t done = 0; done < all->subject_count; done++) {
    const lying_subject *subject = lying_log_subject(all->log, &all->subjects[done]);
    if (subject == NULL) continue;
    for (size_t i = 0; i < subject->count; i++) {
      if (subject->indexes[i] >= all->log->covered) continue; /* a liar's list */
      const lying_leaf *leaf = &all->log->leaves[subject->indexes[i]];
      PAT_ASSERT(leaf->say != NULL);
      add_entry(all, subject->indexes[i]);
      bool brings_keys = i == 0 || leaf->say->body_case == PATINA__STATEMENT__BODY_KEY_ROTATED;
      if (all->whys[done] == WANTED_PRINCIPAL && brings_keys) want_keys(all, leaf->say);
      if (all->whys[done] == WANTED_ASSET) want_of_asset(all, leaf);
    }
  }
}

/* --- look-ups -------------------------------------------------------------------------------- */

/* The proof under one version; empty where the value cannot have a record there. */
static ProtobufCBinaryData prove_version(closure *all, const Patina__IdentifierScheme *scheme) {
  const lying_request *request = all->request;
  const char *scope = request->scope == NULL ? "" : request->scope;
  pat_identifier identifier;
  pat_identifier_proof proof;
  pat_identifier_name name = {scheme->name, scheme->version, scope, &identifier};
  if (!pat_is_ok(pat_identifier_scope_check(scheme, scope, NULL)) ||
      !pat_is_ok(
          pat_identifier_normalise(scheme, pat_span_text(request->value), &identifier, NULL))) {
    return lying_field(PAT_SPAN_EMPTY, all->memory);
  }
  PAT_ASSERT(pat_is_ok(pat_identifier_prove(all->log->world->vrf_secret, &name, &proof)));
  want(all, proof.key, WANTED_PLAIN);
  return lying_field(PAT_SPAN_OF(proof.proof), all->memory);
}

static Patina__LookupClaim *make_claim(closure *all) {
  Patina__LookupClaim *claim = lying_take(all->memory, sizeof *claim);
  patina__lookup_claim__init(claim);
  claim->scheme = (char *)(uintptr_t)all->request->scheme;
  if (all->request->scope != NULL) claim->scope = (char *)(uintptr_t)all->request->scope;
  claim->value = (char *)(uintptr_t)all->request->value;
  pat_hash key = pat_subject_key(PAT_SUBJECT_SCHEME, pat_span_text(claim->scheme));
  want(all, key, WANTED_PLAIN);
  const lying_subject *subject = lying_log_subject(all->log, &key);
  size_t versions = subject == NULL ? 0 : subject->count;
  claim->vrf_proofs = lying_take(all->memory, (versions + 1) * sizeof *claim->vrf_proofs);
  for (size_t i = 0; i < versions; i++) {
    const lying_leaf *leaf = &all->log->leaves[subject->indexes[i]];
    claim->vrf_proofs[claim->n_vrf_proofs++] =
        prove_version(all, leaf->say->scheme_published->scheme);
  }
  return claim;
}

/* --- the bundle ------------------------------------------------------------------------------ */

static int compare_hashes(const void *a, const void *b) { return memcmp(a, b, PAT_HASH_BYTES); }

static void put_subjects(closure *all, Patina__ProofBundle *bundle) {
  qsort(all->subjects, all->subject_count, sizeof *all->subjects, compare_hashes);
  bundle->n_subjects = all->subject_count;
  bundle->subjects = lying_take(all->memory, (all->subject_count + 1) * sizeof(void *));
  for (size_t i = 0; i < all->subject_count; i++)
    bundle->subjects[i] = lying_bundle_subject(all->log, &all->subjects[i], all->memory);
}

/* Members of LogEntry's statement that public kinds fill. */
static bool stands_in_leaf(const lying_leaf *leaf) {
  return leaf->message->statement->statement.len > 0;
}

static void put_entries(closure *all, Patina__ProofBundle *bundle) {
  bundle->entries = lying_take(all->memory, (all->log->count + 1) * sizeof(void *));
  for (uint64_t i = 0; i < all->log->count; i++) {
    if (!all->entries[i]) continue;
    Patina__ProvenEntry *entry = all->bare[i]
                                     ? bare_entry(all->log, i, all->memory)
                                     : full_entry(all->log, i, all->request->withhold, all->memory);
    if (all->request->bare_public && stands_in_leaf(&all->log->leaves[i]))
      entry->entry->statement = (ProtobufCBinaryData){0, NULL};
    bundle->entries[bundle->n_entries++] = entry;
  }
}

static void put_commit(closure *all, Patina__ProofBundle *bundle) {
  lying_log *log = all->log;
  Patina__CommitProof *commit = lying_take(all->memory, sizeof *commit);
  patina__commit_proof__init(commit);
  commit->leaf = lying_field(log->leaves[log->count - 1].bytes, all->memory);
  pat_tlog_proof inclusion = lying_log_inclusion(log, log->count - 1);
  commit->n_inclusion = inclusion.count;
  commit->inclusion = hash_fields(&inclusion, all->memory);
  bundle->commit = commit;
}

static void put_earlier(closure *all, Patina__ProofBundle *bundle) {
  uint64_t older = all->request->earlier;
  if (older == 0) return;
  Patina__EarlierCheckpoint *earlier = lying_take(all->memory, sizeof *earlier);
  patina__earlier_checkpoint__init(earlier);
  pat_tlog_proof proof = lying_log_consistency(all->log, older);
  earlier->size = older;
  earlier->n_hashes = proof.count;
  earlier->hashes = hash_fields(&proof, all->memory);
  bundle->earlier = earlier;
}

/* What is asked for: where the closure begins. */
static void put_about(closure *all, Patina__ProofBundle *bundle) {
  want_named(all, PAT_SUBJECT_POLICY, all->log->world->genesis->parameters->policy->name);
  if (all->request->asset == NULL) {
    bundle->about_case = PATINA__PROOF_BUNDLE__ABOUT_LOOKUP;
    bundle->lookup = make_claim(all);
    return;
  }
  pat_span asset = pat_span_make(all->request->asset, PAT_ASSET_ID_BYTES);
  bundle->about_case = PATINA__PROOF_BUNDLE__ABOUT_ASSET;
  bundle->asset = lying_field(asset, all->memory);
  want(all, pat_subject_key(PAT_SUBJECT_ASSET, asset), WANTED_ASSET);
}

Patina__ProofBundle *lying_bundle_make(lying_log *log, const lying_request *request,
                                       pat_arena *memory) {
  closure *all = lying_take(memory, sizeof *all);
  all->log = log;
  all->request = request;
  all->memory = memory;
  Patina__ProofBundle *bundle = lying_take(memory, sizeof *bundle);
  patina__proof_bundle__init(bundle);
  bundle->version = 1;
  pat_tlog_head head = lying_log_head(log, log->count);
  bundle->checkpoint = lying_log_note(log, &head, request->witness_count, memory);
  put_about(all, bundle);
  work_off(all);
  put_commit(all, bundle);
  put_entries(all, bundle);
  put_subjects(all, bundle);
  put_earlier(all, bundle);
  return bundle;
}

/* --- finding --------------------------------------------------------------------------------- */

size_t lying_bundle_entry_at(const Patina__ProofBundle *bundle, uint64_t index) {
  size_t at = 0;
  while (at < bundle->n_entries && bundle->entries[at]->entry->index != index)
    at++;
  PAT_ASSERT(at < bundle->n_entries);
  return at;
}

size_t lying_bundle_subject_at(const Patina__ProofBundle *bundle, const pat_hash *key) {
  size_t at = 0;
  while (at < bundle->n_subjects &&
         memcmp(bundle->subjects[at]->key.data, key->bytes, PAT_HASH_BYTES) != 0)
    at++;
  PAT_ASSERT(at < bundle->n_subjects);
  return at;
}
