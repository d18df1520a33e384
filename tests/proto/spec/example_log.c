#include "tests/proto/spec/example_log.h"

#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/bytes/protobuf.h"
#include "core/tlog/hash.h"

#define GENESIS_MS UINT64_C(1767225600000) /* 2026-01-01T00:00:00Z */
#define BATCH_MS   (GENESIS_MS + 60000)

static const uint64_t minute_ms = 60000;
static const uint64_t day_ms = 86400000;

void example_must(pat_status status) {
  if (pat_is_ok(status)) return;
  fprintf(stderr, "refused: %s\n", pat_rule_id((pat_rule)status.rule));
  abort();
}

/* --- bytes ----------------------------------------------------------------------------------- */

static void *take(example_log *log, size_t size) {
  void *memory = pat_arena_take(&log->arena, size);
  if (memory == NULL) abort();
  return memory;
}

pat_span example_run(example_log *log, uint8_t first, size_t size) {
  uint8_t *bytes = take(log, size);
  for (size_t i = 0; i < size; i++)
    bytes[i] = (uint8_t)(first + i);
  return pat_span_make(bytes, size);
}

ProtobufCBinaryData example_field(pat_span bytes) {
  return (ProtobufCBinaryData){bytes.size, (uint8_t *)(uintptr_t)bytes.data};
}

pat_span example_encode(example_log *log, const ProtobufCMessage *message) {
  size_t size = 0;
  example_must(pat_protobuf_size(message, &size));
  pat_builder builder;
  pat_builder_init(&builder, take(log, size), size);
  example_must(pat_protobuf_encode(message, &builder));
  pat_span bytes;
  example_must(pat_builder_finish(&builder, &bytes));
  return bytes;
}

static void make_key(uint8_t fill, example_key *ret_key) {
  for (size_t i = 0; i < sizeof ret_key->seed; i++)
    ret_key->seed[i] = fill;
  pat_sign_keypair_from_seed(ret_key->seed, ret_key->public_key, ret_key->secret);
}

static void make_keys(example_log *log) {
  make_key(1, &log->root);
  make_key(2, &log->maker);
  make_key(3, &log->promise);
  make_key(4, &log->log);
  make_key(5, &log->witness);
  for (size_t i = 0; i < sizeof log->vrf_uniform; i++)
    log->vrf_uniform[i] = 6;
  example_must(pat_vrf_secret_from_bytes(log->vrf_uniform, log->vrf_secret));
  example_must(pat_vrf_public(log->vrf_secret, log->vrf_key));
}

/* --- statements ------------------------------------------------------------------------------ */

/* One statement to be made; the numbers of its bytes say which it is. */
typedef struct {
  Patina__Statement message;
  const example_key *key;
  pat_hash principal;        /* of the key */
  bool enrols;               /* the principal is the statement itself */
  uint8_t salt;              /* of its one disclosure; 0: it has none */
  char *name;                /* of the disclosure */
  Patina__Value *value;      /* of the disclosure */
  ProtobufCBinaryData *slot; /* where its digest goes */
} draft;

static draft begin(example_log *log, const example_key *key, uint8_t nonce, uint64_t now_ms) {
  draft result = {.key = key};
  patina__statement__init(&result.message);
  result.message.version = 1;
  result.message.nonce = example_field(example_run(log, nonce, PAT_NONCE_BYTES));
  pat_hash *signer = take(log, sizeof *signer);
  *signer = pat_public_key_hash(key->public_key);
  result.message.n_signers = 1;
  result.message.signers = take(log, sizeof *result.message.signers);
  result.message.signers[0] = example_field(pat_hash_span(signer));
  result.message.issued_at_ms = now_ms - 1000;
  result.message.submit_before_ms = now_ms + 60 * minute_ms;
  return result;
}

/* The disclosure's bytes; its digest is written into the slot. */
static pat_span disclose(example_log *log, const draft *what) {
  Patina__Disclosure disclosure = PATINA__DISCLOSURE__INIT;
  disclosure.salt = example_field(example_run(log, what->salt, PAT_SALT_BYTES));
  disclosure.name = what->name;
  disclosure.value = what->value;
  pat_span bytes = example_encode(log, &disclosure.base);
  pat_hash *digest = take(log, sizeof *digest);
  *digest = pat_disclosure_digest(&what->message, 0, bytes);
  *what->slot = example_field(pat_hash_span(digest));
  return bytes;
}

static void submit(example_log *log, const draft *what, size_t leaf) {
  Patina__SignedStatement envelope = PATINA__SIGNED_STATEMENT__INIT;
  ProtobufCBinaryData disclosure = {0, NULL};
  if (what->salt != 0) {
    disclosure = example_field(disclose(log, what));
    envelope.n_disclosures = 1;
    envelope.disclosures = &disclosure;
  }
  pat_statement statement;
  example_must(pat_statement_build(&what->message, &log->arena, &statement, NULL));
  pat_hash *principal = take(log, sizeof *principal);
  *principal = what->enrols ? statement.sha256 : what->principal;
  uint8_t *signature = take(log, PAT_SIGNATURE_BYTES);
  example_must(
      pat_submission_sign(log->origin.text, &statement, principal, what->key->secret, signature));
  Patina__Signature item = PATINA__SIGNATURE__INIT;
  Patina__Signature *items = &item;
  item.public_key = example_field(PAT_SPAN_OF(what->key->public_key));
  item.principal = example_field(pat_hash_span(principal));
  item.signature = example_field(pat_span_make(signature, PAT_SIGNATURE_BYTES));
  envelope.origin = log->origin.text;
  envelope.statement = example_field(statement.bytes);
  envelope.n_signatures = 1;
  envelope.signatures = &items;
  example_must(pat_submission_check(log->origin.text, &envelope, &log->arena,
                                    &log->submissions[leaf], NULL));
}

static pat_hash identity(const example_log *log, size_t leaf) {
  return log->submissions[leaf].statement.sha256;
}

/* --- the statements' bodies ------------------------------------------------------------------ */

static char root_role[] = "root";
static char maker_role[] = "maker";
static char vehicle_class[] = "vehicle";
static char *no_roles[] = {NULL};
static char *root_roles[] = {root_role};
static char *maker_roles[] = {maker_role};
static char *vehicle_classes[] = {vehicle_class};

/* protobuf-c's texts are not const; nothing writes to them. */
static char *literal(const char *text) { return (char *)(uintptr_t)text; }

static Patina__KindPolicy *admit(example_log *log, uint32_t kind, char **roles) {
  Patina__KindPolicy *result = take(log, sizeof *result);
  patina__kind_policy__init(result);
  result->kind = kind;
  result->self_declared = roles[0] == NULL;
  result->n_roles = roles[0] == NULL ? 0 : 1;
  result->roles = roles;
  return result;
}

static Patina__Policy *make_policy(example_log *log) {
  Patina__KindPolicy **kinds = take(log, 7 * sizeof(Patina__KindPolicy *));
  kinds[0] = admit(log, PAT_KIND_GENESIS, root_roles);
  kinds[1] = admit(log, PAT_KIND_PRINCIPAL_ENROLLED, no_roles);
  kinds[2] = admit(log, PAT_KIND_STANDING_GRANTED, root_roles);
  kinds[3] = admit(log, PAT_KIND_CLASS_PUBLISHED, root_roles);
  kinds[4] = admit(log, PAT_KIND_SCHEME_PUBLISHED, root_roles);
  kinds[5] = admit(log, PAT_KIND_ASSET_REGISTERED, maker_roles);
  kinds[6] = admit(log, PAT_KIND_IDENTIFIER_ASSIGNED, maker_roles);
  Patina__Policy *policy = take(log, sizeof *policy);
  patina__policy__init(policy);
  policy->name = literal("default");
  policy->n_kinds = 7;
  policy->kinds = kinds;
  policy->late_after_ms = 30 * day_ms;
  policy->clock_skew_ms = 5 * minute_ms;
  policy->submit_window_ms = 30 * day_ms;
  policy->promise_within_ms = minute_ms;
  return policy;
}

static void submit_genesis(example_log *log) {
  Patina__GenesisParameters parameters = PATINA__GENESIS_PARAMETERS__INIT;
  ProtobufCBinaryData root_key = example_field(PAT_SPAN_OF(log->root.public_key));
  parameters.nonce = example_field(example_run(log, 0x00, PAT_GENESIS_NONCE_BYTES));
  parameters.n_root_keys = 1;
  parameters.root_keys = &root_key;
  parameters.root_threshold = 1;
  parameters.vrf_key = example_field(PAT_SPAN_OF(log->vrf_key));
  parameters.promise_key = example_field(PAT_SPAN_OF(log->promise.public_key));
  parameters.max_quiet_s = 600;
  parameters.policy = make_policy(log);
  Patina__Genesis genesis = PATINA__GENESIS__INIT;
  genesis.prefix = literal("example.org/ledger");
  genesis.parameters = &parameters;
  example_must(pat_genesis_origin(&genesis, &log->arena, &log->origin));
  draft what = begin(log, &log->root, 0x20, GENESIS_MS);
  what.enrols = true;
  what.message.body_case = PATINA__STATEMENT__BODY_GENESIS;
  what.message.genesis = &genesis;
  submit(log, &what, LEAF_GENESIS);
  log->genesis = log->submissions[LEAF_GENESIS].statement.message->genesis->parameters;
}

static void submit_enrolment(example_log *log) {
  Patina__Key key = PATINA__KEY__INIT;
  key.algorithm = PATINA__KEY_ALGORITHM__KEY_ALGORITHM_ED25519;
  key.public_key = example_field(PAT_SPAN_OF(log->maker.public_key));
  Patina__PrincipalEnrolled body = PATINA__PRINCIPAL_ENROLLED__INIT;
  body.type = PATINA__PRINCIPAL_TYPE__PRINCIPAL_TYPE_MANUFACTURER;
  body.key = &key;
  Patina__Value name = PATINA__VALUE__INIT;
  name.value_case = PATINA__VALUE__VALUE_TEXT;
  name.text = literal("Example Motor Works");
  draft what = begin(log, &log->maker, 0x30, BATCH_MS);
  what.enrols = true;
  what.salt = 0xa0;
  what.name = literal("name");
  what.value = &name;
  what.slot = &body.name;
  what.message.body_case = PATINA__STATEMENT__BODY_PRINCIPAL_ENROLLED;
  what.message.principal_enrolled = &body;
  submit(log, &what, LEAF_ENROLLED);
}

static void submit_grant(example_log *log) {
  pat_hash maker = identity(log, LEAF_ENROLLED);
  Patina__StandingGranted body = PATINA__STANDING_GRANTED__INIT;
  body.principal = example_field(pat_hash_span(&maker));
  body.role = literal("maker");
  body.n_classes = 1;
  body.classes = vehicle_classes;
  draft what = begin(log, &log->root, 0x40, BATCH_MS);
  what.principal = identity(log, LEAF_GENESIS);
  what.message.body_case = PATINA__STATEMENT__BODY_STANDING_GRANTED;
  what.message.standing_granted = &body;
  submit(log, &what, LEAF_GRANTED);
}

static void submit_class(example_log *log) {
  Patina__AttributeDefinition make = PATINA__ATTRIBUTE_DEFINITION__INIT;
  make.name = literal("make");
  make.bundle = PATINA__BUNDLE__BUNDLE_MANUFACTURER;
  make.type = PATINA__VALUE_TYPE__VALUE_TYPE_TEXT;
  make.visibility = PATINA__VISIBILITY__VISIBILITY_OPEN;
  make.required = true;
  Patina__AttributeDefinition mass = PATINA__ATTRIBUTE_DEFINITION__INIT;
  mass.name = literal("mass");
  mass.bundle = PATINA__BUNDLE__BUNDLE_MANUFACTURER;
  mass.type = PATINA__VALUE_TYPE__VALUE_TYPE_NUMBER;
  mass.unit = literal("KGM");
  mass.visibility = PATINA__VISIBILITY__VISIBILITY_PUBLIC;
  Patina__AttributeDefinition *attributes[] = {&make, &mass};
  Patina__AssetClass schema = PATINA__ASSET_CLASS__INIT;
  schema.name = literal("vehicle");
  schema.version = 1;
  schema.n_attributes = 2;
  schema.attributes = attributes;
  Patina__ClassPublished body = PATINA__CLASS_PUBLISHED__INIT;
  body.schema = &schema;
  draft what = begin(log, &log->root, 0x50, BATCH_MS);
  what.principal = identity(log, LEAF_GENESIS);
  what.message.body_case = PATINA__STATEMENT__BODY_CLASS_PUBLISHED;
  what.message.class_published = &body;
  submit(log, &what, LEAF_CLASS);
}

static void submit_scheme(example_log *log) {
  Patina__IdentifierScheme scheme = PATINA__IDENTIFIER_SCHEME__INIT;
  scheme.name = literal("vin");
  scheme.version = 1;
  scheme.normalisation = PATINA__NORMALISATION__NORMALISATION_UPPER_ALNUM;
  scheme.validation = PATINA__VALIDATION__VALIDATION_VIN17;
  scheme.uniqueness = PATINA__UNIQUENESS__UNIQUENESS_GLOBAL;
  scheme.visibility = PATINA__VISIBILITY__VISIBILITY_PUBLIC;
  scheme.length_min = 17;
  scheme.length_max = 17;
  Patina__SchemePublished body = PATINA__SCHEME_PUBLISHED__INIT;
  body.scheme = &scheme;
  draft what = begin(log, &log->root, 0x60, BATCH_MS);
  what.principal = identity(log, LEAF_GENESIS);
  what.message.body_case = PATINA__STATEMENT__BODY_SCHEME_PUBLISHED;
  what.message.scheme_published = &body;
  submit(log, &what, LEAF_SCHEME);
}

static void submit_registration(example_log *log) {
  Patina__Value make_value = PATINA__VALUE__INIT;
  make_value.value_case = PATINA__VALUE__VALUE_TEXT;
  make_value.text = literal("Example");
  Patina__Number kilograms = PATINA__NUMBER__INIT;
  kilograms.mantissa = 15000;
  kilograms.exponent = -1;
  kilograms.unit = literal("KGM");
  Patina__Value mass_value = PATINA__VALUE__INIT;
  mass_value.value_case = PATINA__VALUE__VALUE_NUMBER;
  mass_value.number = &kilograms;
  Patina__Attribute make = PATINA__ATTRIBUTE__INIT;
  make.name = literal("make");
  make.content_case = PATINA__ATTRIBUTE__CONTENT_OPEN;
  make.open = &make_value;
  Patina__Attribute mass = PATINA__ATTRIBUTE__INIT;
  mass.name = literal("mass");
  mass.content_case = PATINA__ATTRIBUTE__CONTENT_SLOT;
  Patina__Attribute *attributes[] = {&make, &mass};
  Patina__AssetRegistered body = PATINA__ASSET_REGISTERED__INIT;
  body.asset = example_field(example_run(log, 0xd0, PAT_ASSET_ID_BYTES));
  body.class_name = literal("vehicle");
  body.class_version = 1;
  body.n_attributes = 2;
  body.attributes = attributes;
  draft what = begin(log, &log->maker, 0x70, BATCH_MS);
  what.principal = identity(log, LEAF_ENROLLED);
  what.salt = 0xb0;
  what.name = literal("mass");
  what.value = &mass_value;
  what.slot = &mass.slot;
  what.message.occurred = literal("2025-12");
  what.message.body_case = PATINA__STATEMENT__BODY_ASSET_REGISTERED;
  what.message.asset_registered = &body;
  submit(log, &what, LEAF_REGISTERED);
}

static void submit_assignment(example_log *log) {
  Patina__Value vin = PATINA__VALUE__INIT;
  vin.value_case = PATINA__VALUE__VALUE_TEXT;
  vin.text = literal("1m8 gdm9axkp-042788");
  Patina__IdentifierAssigned body = PATINA__IDENTIFIER_ASSIGNED__INIT;
  body.asset = example_field(example_run(log, 0xd0, PAT_ASSET_ID_BYTES));
  body.scheme = literal("vin");
  body.scheme_version = 1;
  draft what = begin(log, &log->maker, 0x80, BATCH_MS);
  what.principal = identity(log, LEAF_ENROLLED);
  what.salt = 0xc0;
  what.name = literal("value");
  what.value = &vin;
  what.slot = &body.value;
  what.message.body_case = PATINA__STATEMENT__BODY_IDENTIFIER_ASSIGNED;
  what.message.identifier_assigned = &body;
  submit(log, &what, LEAF_ASSIGNED);
}

/* --- the store between two batches ----------------------------------------------------------- */

enum { RECORDS_MAX = 512 };

typedef struct {
  pat_ledger_key key;
  pat_span value;
} record;

typedef struct {
  example_log *log;
  pat_view *view;
  record records[RECORDS_MAX];
  size_t count;
} store;

static pat_span keep(example_log *log, pat_span bytes) {
  uint8_t *copy = take(log, bytes.size);
  pat_span_copy(copy, bytes.size, bytes);
  return pat_span_make(copy, bytes.size);
}

static record *find(store *all, pat_ledger_key key) {
  size_t i = 0;
  while (i < all->count && (all->records[i].key.table != key.table ||
                            !pat_span_equal(all->records[i].key.bytes, key.bytes)))
    i++;
  return &all->records[i];
}

static pat_status fetch(void *context, const pat_view_slot *slot) {
  store *all = context;
  const record *found = find(all, slot->key);
  bool present = found != all->records + all->count;
  return pat_view_put_base(all->view, slot->key, present, present ? found->value : PAT_SPAN_EMPTY);
}

static pat_status save(void *context, const pat_view_slot *slot) {
  store *all = context;
  record *at = find(all, slot->key);
  if (at == all->records + all->count) {
    if (all->count + 1 == RECORDS_MAX) abort();
    all->count++;
    *at = (record){.key = {slot->key.table, keep(all->log, slot->key.bytes)}};
  }
  at->value = keep(all->log, slot->overlay);
  return PAT_OK;
}

/* --- batches --------------------------------------------------------------------------------- */

static alignas(max_align_t) uint8_t log_memory[1024 * 1024];
static alignas(max_align_t) uint8_t plan_memory[1024 * 1024];
static alignas(max_align_t) uint8_t view_memory[1024 * 1024];
static pat_index_node index_nodes[PAT_INDEX_NODES_FOR(64)];

static void plan(const pat_ledger *ledger, example_log *log, pat_batch *batch, store *all,
                 pat_arena *arena, pat_head *ret_head) {
  for (int round = 0; round < PAT_LEDGER_ROUNDS_MAX; round++) {
    pat_arena_reset_to(arena, 0);
    pat_status status = pat_ledger_plan(ledger, &log->head, batch, all->view, arena, ret_head);
    if (pat_is_ok(status)) return;
    if (!pat_is_rule(status, PAT_RULE_LEDGER_NEED)) example_must(status);
    example_must(pat_view_each_need(all->view, fetch, all));
  }
  abort();
}

static void keep_leaf(example_log *log, size_t at, pat_span leaf) {
  log->leaves[at] = keep(log, leaf);
  log->leaf_hashes[at] = pat_tlog_leaf_hash(log->leaves[at]);
}

static void take_decisions(example_log *log, const pat_batch *batch, size_t first) {
  for (size_t i = 0; i < batch->count; i++) {
    const pat_decision *decision = &batch->decisions[i];
    example_must(decision->status);
    if (decision->outcome != PAT_DECISION_ACCEPTED || decision->index != first + i) abort();
    keep_leaf(log, first + i, decision->leaf);
    if (decision->identifier_count == 1) log->identifier = decision->identifier_proofs[0];
  }
}

/* Decides the statements [first, first + count), puts their subjects into the index, and closes. */
static void commit(example_log *log, const pat_ledger *ledger, store *all, size_t first,
                   size_t count, uint64_t now_ms) {
  const pat_submission *submissions[LEAF_COUNT];
  pat_plan_memo memos[LEAF_COUNT] = {{.proved = false}};
  pat_decision decisions[LEAF_COUNT];
  for (size_t i = 0; i < count; i++)
    submissions[i] = &log->submissions[first + i];
  pat_batch batch = {now_ms, submissions, memos, decisions, count};
  pat_arena arena;
  pat_arena view_arena;
  pat_view view;
  pat_arena_init(&arena, plan_memory, sizeof plan_memory);
  pat_arena_init(&view_arena, view_memory, sizeof view_memory);
  example_must(pat_view_init(&view, &view_arena));
  all->view = &view;
  pat_head head;
  plan(ledger, log, &batch, all, &arena, &head);
  take_decisions(log, &batch, first);
  pat_changed_subject *subjects = NULL;
  size_t subject_count = 0;
  example_must(pat_ledger_changed_subjects(&view, &arena, &subjects, &subject_count));
  for (size_t i = 0; i < subject_count; i++) {
    const pat_index_value value = {subjects[i].count, subjects[i].root};
    example_must(pat_index_tree_put(&log->index, &subjects[i].key, &value));
  }
  const pat_commit_input input = {now_ms, pat_index_tree_root(&log->index), log->index.key_count};
  pat_span leaf;
  example_must(pat_ledger_close(ledger, &input, &head, &view, &arena, &leaf));
  keep_leaf(log, first + count, leaf);
  log->head = head;
  example_must(pat_view_each_write(&view, save, all));
}

void example_log_make(example_log *ret_log) {
  static store all;
  example_log *log = ret_log;
  *log = (example_log){.head = {.has_commit = false}};
  all = (store){.log = log};
  pat_arena_init(&log->arena, log_memory, sizeof log_memory);
  pat_index_tree_init(&log->index, index_nodes, PAT_INDEX_NODES_FOR(64));
  example_must(pat_crypto_init());
  make_keys(log);
  submit_genesis(log);
  pat_ledger ledger = {log->origin.text, NULL, log->vrf_secret};
  commit(log, &ledger, &all, LEAF_GENESIS, 1, GENESIS_MS);
  submit_enrolment(log);
  submit_grant(log);
  submit_class(log);
  submit_scheme(log);
  submit_registration(log);
  submit_assignment(log);
  ledger.genesis = log->genesis;
  commit(log, &ledger, &all, LEAF_ENROLLED, LEAF_COMMIT - LEAF_ENROLLED, BATCH_MS);
}
