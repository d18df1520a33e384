#include "core/ledger/decide.h"

#include "core/base/assert.h"
#include "core/bytes/builder.h"
#include "core/envelope/entry.h"
#include "core/index/value.h"
#include "core/tlog/hash.h"

static const pat_rules *const rules_table[] = {
    &pat_rules__genesis,
    &pat_rules__principal_enrolled,
    &pat_rules__key_rotated,
    &pat_rules__key_revoked,
    &pat_rules__standing_granted,
    &pat_rules__standing_withdrawn,
    &pat_rules__class_published,
    &pat_rules__scheme_published,
    &pat_rules__asset_registered,
    &pat_rules__attributes_changed,
    &pat_rules__identifier_assigned,
    &pat_rules__identifier_released,
    &pat_rules__attested,
    &pat_rules__corrected,
    &pat_rules__retracted,
    &pat_rules__device_enrolled,
    &pat_rules__device_bound,
    &pat_rules__telemetry,
};

static const pat_rules *rules_of(pat_kind_number number) {
  for (size_t i = 0; i < sizeof rules_table / sizeof rules_table[0]; i++) {
    if (rules_table[i]->number == number) return rules_table[i];
  }
  return NULL;
}

pat_span pat_decide_span(ProtobufCBinaryData field) { return pat_span_make(field.data, field.len); }

const Patina__Value *pat_decide_value(const pat_decide *decide, size_t slot) {
  PAT_ASSERT(slot < decide->submission->statement.slot_count);
  return decide->submission->disclosures[slot]->value;
}

pat_status pat_decide_text(pat_decide *decide, size_t slot, const char *place) {
  const Patina__Value *value = pat_decide_value(decide, slot);
  PAT_REQUIRE_AT(value->value_case == PATINA__VALUE__VALUE_TEXT, VALUE_TYPE, decide->err, 0, place);
  return PAT_OK;
}

void *pat_decide_append(pat_arena *arena, const void *items, size_t count, size_t item_size,
                        const void *item) {
  uint8_t *longer = pat_arena_take_array(arena, count + 1, item_size);
  if (longer == NULL) return NULL;
  size_t old_size = count * item_size;
  if (count > 0) pat_span_copy(longer, old_size, pat_span_make(items, old_size));
  pat_span_copy(longer + old_size, item_size, pat_span_make(item, item_size));
  return longer;
}

pat_warning *pat_decide_warn(pat_decide *decide, const char *id) {
  pat_decision *decision = decide->decision;
  if (decision->warning_count == PAT_DECISION_WARNINGS_MAX) return NULL;
  pat_warning *warning = &decision->warnings[decision->warning_count];
  *warning = (pat_warning){.id = id};
  decision->warning_count++;
  return warning;
}

/* --- asking ---------------------------------------------------------------------------------- */

void pat_decide_ask(pat_decide *decide, pat_ledger_key key) {
  pat_span ignored;
  pat_status status = pat_view_get(decide->view, key, &ignored);
  bool failed = !pat_is_ok(status) && !pat_is_rule(status, PAT_RULE_LEDGER_ABSENT);
  if (failed && pat_is_ok(decide->asked)) decide->asked = status;
}

void pat_decide_ask_state(pat_decide *decide, pat_state_prefix prefix, pat_span id) {
  pat_state_key key = pat_state_key_of(prefix, id);
  pat_decide_ask(decide, pat_state_ledger_key(&key));
}

/* What every statement names: itself, its signers, its subjects, its asset; then what its kind
 * does. */
static pat_status ask_all(pat_decide *decide, const pat_rules *rules) {
  const pat_submission *submission = decide->submission;
  const pat_statement *statement = &submission->statement;
  pat_decide_ask(decide, (pat_ledger_key){PAT_LEDGER_STATEMENT, pat_hash_span(&statement->sha256)});
  for (size_t i = 0; i < submission->signer_count; i++) {
    pat_decide_ask_state(decide, PAT_STATE_KEY, pat_decide_span(decide->message->signers[i]));
    pat_decide_ask_state(decide, PAT_STATE_PRINCIPAL, pat_hash_span(&submission->principals[i]));
  }
  for (size_t i = 0; i < submission->subjects.count; i++) {
    pat_span key = pat_hash_span(&submission->subjects.keys[i]);
    pat_decide_ask(decide, (pat_ledger_key){PAT_LEDGER_SUBJECT, key});
  }
  if (statement->kind->asset != NULL) {
    const ProtobufCBinaryData *asset = statement->kind->asset(decide->message);
    pat_decide_ask_state(decide, PAT_STATE_ASSET, pat_decide_span(*asset));
  }
  if (rules->ask != NULL) rules->ask(decide);
  return decide->asked;
}

/* --- replay and times ------------------------------------------------------------------------ */

/* Sets *ret_replayed where the statement is recorded already. */
static pat_status check_replay(pat_decide *decide, bool *ret_replayed) {
  pat_ledger_key key = {PAT_LEDGER_STATEMENT, pat_hash_span(&decide->submission->statement.sha256)};
  ProtobufCMessage *found = NULL;
  pat_status status = pat_record_get(decide->view, key, &patina__statement_record__descriptor,
                                     decide->arena, &found);
  *ret_replayed = pat_is_ok(status);
  if (pat_is_rule(status, PAT_RULE_LEDGER_ABSENT)) return PAT_OK;
  PAT_TRY(status);
  decide->decision->index = ((const Patina__StatementRecord *)found)->index;
  return PAT_OK;
}

static pat_status check_times(pat_decide *decide) {
  if (decide->ledger->genesis == NULL) return PAT_OK;
  const Patina__Policy *policy = decide->ledger->genesis->policy;
  const Patina__Statement *message = decide->message;
  PAT_REQUIRE_AT(decide->now_ms <= message->submit_before_ms, STATEMENT_EXPIRED, decide->err, 0,
                 "submit_before_ms");
  bool in_future = message->issued_at_ms > decide->now_ms &&
                   message->issued_at_ms - decide->now_ms > policy->clock_skew_ms;
  PAT_REQUIRE_AT(!in_future, STATEMENT_FUTURE, decide->err, 0, "issued_at_ms");
  PAT_REQUIRE_AT(message->submit_before_ms - message->issued_at_ms <= policy->submit_window_ms,
                 STATEMENT_WINDOW, decide->err, 0, "submit_before_ms");
  return PAT_OK;
}

/* --- links and leaf -------------------------------------------------------------------------- */

typedef struct {
  pat_subject_link links[PAT_ENTRY_SUBJECTS_MAX];
  Patina__SubjectRecord *records[PAT_ENTRY_SUBJECTS_MAX]; /* NULL: the subject is new */
  size_t count;
} subject_links;

static pat_status load_link(pat_decide *decide, const pat_hash *key, subject_links *links) {
  ProtobufCMessage *found = NULL;
  pat_ledger_key ledger_key = {PAT_LEDGER_SUBJECT, pat_hash_span(key)};
  pat_status status = pat_record_get(decide->view, ledger_key, &patina__subject_record__descriptor,
                                     decide->arena, &found);
  pat_subject_link *link = &links->links[links->count];
  *link = (pat_subject_link){.key = *key};
  links->records[links->count] = NULL;
  links->count++;
  if (pat_is_rule(status, PAT_RULE_LEDGER_ABSENT)) return PAT_OK;
  PAT_TRY(status);
  Patina__SubjectRecord *record = (Patina__SubjectRecord *)found;
  links->records[links->count - 1] = record;
  link->seq = record->count;
  link->previous_index = record->last_index;
  return PAT_OK;
}

/* All subjects are asked before a need is reported, so that one round fetches them all. */
static pat_status load_links(pat_decide *decide, subject_links *links) {
  pat_status first_failure = PAT_OK;
  const pat_subject_set *subjects = &decide->submission->subjects;
  for (size_t i = 0; i < subjects->count; i++) {
    pat_status status = load_link(decide, &subjects->keys[i], links);
    if (pat_is_ok(first_failure)) first_failure = status;
  }
  for (size_t i = 0; i < decide->decision->identifier_count; i++) {
    pat_status status = load_link(decide, &decide->decision->identifier_proofs[i].key, links);
    if (pat_is_ok(first_failure)) first_failure = status;
  }
  return first_failure;
}

static pat_status write_entry(const pat_decide *decide, const subject_links *links,
                              pat_builder *builder) {
  return pat_entry_build(decide->submission, decide->now_ms, links->links, links->count, builder);
}

/* For leaves that are too large for the stack. */
static pat_status build_large(pat_decide *decide, const subject_links *links, pat_span *ret_leaf) {
  pat_builder builder;
  pat_builder_init(&builder, NULL, PAT_LEAF_BYTES_MAX);
  PAT_TRY(write_entry(decide, links, &builder));
  size_t size = pat_builder_size(&builder);
  uint8_t *buffer = pat_arena_take(decide->arena, size);
  PAT_REQUIRE(buffer != NULL, LIMIT_MEMORY);
  pat_builder_init(&builder, buffer, size);
  PAT_TRY(write_entry(decide, links, &builder));
  return pat_builder_finish(&builder, ret_leaf);
}

/* Only leaves with their statement in clear are large: others are built once, on the stack. */
static pat_status build_small(pat_decide *decide, const subject_links *links, pat_span *ret_leaf) {
  enum { SMALL_BYTES = 2048 };
  uint8_t buffer[SMALL_BYTES];
  pat_builder builder;
  pat_builder_init(&builder, buffer, sizeof buffer);
  pat_status status = write_entry(decide, links, &builder);
  if (pat_is_rule(status, PAT_RULE_BYTES_FULL)) return build_large(decide, links, ret_leaf);
  PAT_TRY(status);
  pat_span written = pat_span_make(buffer, pat_builder_size(&builder));
  return pat_view__keep(decide->arena, written, ret_leaf);
}

static pat_status build_leaf(pat_decide *decide, const subject_links *links) {
  PAT_TRY(build_small(decide, links, &decide->decision->leaf));
  decide->decision->leaf_hash = pat_tlog_leaf_hash(decide->decision->leaf);
  return PAT_OK;
}

/* --- writes ---------------------------------------------------------------------------------- */

static uint8_t *take_u64(pat_arena *arena, uint64_t value) {
  uint8_t *bytes = pat_arena_take(arena, sizeof value);
  if (bytes == NULL) return NULL;
  pat_builder builder;
  pat_builder_init(&builder, bytes, sizeof value);
  pat_builder_u64be(&builder, value);
  return bytes;
}

static pat_status write_leaf(pat_decide *decide) {
  const uint8_t *key = take_u64(decide->arena, decide->index);
  PAT_REQUIRE(key != NULL, LIMIT_MEMORY);
  pat_ledger_key ledger_key = {PAT_LEDGER_LEAF, pat_span_make(key, sizeof(uint64_t))};
  return pat_view_write(decide->view, ledger_key, decide->decision->leaf);
}

static pat_status write_sublog_entry(pat_decide *decide, const pat_subject_link *link) {
  enum { KEY_BYTES = PAT_HASH_BYTES + 8, VALUE_BYTES = 8 + PAT_HASH_BYTES };
  uint8_t *memory = pat_arena_take(decide->arena, KEY_BYTES + VALUE_BYTES);
  PAT_REQUIRE(memory != NULL, LIMIT_MEMORY);
  pat_builder builder;
  pat_builder_init(&builder, memory, KEY_BYTES + VALUE_BYTES);
  pat_builder_span(&builder, pat_hash_span(&link->key));
  pat_builder_u64be(&builder, link->seq);
  pat_builder_u64be(&builder, decide->index);
  pat_builder_span(&builder, pat_hash_span(&decide->decision->leaf_hash));
  pat_ledger_key key = {PAT_LEDGER_SUBLOG, pat_span_make(memory, KEY_BYTES)};
  return pat_view_write(decide->view, key, pat_span_make(memory + KEY_BYTES, VALUE_BYTES));
}

static pat_status write_subject(pat_decide *decide, const subject_links *links, size_t i) {
  const pat_subject_link *link = &links->links[i];
  const Patina__SubjectRecord *before = links->records[i];
  pat_tlog_range sublog;
  pat_tlog_range_init(&sublog);
  if (before != NULL) {
    PAT_TRY(pat_record_range(before->count, before->peaks, before->n_peaks, &sublog));
  }
  PAT_TRY(pat_index_sublog_append(&sublog, decide->index, &decide->decision->leaf_hash));
  ProtobufCBinaryData peaks[PAT_TLOG_PEAKS_MAX];
  Patina__SubjectRecord record = PATINA__SUBJECT_RECORD__INIT;
  record.count = sublog.size;
  record.last_index = decide->index;
  record.n_peaks = pat_record_peaks(&sublog, peaks);
  record.peaks = peaks;
  pat_ledger_key key = {PAT_LEDGER_SUBJECT, pat_hash_span(&link->key)};
  PAT_TRY(pat_record_put(decide->view, key, &record.base, decide->arena));
  return write_sublog_entry(decide, link);
}

static pat_status fill_signatures(pat_decide *decide, Patina__StatementRecord *record) {
  const pat_submission *submission = decide->submission;
  size_t count = submission->signer_count;
  Patina__Signature *items = pat_arena_take_array(decide->arena, count, sizeof *items);
  record->signatures = pat_arena_take_array(decide->arena, count, sizeof *record->signatures);
  PAT_REQUIRE(items != NULL && record->signatures != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < count; i++) {
    patina__signature__init(&items[i]);
    items[i].public_key = (ProtobufCBinaryData){
        PAT_PUBLIC_KEY_BYTES, (uint8_t *)(uintptr_t)submission->public_keys[i].data};
    items[i].principal = (ProtobufCBinaryData){
        PAT_HASH_BYTES, (uint8_t *)(uintptr_t)submission->principals[i].bytes};
    items[i].signature = (ProtobufCBinaryData){
        PAT_SIGNATURE_BYTES, (uint8_t *)(uintptr_t)submission->signatures[i].data};
    record->signatures[i] = &items[i];
  }
  record->n_signatures = count;
  return PAT_OK;
}

static pat_status fill_disclosures(pat_decide *decide, Patina__StatementRecord *record) {
  const pat_submission *submission = decide->submission;
  size_t count = submission->statement.slot_count;
  Patina__StoredDisclosure *items = pat_arena_take_array(decide->arena, count, sizeof *items);
  record->disclosures = pat_arena_take_array(decide->arena, count, sizeof *record->disclosures);
  PAT_REQUIRE(items != NULL && record->disclosures != NULL, LIMIT_MEMORY);
  for (size_t slot = 0; slot < count; slot++) {
    uint32_t visibility = decide->visibilities[slot];
    if (visibility == 0) visibility = (uint32_t)submission->statement.slots[slot].visibility;
    PAT_ASSERT(visibility != 0);
    patina__stored_disclosure__init(&items[slot]);
    items[slot].slot = (uint32_t)slot;
    items[slot].visibility = visibility;
    items[slot].disclosure =
        (ProtobufCBinaryData){submission->disclosure_bytes[slot].size,
                              (uint8_t *)(uintptr_t)submission->disclosure_bytes[slot].data};
    record->disclosures[slot] = &items[slot];
  }
  record->n_disclosures = count;
  return PAT_OK;
}

static pat_status write_statement(pat_decide *decide) {
  const pat_statement *statement = &decide->submission->statement;
  Patina__StatementRecord record = PATINA__STATEMENT_RECORD__INIT;
  record.index = decide->index;
  record.logged_at_ms = decide->now_ms;
  record.statement =
      (ProtobufCBinaryData){statement->bytes.size, (uint8_t *)(uintptr_t)statement->bytes.data};
  PAT_TRY(fill_signatures(decide, &record));
  PAT_TRY(fill_disclosures(decide, &record));
  record.n_sources = decide->submission->signer_count;
  record.sources = decide->source_pointers;
  ProtobufCBinaryData proofs[PAT_STATEMENT_IDENTIFIERS_MAX];
  for (size_t i = 0; i < decide->decision->identifier_count; i++) {
    proofs[i] =
        (ProtobufCBinaryData){PAT_VRF_PROOF_BYTES, decide->decision->identifier_proofs[i].proof};
  }
  record.n_vrf_proofs = decide->decision->identifier_count;
  record.vrf_proofs = proofs;
  pat_ledger_key key = {PAT_LEDGER_STATEMENT, pat_hash_span(&statement->sha256)};
  return pat_record_put(decide->view, key, &record.base, decide->arena);
}

/* --- the whole ------------------------------------------------------------------------------- */

/* Everything that can refuse or need; nothing is written. */
static pat_status check_statement(pat_decide *decide, const pat_rules *rules,
                                  subject_links *links) {
  PAT_TRY(check_times(decide));
  size_t slot_count = decide->submission->statement.slot_count;
  decide->visibilities = pat_arena_take_array(decide->arena, slot_count + 1, sizeof(uint32_t));
  PAT_REQUIRE(decide->visibilities != NULL, LIMIT_MEMORY);
  PAT_TRY(pat_decide_signers(decide));
  if (rules->prepare != NULL) PAT_TRY(rules->prepare(decide));
  PAT_TRY(pat_decide_standing(decide));
  PAT_TRY(rules->check(decide));
  PAT_TRY(load_links(decide, links));
  return build_leaf(decide, links);
}

static pat_status write_all(pat_decide *decide, const pat_rules *rules,
                            const subject_links *links) {
  if (rules->write != NULL) PAT_TRY(rules->write(decide));
  for (size_t i = 0; i < links->count; i++) {
    PAT_TRY(write_subject(decide, links, i));
  }
  PAT_TRY(write_leaf(decide));
  return write_statement(decide);
}

pat_status pat_decide_statement(pat_decide *decide) {
  const pat_rules *rules = rules_of(decide->submission->statement.kind->number);
  PAT_ASSERT(rules != NULL);
  if (!decide->asked_before) PAT_TRY(ask_all(decide, rules));
  bool replayed = false;
  PAT_TRY(check_replay(decide, &replayed));
  if (replayed) {
    decide->decision->outcome = PAT_DECISION_REPLAYED;
    return PAT_OK;
  }
  bool genesis = rules->number == PAT_KIND_GENESIS;
  PAT_REQUIRE_AT(genesis == (decide->ledger->genesis == NULL), GENESIS_FIRST, decide->err, 0,
                 "body");
  subject_links links; /* those below count are set */
  links.count = 0;
  PAT_TRY(check_statement(decide, rules, &links));
  PAT_TRY(write_all(decide, rules, &links));
  decide->decision->index = decide->index;
  decide->decision->outcome = PAT_DECISION_ACCEPTED;
  return PAT_OK;
}
