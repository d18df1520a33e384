#include "tests/clients/cli/cli_world.h"

#include <stdlib.h>
#include <string.h>

#include "clients/cli/build_value.h"
#include "core/bytes/builder.h"
#include "core/envelope/entry.h"
#include "core/note/proof_file.h"

enum { ARENA_BYTES = 64 * 1024 * 1024 };

static uint8_t entropy_state;
static pat_status entropy(uint8_t *ret_bytes, size_t size) {
  for (size_t i = 0; i < size; i++) {
    ret_bytes[i] = ++entropy_state;
  }
  return PAT_OK;
}

pat_key world_key(uint8_t seed, const char *name) {
  uint8_t bytes[PAT_SIGN_SEED_BYTES] = {seed};
  pat_key key = {.path = name};
  world_ok(pat_key_make(bytes, name, &key));
  key.path = name;
  return key;
}

void world_begin(test_world *world, pat_draft *draft, const pat_key *keys, size_t count,
                 const pat_key *enrols) {
  const pat_draft_start start = {.origin = world->origin.text,
                                 .keys = keys,
                                 .key_count = count,
                                 .now_ms = world->now_ms,
                                 .window_ms = 1000,
                                 .occurred = "",
                                 .enrols = enrols,
                                 .entropy = entropy};
  world_ok(pat_draft_begin(draft, &world->arena, &start, NULL));
}

static world_subject *subject_of(test_world *world, pat_hash key) {
  for (size_t i = 0; i < world->subject_count; i++) {
    if (pat_hash_equal(&world->subjects[i].key, &key)) return &world->subjects[i];
  }
  world_subject *fresh = &world->subjects[world->subject_count++];
  *fresh = (world_subject){key, 0, 0};
  return fresh;
}

static pat_subject_link link_to(test_world *world, pat_hash key) {
  world_subject *subject = subject_of(world, key);
  pat_subject_link link = {key, subject->count, subject->last};
  subject->count++;
  subject->last = world->count;
  return link;
}

static void prove_identifier(test_world *world, const pat_submission *submission) {
  const char *scheme = NULL;
  const char *scope = NULL;
  uint32_t version = 0;
  if (!pat_verify_identifier_of(&submission->statement, &scheme, &version, &scope)) return;
  pat_identifier value;
  pat_span raw = pat_span_text(submission->disclosures[0]->value->text);
  world_ok(pat_identifier_normalise(&world->scheme, raw, &value, NULL));
  const pat_identifier_name name = {scheme, version, scope, &value};
  world_ok(pat_identifier_prove(world->vrf_secret, &name, &world->proofs[world->count]));
  world->has_proof[world->count] = true;
}

Patina__SignedStatement *world_seal(test_world *world, pat_draft *draft,
                                    pat_submission *ret_submission) {
  pat_err err = {0};
  Patina__SignedStatement *envelope = NULL;
  pat_status finished = pat_draft_finish(draft, &envelope, NULL, &err);
  if (!pat_is_ok(finished)) print_error("%s\n", err.place);
  world_ok(finished);
  world_ok(pat_submission_check(world->origin.text, envelope, &world->arena, ret_submission, NULL));
  return envelope;
}

static pat_span build_leaf(test_world *world, const pat_submission *submission,
                           const pat_subject_link *links, size_t count) {
  pat_builder builder;
  pat_builder_init(&builder, pat_arena_take(&world->arena, PAT_LEAF_BYTES_MAX), PAT_LEAF_BYTES_MAX);
  world_ok(pat_entry_build(submission, world->now_ms, links, count, &builder));
  pat_span leaf;
  world_ok(pat_builder_finish(&builder, &leaf));
  return leaf;
}

pat_span world_leaf(test_world *world, const pat_submission *submission) {
  pat_subject_link links[PAT_ENTRY_SUBJECTS_MAX] = {0};
  for (size_t i = 0; i < submission->subjects.count; i++) {
    links[i].key = submission->subjects.keys[i];
  }
  return build_leaf(world, submission, links, submission->subjects.count);
}

size_t world_log(test_world *world, pat_draft *draft) {
  size_t index = world->count;
  pat_submission *submission = &world->submissions[index];
  world->envelopes[index] = world_seal(world, draft, submission);
  prove_identifier(world, submission);
  pat_subject_link links[PAT_ENTRY_SUBJECTS_MAX];
  size_t count = 0;
  for (; count < submission->subjects.count; count++) {
    links[count] = link_to(world, submission->subjects.keys[count]);
  }
  if (world->has_proof[index]) links[count++] = link_to(world, world->proofs[index].key);
  world->leaves[index] = build_leaf(world, submission, links, count);
  world->count++;
  world->now_ms += 1000;
  return index;
}

/* --- the log's first statements -------------------------------------------------------------- */

static char root_word[] = "root";
static char maker_word[] = "maker";
static char *root_roles[] = {root_word};
static char *maker_roles[] = {maker_word};

static void set_kind(Patina__KindPolicy *kind, uint32_t number, char **roles, bool self_declared) {
  patina__kind_policy__init(kind);
  kind->kind = number;
  kind->n_roles = roles != NULL ? 1 : 0;
  kind->roles = roles;
  kind->self_declared = self_declared;
}

static void log_genesis(test_world *world) {
  static Patina__KindPolicy kinds[9];
  static Patina__KindPolicy *pointers[9];
  set_kind(&kinds[0], 18, NULL, true);
  set_kind(&kinds[1], 21, root_roles, false);
  set_kind(&kinds[2], 22, root_roles, false);
  set_kind(&kinds[3], 24, root_roles, false);
  set_kind(&kinds[4], 25, root_roles, false);
  for (uint32_t i = 0; i < 4; i++) {
    set_kind(&kinds[5 + i], 26 + i, maker_roles, false);
  }
  for (size_t i = 0; i < 9; i++) {
    pointers[i] = &kinds[i];
  }
  static Patina__Policy policy;
  patina__policy__init(&policy);
  policy.name = (char[]){"test"};
  policy.n_kinds = 9;
  policy.kinds = pointers;
  policy.late_after_ms = policy.clock_skew_ms = policy.submit_window_ms = 60000;
  policy.promise_within_ms = 1000;
  uint8_t nonce[PAT_GENESIS_NONCE_BYTES] = {7};
  ProtobufCBinaryData root = pat_draft_field(PAT_SPAN_OF(world->root.public_key));
  Patina__GenesisParameters parameters = PATINA__GENESIS_PARAMETERS__INIT;
  parameters.nonce = pat_draft_field(PAT_SPAN_OF(nonce));
  parameters.n_root_keys = 1;
  parameters.root_keys = &root;
  parameters.root_threshold = 1;
  parameters.vrf_key = pat_draft_field(PAT_SPAN_OF(world->vrf_key));
  parameters.promise_key = root;
  parameters.max_quiet_s = 60;
  parameters.policy = &policy;
  Patina__Genesis genesis = PATINA__GENESIS__INIT;
  genesis.prefix = (char[]){"test.example"};
  genesis.parameters = &parameters;
  world_ok(pat_genesis_origin(&genesis, &world->arena, &world->origin));
  pat_draft draft;
  world_begin(world, &draft, &world->root, 1, &world->root);
  draft.message.body_case = PATINA__STATEMENT__BODY_GENESIS;
  draft.message.genesis = &genesis;
  world_log(world, &draft);
  world->root.principal = world->submissions[0].statement.sha256;
  world->root.has_principal = true;
}

static void log_people(test_world *world) {
  pat_draft draft;
  Patina__Key key = PATINA__KEY__INIT;
  key.algorithm = PATINA__KEY_ALGORITHM__KEY_ALGORITHM_ED25519;
  key.public_key = pat_draft_field(PAT_SPAN_OF(world->maker.public_key));
  Patina__PrincipalEnrolled enrolled = PATINA__PRINCIPAL_ENROLLED__INIT;
  enrolled.type = PATINA__PRINCIPAL_TYPE__PRINCIPAL_TYPE_MANUFACTURER;
  enrolled.key = &key;
  world_begin(world, &draft, &world->maker, 1, &world->maker);
  world_ok(pat_draft_disclose_text(&draft, "name", "Maker", &enrolled.name, NULL));
  draft.message.body_case = PATINA__STATEMENT__BODY_PRINCIPAL_ENROLLED;
  draft.message.principal_enrolled = &enrolled;
  size_t index = world_log(world, &draft);
  world->maker.principal = world->submissions[index].statement.sha256;
  world->maker.has_principal = true;
  char *classes[] = {(char[]){"car"}};
  Patina__StandingGranted granted = PATINA__STANDING_GRANTED__INIT;
  granted.principal = pat_draft_field(pat_hash_span(&world->maker.principal));
  granted.role = maker_word;
  granted.n_classes = 1;
  granted.classes = classes;
  world_begin(world, &draft, &world->root, 1, NULL);
  draft.message.body_case = PATINA__STATEMENT__BODY_STANDING_GRANTED;
  draft.message.standing_granted = &granted;
  world_log(world, &draft);
}

static void log_catalog(test_world *world) {
  static Patina__AttributeDefinition definitions[2];
  static Patina__AttributeDefinition *pointers[] = {&definitions[0], &definitions[1]};
  patina__attribute_definition__init(&definitions[0]);
  definitions[0].name = (char *)(uintptr_t) "colour";
  definitions[0].bundle = PATINA__BUNDLE__BUNDLE_CONSUMER;
  definitions[0].type = PATINA__VALUE_TYPE__VALUE_TYPE_TEXT;
  definitions[0].visibility = PATINA__VISIBILITY__VISIBILITY_PUBLIC;
  definitions[1] = definitions[0];
  definitions[1].name = (char *)(uintptr_t) "make";
  definitions[1].bundle = PATINA__BUNDLE__BUNDLE_MANUFACTURER;
  definitions[1].visibility = PATINA__VISIBILITY__VISIBILITY_OPEN;
  patina__asset_class__init(&world->schema);
  world->schema.name = (char *)(uintptr_t) "car";
  world->schema.version = 1;
  world->schema.n_attributes = 2;
  world->schema.attributes = pointers;
  pat_draft draft;
  Patina__ClassPublished class_body = PATINA__CLASS_PUBLISHED__INIT;
  class_body.schema = &world->schema;
  world_begin(world, &draft, &world->root, 1, NULL);
  draft.message.body_case = PATINA__STATEMENT__BODY_CLASS_PUBLISHED;
  draft.message.class_published = &class_body;
  world_log(world, &draft);
  patina__identifier_scheme__init(&world->scheme);
  world->scheme.name = (char *)(uintptr_t) "tag";
  world->scheme.version = 1;
  world->scheme.normalisation = PATINA__NORMALISATION__NORMALISATION_UPPER_ALNUM;
  world->scheme.uniqueness = PATINA__UNIQUENESS__UNIQUENESS_GLOBAL;
  world->scheme.visibility = PATINA__VISIBILITY__VISIBILITY_PUBLIC;
  world->scheme.length_min = 3;
  world->scheme.length_max = 8;
  Patina__SchemePublished scheme_body = PATINA__SCHEME_PUBLISHED__INIT;
  scheme_body.scheme = &world->scheme;
  world_begin(world, &draft, &world->root, 1, NULL);
  draft.message.body_case = PATINA__STATEMENT__BODY_SCHEME_PUBLISHED;
  draft.message.scheme_published = &scheme_body;
  world_log(world, &draft);
}

static void log_asset(test_world *world) {
  pat_draft draft;
  const char *make[] = {"make=Acme"};
  const char *colour[] = {"colour=red"};
  world->asset[0] = 42;
  pat_build_definitions definitions = {world->schema.attributes, 2,
                                       PATINA__BUNDLE__BUNDLE_MANUFACTURER};
  pat_build_input input = {.pairs = make, .pair_count = 1};
  Patina__AssetRegistered registered = PATINA__ASSET_REGISTERED__INIT;
  registered.asset = pat_draft_field(PAT_SPAN_OF(world->asset));
  registered.class_name = world->schema.name;
  registered.class_version = 1;
  world_begin(world, &draft, &world->maker, 1, NULL);
  world_ok(pat_build_attributes(&draft, &definitions, &input, &registered.attributes,
                                &registered.n_attributes, NULL));
  draft.message.body_case = PATINA__STATEMENT__BODY_ASSET_REGISTERED;
  draft.message.asset_registered = &registered;
  world_log(world, &draft);
  Patina__AttributesChanged changed = PATINA__ATTRIBUTES_CHANGED__INIT;
  changed.asset = registered.asset;
  definitions.bundle = PATINA__BUNDLE__BUNDLE_CONSUMER;
  input.pairs = colour;
  world_begin(world, &draft, &world->maker, 1, NULL);
  world_ok(pat_build_attributes(&draft, &definitions, &input, &changed.attributes,
                                &changed.n_attributes, NULL));
  draft.message.body_case = PATINA__STATEMENT__BODY_ATTRIBUTES_CHANGED;
  draft.message.attributes_changed = &changed;
  world_log(world, &draft);
}

static void log_identifier(test_world *world) {
  pat_draft draft;
  Patina__IdentifierAssigned assigned = PATINA__IDENTIFIER_ASSIGNED__INIT;
  assigned.asset = pat_draft_field(PAT_SPAN_OF(world->asset));
  assigned.scheme = world->scheme.name;
  assigned.scheme_version = 1;
  world_begin(world, &draft, &world->maker, 1, NULL);
  world_ok(pat_draft_disclose_text(&draft, "value", "ab-12", &assigned.value, NULL));
  draft.message.body_case = PATINA__STATEMENT__BODY_IDENTIFIER_ASSIGNED;
  draft.message.identifier_assigned = &assigned;
  size_t index = world_log(world, &draft);
  Patina__IdentifierReleased released = PATINA__IDENTIFIER_RELEASED__INIT;
  released.asset = assigned.asset;
  released.scheme = assigned.scheme;
  released.scheme_version = 1;
  released.assignment = pat_draft_field(pat_hash_span(&world->submissions[index].statement.sha256));
  world_begin(world, &draft, &world->maker, 1, NULL);
  world_ok(pat_draft_disclose_text(&draft, "value", "AB 12", &released.value, NULL));
  draft.message.body_case = PATINA__STATEMENT__BODY_IDENTIFIER_RELEASED;
  draft.message.identifier_released = &released;
  world_log(world, &draft);
}

test_world *world_new(void) {
  world_ok(pat_crypto_init());
  test_world *made = calloc(1, sizeof *made);
  assert_non_null(made);
  pat_arena_init(&made->arena, malloc(ARENA_BYTES), ARENA_BYTES);
  made->now_ms = 1700000000000;
  made->root = world_key(1, "root");
  made->maker = world_key(2, "maker");
  uint8_t uniform[PAT_VRF_UNIFORM_BYTES] = {3};
  world_ok(pat_vrf_secret_from_bytes(uniform, made->vrf_secret));
  world_ok(pat_vrf_public(made->vrf_secret, made->vrf_key));
  log_genesis(made);
  log_people(made);
  log_catalog(made);
  log_asset(made);
  log_identifier(made);
  return made;
}

void world_free(test_world *world) {
  free(world->arena.base);
  free(world);
}

/* --- proofs ---------------------------------------------------------------------------------- */

static pat_status read_node(void *context, pat_tlog_position at, pat_hash *ret_hash) {
  const test_world *world = context;
  pat_tlog_range range;
  pat_tlog_range_init(&range);
  uint64_t from = at.index << at.level;
  for (uint64_t i = from; i < from + (UINT64_C(1) << at.level); i++) {
    pat_hash leaf = pat_tlog_leaf_hash(world->leaves[i]);
    PAT_TRY(pat_tlog_range_append(&range, &leaf));
  }
  *ret_hash = pat_tlog_range_root(&range);
  return PAT_OK;
}

static pat_tlog_proof assemble(const test_world *world, const pat_tlog_plan *plan) {
  const pat_tlog_source source = {(void *)(uintptr_t)world, read_node};
  pat_tlog_proof proof = {.count = 0};
  world_ok(pat_tlog_proof_build(plan, &source, &proof));
  return proof;
}

pat_tlog_proof world_inclusion(const test_world *world, size_t index, size_t size) {
  pat_tlog_plan plan;
  world_ok(pat_tlog_inclusion_nodes(index, size, &plan));
  return assemble(world, &plan);
}

pat_tlog_proof world_consistency(const test_world *world, size_t older, size_t newer) {
  pat_tlog_plan plan;
  world_ok(pat_tlog_consistency_nodes(older, newer, &plan));
  return assemble(world, &plan);
}

pat_tlog_head world_head(const test_world *world, size_t size) {
  pat_tlog_range range;
  pat_tlog_range_init(&range);
  for (size_t i = 0; i < size; i++) {
    pat_hash leaf = pat_tlog_leaf_hash(world->leaves[i]);
    world_ok(pat_tlog_range_append(&range, &leaf));
  }
  return (pat_tlog_head){size, pat_tlog_range_root(&range)};
}

pat_verify_place world_place(const test_world *world) {
  return (pat_verify_place){world->origin.text, world_head(world, world->count)};
}

/* A copy that a test may spoil. */
static ProtobufCBinaryData copy(test_world *world, pat_span bytes) {
  uint8_t *fresh = pat_arena_take(&world->arena, bytes.size);
  pat_span_copy(fresh, bytes.size, bytes);
  return (ProtobufCBinaryData){bytes.size, fresh};
}

static void fill_history_entry(test_world *world, size_t index, const char *role,
                               Patina__HistoryEntry *entry) {
  const pat_submission *submission = &world->submissions[index];
  patina__history_entry__init(entry);
  entry->index = index;
  entry->logged_at_ms = 1700000000000 + 1000 * index;
  entry->statement = copy(world, submission->statement.bytes);
  entry->n_disclosures = submission->statement.slot_count;
  entry->disclosures = pat_arena_take_array(&world->arena, entry->n_disclosures, sizeof(void *));
  for (uint32_t slot = 0; slot < entry->n_disclosures; slot++) {
    entry->disclosures[slot] = pat_arena_take(&world->arena, sizeof(Patina__SlotDisclosure));
    patina__slot_disclosure__init(entry->disclosures[slot]);
    entry->disclosures[slot]->slot = slot;
    entry->disclosures[slot]->disclosure = copy(world, submission->disclosure_bytes[slot]);
  }
  Patina__Source *source = pat_arena_take(&world->arena, sizeof *source);
  patina__source__init(source);
  source->principal = copy(world, pat_hash_span(&submission->principals[0]));
  source->n_roles = role != NULL ? 1 : 0;
  source->roles = pat_arena_take(&world->arena, sizeof(char *));
  source->roles[0] = (char *)(uintptr_t)role;
  entry->n_sources = 1;
  entry->sources = pat_arena_take(&world->arena, sizeof(void *));
  entry->sources[0] = source;
}

static void fill_signatures(test_world *world, const Patina__SignedStatement *envelope,
                            Patina__ProvenEntry *proven) {
  proven->n_signatures = envelope->n_signatures;
  proven->signatures = pat_arena_take(&world->arena, envelope->n_signatures * sizeof(void *));
  for (size_t i = 0; i < envelope->n_signatures; i++) {
    const Patina__Signature *made = envelope->signatures[i];
    proven->signatures[i] = pat_arena_take(&world->arena, sizeof(Patina__Signature));
    patina__signature__init(proven->signatures[i]);
    proven->signatures[i]->public_key = copy(world, pat_draft_span(made->public_key));
    proven->signatures[i]->principal = copy(world, pat_draft_span(made->principal));
    proven->signatures[i]->signature = copy(world, pat_draft_span(made->signature));
  }
}

Patina__ProvenEntry *world_proven(test_world *world, size_t index, const char *role) {
  Patina__ProvenEntry *proven = pat_arena_take(&world->arena, sizeof *proven);
  patina__proven_entry__init(proven);
  proven->entry = pat_arena_take(&world->arena, sizeof(Patina__HistoryEntry));
  fill_history_entry(world, index, role, proven->entry);
  proven->leaf = copy(world, world->leaves[index]);
  pat_tlog_proof path = world_inclusion(world, index, world->count);
  proven->n_inclusion = path.count;
  proven->inclusion = pat_arena_take_array(&world->arena, path.count, sizeof(ProtobufCBinaryData));
  for (size_t i = 0; i < path.count; i++) {
    proven->inclusion[i] = copy(world, pat_hash_span(&path.hashes[i]));
  }
  fill_signatures(world, world->envelopes[index], proven);
  if (world->has_proof[index]) {
    proven->n_vrf_proofs = 1;
    proven->vrf_proofs = pat_arena_take(&world->arena, sizeof(ProtobufCBinaryData));
    proven->vrf_proofs[0] = copy(world, PAT_SPAN_OF(world->proofs[index].proof));
  }
  return proven;
}

pat_verified_entry world_verified(test_world *world, size_t index, const char *role) {
  pat_verified_entry verified;
  pat_verify_place place = world_place(world);
  world_ok(
      pat_verify_entry(&place, world_proven(world, index, role), &world->arena, &verified, NULL));
  return verified;
}

/* --- receipts -------------------------------------------------------------------------------- */

static pat_span log_key(test_world *world, uint8_t seed, pat_note_key *key, pat_key *secret) {
  *secret = world_key(seed, "log");
  world_ok(pat_note_key_make(pat_span_text(world->origin.text), PAT_NOTE_TYPE_ED25519,
                             secret->public_key, key));
  uint8_t *bytes = pat_arena_take(&world->arena, 1024);
  pat_builder builder;
  pat_builder_init(&builder, bytes, 1024);
  pat_builder_text(&builder, "log ");
  pat_note_key_format(key, &builder);
  pat_builder_text(&builder, " https://log.example\nquorum none\n");
  pat_span text;
  world_ok(pat_builder_finish(&builder, &text));
  return text;
}

pat_span world_policy(test_world *world, uint8_t log_seed) {
  pat_note_key key;
  pat_key secret;
  return log_key(world, log_seed, &key, &secret);
}

pat_span world_receipt(test_world *world, size_t index, bool with_leaf) {
  pat_note_key key;
  pat_key secret;
  log_key(world, 9, &key, &secret);
  char text[512];
  pat_builder text_builder;
  pat_builder_init(&text_builder, text, sizeof text);
  pat_tlog_head head = world_head(world, world->count);
  world_ok(pat_checkpoint_format(key.name, &head, &text_builder));
  pat_span checkpoint;
  world_ok(pat_builder_finish(&text_builder, &checkpoint));
  char note[1024];
  pat_builder note_builder;
  pat_builder_init(&note_builder, note, sizeof note);
  world_ok(pat_note_sign(checkpoint, &key, secret.secret, &note_builder));
  pat_proof_file file = {.index = index, .proof = world_inclusion(world, index, world->count)};
  world_ok(pat_builder_finish(&note_builder, &file.checkpoint));
  if (with_leaf) file.extra = world->leaves[index];
  uint8_t *bytes = pat_arena_take(&world->arena, PAT_TLOG_PROOF_BYTES_MAX);
  pat_builder builder;
  pat_builder_init(&builder, bytes, PAT_TLOG_PROOF_BYTES_MAX);
  pat_proof_file_encode(&file, &builder);
  pat_span receipt;
  world_ok(pat_builder_finish(&builder, &receipt));
  return receipt;
}
