#include "tests/support/lying_log.h"

#include <string.h>

#include "core/base/assert.h"
#include "core/bytes/protobuf.h"
#include "core/envelope/entry.h"
#include "core/envelope/identifier_proof.h"
#include "core/index/value.h"
#include "proto/ledger.pb-c.h"

/* --- bytes ----------------------------------------------------------------------------------- */

void *lying_take(pat_arena *memory, size_t size) {
  void *taken = pat_arena_take(memory, size);
  PAT_ASSERT(taken != NULL);
  return taken;
}

pat_span lying_encode(const ProtobufCMessage *message, pat_arena *memory) {
  size_t size = 0;
  PAT_ASSERT(pat_is_ok(pat_protobuf_size(message, &size)));
  pat_builder builder;
  pat_builder_init(&builder, lying_take(memory, size), size);
  PAT_ASSERT(pat_is_ok(pat_protobuf_encode(message, &builder)));
  pat_span bytes;
  PAT_ASSERT(pat_is_ok(pat_builder_finish(&builder, &bytes)));
  return bytes;
}

ProtobufCBinaryData lying_field(pat_span bytes, pat_arena *memory) {
  uint8_t *copy = lying_take(memory, bytes.size);
  if (bytes.size > 0) memcpy(copy, bytes.data, bytes.size);
  return (ProtobufCBinaryData){bytes.size, copy};
}

static pat_span copy_span(pat_span bytes, pat_arena *memory) {
  ProtobufCBinaryData field = lying_field(bytes, memory);
  return pat_span_make(field.data, field.len);
}

static ProtobufCMessage *decode(const ProtobufCMessageDescriptor *descriptor, pat_span bytes,
                                pat_arena *memory) {
  ProtobufCMessage *message = NULL;
  PAT_ASSERT(pat_is_ok(pat_protobuf_decode(descriptor, bytes, memory, 0, &message, NULL)));
  return message;
}

/* --- lists ----------------------------------------------------------------------------------- */

lying_subject *lying_log_subject(const lying_log *log, const pat_hash *key) {
  for (size_t i = 0; i < log->subject_count; i++) {
    if (pat_hash_equal(&log->subjects[i].key, key)) return &log->subjects[i];
  }
  return NULL;
}

bool lying_log_lists(const lying_log *log, const pat_hash *key, uint64_t index) {
  const lying_subject *subject = lying_log_subject(log, key);
  for (size_t i = 0; subject != NULL && i < subject->count; i++) {
    if (subject->indexes[i] == index) return true;
  }
  return false;
}

void lying_log_list(lying_log *log, const pat_hash *key, uint64_t index) {
  lying_subject *subject = lying_log_subject(log, key);
  if (subject == NULL) {
    PAT_ASSERT(log->subject_count < LYING_SUBJECTS_MAX);
    subject = &log->subjects[log->subject_count++];
    *subject = (lying_subject){.key = *key};
  }
  uint64_t *indexes = lying_take(log->memory, (subject->count + 1) * sizeof *indexes);
  size_t at = 0;
  for (size_t i = 0; i < subject->count; i++) {
    if (at == i && subject->indexes[i] > index) indexes[at++] = index;
    indexes[at++] = subject->indexes[i];
  }
  if (at == subject->count) indexes[at] = index;
  subject->indexes = indexes;
  subject->count++;
}

lying_subject *lying_log_own(lying_log *log, const pat_hash *key) {
  lying_subject *subject = lying_log_subject(log, key);
  PAT_ASSERT(subject != NULL);
  uint64_t *indexes = lying_take(log->memory, subject->count * sizeof *indexes);
  memcpy(indexes, subject->indexes, subject->count * sizeof *indexes);
  subject->indexes = indexes;
  return subject;
}

void lying_log_unlist(lying_log *log, const pat_hash *key, uint64_t index) {
  lying_subject *subject = lying_log_subject(log, key);
  PAT_ASSERT(subject != NULL && lying_log_lists(log, key, index));
  uint64_t *indexes = lying_take(log->memory, subject->count * sizeof *indexes);
  size_t at = 0;
  for (size_t i = 0; i < subject->count; i++) {
    if (subject->indexes[i] != index) indexes[at++] = subject->indexes[i];
  }
  subject->indexes = indexes;
  subject->count = at;
  if (at == 0) *subject = log->subjects[--log->subject_count];
}

/* --- loading --------------------------------------------------------------------------------- */

static pat_hash link_key(const Patina__SubjectLink *link) {
  PAT_ASSERT(link->key.len == PAT_HASH_BYTES);
  pat_hash key;
  memcpy(key.bytes, link->key.data, PAT_HASH_BYTES);
  return key;
}

static void list_links(lying_log *log, uint64_t index) {
  const Patina__LogEntry *message = log->leaves[index].message;
  if (message->entry_case != PATINA__LOG_ENTRY__ENTRY_STATEMENT) return;
  for (size_t i = 0; i < message->statement->n_subjects; i++) {
    pat_hash key = link_key(message->statement->subjects[i]);
    lying_log_list(log, &key, index);
  }
}

static void set_bytes(lying_leaf *leaf, pat_span bytes, pat_arena *memory) {
  leaf->bytes = bytes;
  leaf->hash = pat_tlog_leaf_hash(bytes);
  leaf->message = (Patina__LogEntry *)decode(&patina__log_entry__descriptor, bytes, memory);
}

static void set_statement(lying_leaf *leaf, pat_span bytes, pat_arena *memory) {
  leaf->statement = bytes;
  leaf->sha256 = pat_hash_of(bytes);
  leaf->say = (const Patina__Statement *)decode(&patina__statement__descriptor, bytes, memory);
}

/* What the world keeps of the statement in this leaf. */
static void load_material(lying_log *log, lying_leaf *leaf) {
  pat_ledger_key key = {PAT_LEDGER_STATEMENT,
                        pat_span_make(leaf->message->statement->statement_sha256.data,
                                      leaf->message->statement->statement_sha256.len)};
  pat_span value;
  PAT_ASSERT(ledger_store_get(&log->world->store, key, &value));
  Patina__StatementRecord *record = (Patina__StatementRecord *)decode(
      &patina__statement_record__descriptor, copy_span(value, log->memory), log->memory);
  set_statement(leaf, pat_span_make(record->statement.data, record->statement.len), log->memory);
  leaf->signatures = record->signatures;
  leaf->signature_count = record->n_signatures;
  leaf->vrf_proofs = record->vrf_proofs;
  leaf->vrf_count = record->n_vrf_proofs;
  leaf->disclosure_count = record->n_disclosures;
  leaf->disclosures =
      lying_take(log->memory, (record->n_disclosures + 1) * sizeof *leaf->disclosures);
  for (size_t i = 0; i < record->n_disclosures; i++) {
    PAT_ASSERT(record->disclosures[i]->slot == i);
    leaf->disclosures[i] = record->disclosures[i]->disclosure;
  }
}

static lying_log *make_log(ledger_world *world, pat_arena *memory) {
  lying_log *log = lying_take(memory, sizeof *log);
  log->world = world;
  log->memory = memory;
  log->leaves = lying_take(memory, LYING_LEAVES_MAX * sizeof *log->leaves);
  log->subjects = lying_take(memory, LYING_SUBJECTS_MAX * sizeof *log->subjects);
  return log;
}

lying_log *lying_log_empty(ledger_world *world, pat_arena *memory) {
  return make_log(world, memory);
}

pat_hash lying_log_listed_hash(const lying_log *log, uint64_t index) {
  if (index >= log->covered) return (pat_hash){{0}};
  pat_hash hash = log->leaves[index].hash;
  if (log->misheard > 0 && log->misheard == index) hash.bytes[0] ^= 1;
  return hash;
}

/* The tree of the index as the lists say. */
static void build_index(lying_log *log) {
  bool closed = log->count > 0 && log->leaves[log->count - 1].say == NULL;
  log->covered = closed ? log->count - 1 : log->count;
  uint32_t capacity = PAT_INDEX_NODES_FOR((uint32_t)log->subject_count + 1);
  pat_index_node *nodes = lying_take(log->memory, capacity * sizeof *nodes);
  pat_index_tree_init(&log->index, nodes, capacity);
  for (size_t i = 0; i < log->subject_count; i++) {
    const lying_subject *subject = &log->subjects[i];
    pat_tlog_range sublog;
    pat_tlog_range_init(&sublog);
    for (size_t n = 0; n < subject->count; n++) {
      pat_hash leaf = lying_log_listed_hash(log, subject->indexes[n]);
      PAT_ASSERT(pat_is_ok(pat_index_sublog_append(&sublog, subject->indexes[n], &leaf)));
    }
    pat_index_value value = pat_index_value_of(&sublog);
    PAT_ASSERT(pat_is_ok(pat_index_tree_put(&log->index, &subject->key, &value)));
  }
}

lying_log *lying_log_of(ledger_world *world, pat_arena *memory) {
  lying_log *log = make_log(world, memory);
  PAT_ASSERT(world->head.range.size <= LYING_LEAVES_MAX);
  for (; log->count < world->head.range.size; log->count++) {
    lying_leaf *leaf = &log->leaves[log->count];
    set_bytes(leaf, copy_span(ledger_leaf(world, log->count), memory), memory);
    if (leaf->message->entry_case == PATINA__LOG_ENTRY__ENTRY_STATEMENT) load_material(log, leaf);
    list_links(log, log->count);
  }
  build_index(log);
  return log;
}

lying_log *lying_log_copy(const lying_log *log, pat_arena *memory) {
  lying_log *copy = make_log(log->world, memory);
  copy->count = log->count;
  for (size_t i = 0; i < log->count; i++) {
    copy->leaves[i] = log->leaves[i];
    set_bytes(&copy->leaves[i], log->leaves[i].bytes, memory);
  }
  copy->subject_count = log->subject_count;
  for (size_t i = 0; i < log->subject_count; i++)
    copy->subjects[i] = log->subjects[i]; /* lists are never changed in place */
  build_index(copy);
  return copy;
}

lying_log *lying_log_cut(const lying_log *log, uint64_t size, pat_arena *memory) {
  PAT_ASSERT(size <= log->count);
  lying_log *cut = make_log(log->world, memory);
  cut->count = size;
  for (size_t i = 0; i < size; i++) {
    cut->leaves[i] = log->leaves[i];
    set_bytes(&cut->leaves[i], log->leaves[i].bytes, memory);
    list_links(cut, i);
  }
  build_index(cut);
  return cut;
}

/* --- writing --------------------------------------------------------------------------------- */

/* The commit that stands last before a leaf. */
static const Patina__IndexCommit *commit_before(const lying_log *log, uint64_t index,
                                                uint64_t *ret_at) {
  for (uint64_t at = index; at > 0; at--) {
    const Patina__LogEntry *message = log->leaves[at - 1].message;
    if (message->entry_case != PATINA__LOG_ENTRY__ENTRY_COMMIT) continue;
    *ret_at = at - 1;
    return message->commit;
  }
  return NULL;
}

void lying_log_close(lying_log *log) {
  PAT_ASSERT(log->count < LYING_LEAVES_MAX);
  build_index(log);
  pat_hash log_root = lying_log_head(log, log->count).root;
  pat_hash index_root = pat_index_tree_root(&log->index);
  Patina__IndexCommit commit = PATINA__INDEX_COMMIT__INIT;
  uint64_t before = 0;
  const Patina__IndexCommit *last = commit_before(log, log->count, &before);
  if (last != NULL) {
    commit.epoch = last->epoch + 1;
    commit.previous_case = PATINA__INDEX_COMMIT__PREVIOUS_PREVIOUS_INDEX;
    commit.previous_index = before;
  }
  commit.time_ms = log->world->now_ms;
  commit.covered_size = log->count;
  commit.log_root = lying_field(pat_hash_span(&log_root), log->memory);
  commit.key_count = log->index.key_count;
  commit.index_root = lying_field(pat_hash_span(&index_root), log->memory);
  Patina__LogEntry entry = PATINA__LOG_ENTRY__INIT;
  entry.entry_case = PATINA__LOG_ENTRY__ENTRY_COMMIT;
  entry.commit = &commit;
  lying_leaf *leaf = &log->leaves[log->count++];
  *leaf = (lying_leaf){.message = NULL};
  set_bytes(leaf, lying_encode(&entry.base, log->memory), log->memory);
}

void lying_log_reopen(lying_log *log) {
  PAT_ASSERT(log->count > 0);
  log->count--;
  PAT_ASSERT(log->leaves[log->count].say == NULL);
}

void lying_log_recommit(lying_log *log) {
  lying_log_reopen(log);
  lying_log_close(log);
}

void lying_log_put(lying_log *log, uint64_t index, pat_span bytes) {
  log->leaves[index].bytes = bytes;
  log->leaves[index].hash = pat_tlog_leaf_hash(bytes);
}

void lying_log_rewrite(lying_log *log, uint64_t index) {
  lying_leaf *leaf = &log->leaves[index];
  set_bytes(leaf, lying_encode(&leaf->message->base, log->memory), log->memory);
}

/* The subject of the identifier that the statement names; its value must normalise. */
static pat_identifier_proof prove_identifier(lying_log *log, const Patina__Statement *say,
                                             pat_span disclosure) {
  bool assigned = say->body_case == PATINA__STATEMENT__BODY_IDENTIFIER_ASSIGNED;
  Patina__Disclosure *value =
      (Patina__Disclosure *)decode(&patina__disclosure__descriptor, disclosure, log->memory);
  const char *name = assigned ? say->identifier_assigned->scheme : say->identifier_released->scheme;
  uint32_t version = assigned ? say->identifier_assigned->scheme_version
                              : say->identifier_released->scheme_version;
  const Patina__IdentifierScheme *scheme = NULL;
  for (uint64_t i = 0; i < log->count && scheme == NULL; i++) {
    const Patina__Statement *other = log->leaves[i].say;
    if (other == NULL || other->body_case != PATINA__STATEMENT__BODY_SCHEME_PUBLISHED) continue;
    const Patina__IdentifierScheme *found = other->scheme_published->scheme;
    if (strcmp(found->name, name) == 0 && found->version == version) scheme = found;
  }
  PAT_ASSERT(scheme != NULL);
  pat_identifier identifier;
  const char *text =
      value->value->value_case == PATINA__VALUE__VALUE_TEXT ? value->value->text : "";
  if (!pat_is_ok(pat_identifier_normalise(scheme, pat_span_text(text), &identifier, NULL))) {
    pat_span stand_in = pat_span_text("YS3DD78N4X7055320"); /* what cannot be one needs a key too */
    PAT_ASSERT(pat_is_ok(pat_identifier_normalise(scheme, stand_in, &identifier, NULL)));
  }
  pat_identifier_proof proof;
  pat_identifier_name named = {
      name, version, assigned ? say->identifier_assigned->scope : say->identifier_released->scope,
      &identifier};
  PAT_ASSERT(pat_is_ok(pat_identifier_prove(log->world->vrf_secret, &named, &proof)));
  return proof;
}

static pat_subject_link link_of(const lying_log *log, pat_hash key) {
  const lying_subject *subject = lying_log_subject(log, &key);
  if (subject == NULL) return (pat_subject_link){.key = key};
  return (pat_subject_link){key, subject->count, subject->indexes[subject->count - 1]};
}

/* What the envelope says, unchecked but for the statement's own form. */
static pat_submission *unchecked(lying_log *log, const Patina__SignedStatement *envelope) {
  pat_submission *submission = lying_take(log->memory, sizeof *submission);
  pat_span bytes = pat_span_make(envelope->statement.data, envelope->statement.len);
  PAT_ASSERT(pat_is_ok(pat_statement_decode(bytes, log->memory, &submission->statement, NULL)));
  submission->signer_count = envelope->n_signatures;
  for (size_t i = 0; i < envelope->n_signatures; i++) {
    const Patina__Signature *signature = envelope->signatures[i];
    PAT_ASSERT(signature->principal.len == PAT_HASH_BYTES);
    memcpy(submission->principals[i].bytes, signature->principal.data, PAT_HASH_BYTES);
    submission->public_keys[i] =
        pat_span_make(signature->public_key.data, signature->public_key.len);
    submission->signatures[i] = pat_span_make(signature->signature.data, signature->signature.len);
  }
  pat_statement_subjects(&submission->statement, submission->principals, &submission->subjects);
  return submission;
}

/* The links of the entry under way, as they ought to be. */
static size_t make_links(lying_log *log, const pat_submission *submission, lying_leaf *leaf,
                         pat_subject_link *ret_links) {
  size_t count = 0;
  for (; count < submission->subjects.count; count++)
    ret_links[count] = link_of(log, submission->subjects.keys[count]);
  if (submission->statement.kind->identifier_count == 0) return count;
  pat_span value = pat_span_make(leaf->disclosures[0].data, leaf->disclosures[0].len);
  pat_identifier_proof proof = prove_identifier(log, leaf->say, value);
  leaf->vrf_proofs = lying_take(log->memory, sizeof *leaf->vrf_proofs);
  leaf->vrf_proofs[leaf->vrf_count++] = lying_field(PAT_SPAN_OF(proof.proof), log->memory);
  ret_links[count++] = link_of(log, proof.key);
  return count;
}

uint64_t lying_log_append(lying_log *log, const Patina__SignedStatement *envelope) {
  PAT_ASSERT(log->count < LYING_LEAVES_MAX);
  const pat_submission *submission = unchecked(log, envelope);
  lying_leaf leaf = {.signatures = envelope->signatures,
                     .signature_count = envelope->n_signatures,
                     .disclosures = envelope->disclosures,
                     .disclosure_count = envelope->n_disclosures};
  set_statement(&leaf, submission->statement.bytes, log->memory);
  pat_subject_link links[PAT_ENTRY_SUBJECTS_MAX];
  size_t link_count = make_links(log, submission, &leaf, links);
  pat_builder builder;
  pat_builder_init(&builder, lying_take(log->memory, PAT_LEAF_BYTES_MAX), PAT_LEAF_BYTES_MAX);
  PAT_ASSERT(
      pat_is_ok(pat_entry_build(submission, log->world->now_ms, links, link_count, &builder)));
  pat_span bytes;
  PAT_ASSERT(pat_is_ok(pat_builder_finish(&builder, &bytes)));
  set_bytes(&leaf, bytes, log->memory);
  log->leaves[log->count] = leaf;
  list_links(log, log->count);
  return log->count++;
}

uint64_t lying_log_add(lying_log *log, const Patina__SignedStatement *envelope) {
  lying_log_reopen(log);
  uint64_t index = lying_log_append(log, envelope);
  lying_log_close(log);
  return index;
}

uint64_t lying_log_find(const lying_log *log, pat_kind_number kind, uint64_t from) {
  uint64_t at = from;
  while (at < log->count &&
         (log->leaves[at].say == NULL || (int)log->leaves[at].say->body_case != (int)kind))
    at++;
  PAT_ASSERT(at < log->count);
  return at;
}

/* --- the tree -------------------------------------------------------------------------------- */

static pat_status read_node(void *context, pat_tlog_position at, pat_hash *ret_hash) {
  const lying_log *log = context;
  uint64_t first = at.index << at.level;
  uint64_t width = UINT64_C(1) << at.level;
  PAT_ASSERT(first + width <= log->count);
  pat_tlog_range range;
  pat_tlog_range_init(&range);
  for (uint64_t i = first; i < first + width; i++)
    PAT_TRY(pat_tlog_range_append(&range, &log->leaves[i].hash));
  *ret_hash = pat_tlog_range_root(&range);
  return PAT_OK;
}

pat_tlog_head lying_log_head(const lying_log *log, uint64_t size) {
  PAT_ASSERT(size <= log->count);
  pat_tlog_range range;
  pat_tlog_range_init(&range);
  for (uint64_t i = 0; i < size; i++)
    PAT_ASSERT(pat_is_ok(pat_tlog_range_append(&range, &log->leaves[i].hash)));
  return (pat_tlog_head){size, pat_tlog_range_root(&range)};
}

static pat_tlog_proof assemble(const lying_log *log, const pat_tlog_plan *plan) {
  pat_tlog_source source = {(void *)(uintptr_t)log, read_node};
  pat_tlog_proof proof;
  PAT_ASSERT(pat_is_ok(pat_tlog_proof_build(plan, &source, &proof)));
  return proof;
}

pat_tlog_proof lying_log_inclusion(const lying_log *log, uint64_t index) {
  pat_tlog_plan plan;
  PAT_ASSERT(pat_is_ok(pat_tlog_inclusion_nodes(index, log->count, &plan)));
  return assemble(log, &plan);
}

pat_tlog_proof lying_log_consistency(const lying_log *log, uint64_t older) {
  pat_tlog_plan plan;
  PAT_ASSERT(pat_is_ok(pat_tlog_consistency_nodes(older, log->count, &plan)));
  return assemble(log, &plan);
}
