#include "server/main/init.h"

#include <string.h>

#include "core/base/assert.h"
#include "core/bytes/protobuf.h"
#include "core/envelope/key_text.h"
#include "core/envelope/submission.h"
#include "proto/json/protojson.h"
#include "server/main/ledger_open.h"
#include "server/main/log_keys.h"
#include "server/main/paths.h"
#include "server/main/staging.h"
#include "server/sys/mem.h"

enum { ARENA_BYTES = 1024 * 1024, TEXT_BYTES_MAX = 64 * 1024 };

/* One root key, while it signs. */
typedef struct {
  uint8_t public_key[PAT_PUBLIC_KEY_BYTES];
  uint8_t secret[PAT_SIGN_SECRET_BYTES];
  pat_hash hash;
} root_key;

typedef struct {
  root_key keys[PAT_ROOT_KEYS_MAX];
  size_t count;
} root_keys;

/* What the genesis' parameters borrow while it is built. */
typedef struct {
  uint8_t nonce[PAT_GENESIS_NONCE_BYTES];
  uint8_t root_keys[PAT_ROOT_KEYS_MAX][PAT_PUBLIC_KEY_BYTES];
  ProtobufCBinaryData root_fields[PAT_ROOT_KEYS_MAX];
} genesis_bytes;

/* Everything that goes into the genesis; messages lie in the arena. */
typedef struct {
  const pat_init_options *options;
  const pat_env *env;
  pat_arena *arena;
  pat_path directory; /* where all is made, until it is whole */
  root_keys roots;
  pat_log_public_keys log_keys;
  Patina__Policy *policy;
  pat_statement statement;
  pat_origin origin;
} ceremony;

static ProtobufCBinaryData binary_of(pat_span span) {
  return (ProtobufCBinaryData){span.size, (uint8_t *)(uintptr_t)span.data};
}

/* --- root keys ------------------------------------------------------------------------------- */

static void wipe_roots(root_keys *roots) { pat_secret_wipe(roots, sizeof *roots); }
static void wipe_text(pat_key_text *key) { pat_secret_wipe(key, sizeof *key); }

static pat_status read_root(const char *path, root_key *ret_root, pat_err *reterr) {
  pat_blob text = {0};
  PAT_TRY(pat_file_read_secret(path, PAT_KEY_TEXT_BYTES_MAX, &text, reterr));
  PAT_CLEANUP(wipe_text) pat_key_text key = {.name = {0}};
  pat_status status = pat_key_text_decode(pat_blob_span(text), PAT_KEY_TEXT_SECRET, &key);
  pat_blob_wipe(&text);
  if (!pat_is_ok(status)) return pat_refuse_at(status.rule, reterr, 0, path);
  pat_sign_keypair_from_seed(key.bytes, ret_root->public_key, ret_root->secret);
  ret_root->hash = pat_public_key_hash(ret_root->public_key);
  return PAT_OK;
}

static pat_status read_roots(ceremony *run, pat_err *reterr) {
  for (size_t i = 0; i < run->options->root_key_count; i++) {
    PAT_TRY(read_root(run->options->root_key_files[i], &run->roots.keys[i], reterr));
    run->roots.count++;
  }
  return PAT_OK;
}

/* Insertion sort by what order says; there are at most eight. */
static void sort_roots(root_keys *roots, int (*order)(const root_key *a, const root_key *b)) {
  for (size_t i = 1; i < roots->count; i++) {
    for (size_t at = i; at > 0 && order(&roots->keys[at - 1], &roots->keys[at]) > 0; at--) {
      root_key later = roots->keys[at];
      roots->keys[at] = roots->keys[at - 1];
      roots->keys[at - 1] = later;
    }
  }
}

static int by_public_key(const root_key *a, const root_key *b) {
  return pat_span_compare(PAT_SPAN_OF(a->public_key), PAT_SPAN_OF(b->public_key));
}

static int by_hash(const root_key *a, const root_key *b) {
  return pat_span_compare(pat_hash_span(&a->hash), pat_hash_span(&b->hash));
}

/* --- genesis --------------------------------------------------------------------------------- */

static pat_status read_policy(ceremony *run, pat_err *reterr) {
  PAT_CLEANUP(pat_blob_clear) pat_blob text = {0};
  PAT_TRY(pat_file_read(run->options->policy_file, TEXT_BYTES_MAX, &text, reterr));
  ProtobufCMessage *policy = NULL;
  PAT_TRY(pat_protojson_decode(&patina__policy__descriptor, pat_blob_span(text), run->arena,
                               &policy, reterr));
  run->policy = (Patina__Policy *)policy;
  return PAT_OK;
}

/* Copies: the keys are put into another order for signing, while the genesis names them in this. */
static void name_roots(ceremony *run, genesis_bytes *bytes) {
  sort_roots(&run->roots, by_public_key);
  for (size_t i = 0; i < run->roots.count; i++) {
    pat_span key = PAT_SPAN_OF(run->roots.keys[i].public_key);
    pat_span_copy(bytes->root_keys[i], sizeof bytes->root_keys[i], key);
    bytes->root_fields[i] = binary_of(PAT_SPAN_OF(bytes->root_keys[i]));
  }
}

static void fill_parameters(ceremony *run, genesis_bytes *bytes,
                            Patina__GenesisParameters *parameters) {
  pat_env_random_bytes(run->env, bytes->nonce, sizeof bytes->nonce);
  name_roots(run, bytes);
  uint32_t threshold = run->options->root_threshold;
  parameters->nonce = binary_of(PAT_SPAN_OF(bytes->nonce));
  parameters->n_root_keys = run->roots.count;
  parameters->root_keys = bytes->root_fields;
  parameters->root_threshold = threshold == 0 ? (uint32_t)run->roots.count : threshold;
  parameters->vrf_key = binary_of(PAT_SPAN_OF(run->log_keys.vrf));
  parameters->promise_key = binary_of(PAT_SPAN_OF(run->log_keys.promise));
  parameters->max_quiet_s = run->options->max_quiet_s;
  parameters->policy = run->policy;
}

static pat_status build_statement(ceremony *run, Patina__Genesis *genesis, pat_err *reterr) {
  uint8_t nonce[PAT_NONCE_BYTES];
  pat_env_random_bytes(run->env, nonce, sizeof nonce);
  ProtobufCBinaryData signers[PAT_ROOT_KEYS_MAX];
  sort_roots(&run->roots, by_hash);
  for (size_t i = 0; i < run->roots.count; i++) {
    signers[i] = binary_of(pat_hash_span(&run->roots.keys[i].hash));
  }
  Patina__Statement message = PATINA__STATEMENT__INIT;
  message.version = 1;
  message.nonce = binary_of(PAT_SPAN_OF(nonce));
  message.n_signers = run->roots.count;
  message.signers = signers;
  message.issued_at_ms = pat_env_now_ms(run->env);
  message.submit_before_ms = message.issued_at_ms;
  message.body_case = PATINA__STATEMENT__BODY_GENESIS;
  message.genesis = genesis;
  return pat_statement_build(&message, run->arena, &run->statement, reterr);
}

static pat_status build_genesis(ceremony *run, pat_err *reterr) {
  genesis_bytes bytes;
  Patina__GenesisParameters parameters = PATINA__GENESIS_PARAMETERS__INIT;
  fill_parameters(run, &bytes, &parameters);
  Patina__Genesis genesis = PATINA__GENESIS__INIT;
  genesis.prefix = (char *)(uintptr_t)run->options->prefix;
  genesis.parameters = &parameters;
  PAT_TRY(build_statement(run, &genesis, reterr));
  return pat_genesis_origin(run->statement.message->genesis, run->arena, &run->origin);
}

static pat_status sign_genesis(ceremony *run, pat_submission *ret_submission) {
  ret_submission->statement = run->statement;
  ret_submission->signer_count = run->roots.count;
  for (size_t i = 0; i < run->roots.count; i++) {
    ret_submission->principals[i] = run->statement.sha256;
  }
  for (size_t i = 0; i < run->roots.count; i++) {
    uint8_t *signature = pat_arena_take(run->arena, PAT_SIGNATURE_BYTES);
    PAT_REQUIRE(signature != NULL, LIMIT_MEMORY);
    PAT_TRY(pat_submission_sign(run->origin.text, &run->statement, ret_submission->principals,
                                run->roots.keys[i].secret, signature));
    ret_submission->public_keys[i] = PAT_SPAN_OF(run->roots.keys[i].public_key);
    ret_submission->signatures[i] = pat_span_make(signature, PAT_SIGNATURE_BYTES);
  }
  pat_statement_subjects(&run->statement, ret_submission->principals, &ret_submission->subjects);
  return PAT_OK;
}

/* --- directory ------------------------------------------------------------------------------- */

static pat_status write_text(const char *directory, const char *name, const pat_builder *builder,
                             pat_err *reterr) {
  pat_span text;
  PAT_TRY(pat_builder_finish(builder, &text));
  pat_path path;
  PAT_TRY(pat_path_join(directory, name, &path));
  return pat_file_replace(path.text, 0644, text, reterr);
}

/* What a reader needs to trust this log, and nothing else: the log's verifier key, and where it
 * is. */
static pat_status write_policy(const pat_config *config, const ceremony *run, pat_err *reterr) {
  pat_note_key key;
  PAT_TRY(pat_note_key_make(pat_span_text(run->origin.text), PAT_NOTE_TYPE_ED25519,
                            run->log_keys.log, &key));
  uint8_t bytes[2048];
  pat_builder text;
  pat_builder_init(&text, bytes, sizeof bytes);
  pat_builder_text(&text, "log ");
  pat_note_key_format(&key, &text);
  pat_builder_text(&text, " http://");
  pat_builder_text(&text, pat_config_text(config, PAT_CONFIG_LISTEN));
  pat_builder_char(&text, ':');
  pat_builder_decimal(&text, pat_config_number(config, PAT_CONFIG_PORT));
  pat_builder_text(&text, "\nquorum none\n");
  return write_text(run->directory.text, "policy.txt", &text, reterr);
}

static void add_config_line(void *context, const char *line) {
  pat_builder *text = context;
  pat_builder_text(text, line);
  pat_builder_char(text, '\n');
}

static pat_status write_config(const pat_config *config, const ceremony *run, pat_err *reterr) {
  PAT_CLEANUP(pat_mem_free_at) uint8_t *bytes = pat_mem_new(TEXT_BYTES_MAX);
  PAT_REQUIRE(bytes != NULL, LIMIT_MEMORY);
  pat_builder text;
  pat_builder_init(&text, bytes, TEXT_BYTES_MAX);
  pat_config_print(config, add_config_line, &text);
  return write_text(run->directory.text, "patina.conf", &text, reterr);
}

static pat_status write_origin(const char *directory, const ceremony *run, pat_err *reterr) {
  uint8_t bytes[PAT_ORIGIN_BYTES_MAX + 1];
  pat_builder text;
  pat_builder_init(&text, bytes, sizeof bytes);
  pat_builder_text(&text, run->origin.text);
  pat_builder_char(&text, '\n');
  return write_text(directory, "origin", &text, reterr);
}

/* --- first commit ---------------------------------------------------------------------------- */

static pat_status commit_genesis(const pat_config *config, ceremony *run, pat_err *reterr) {
  PAT_CLEANUP(pat_ledger_close_all) pat_open_ledger ledger = {.published_ready = false};
  PAT_TRY(pat_ledger_open_committer(config, &ledger, reterr));
  pat_submission submission = {.signer_count = 0};
  PAT_TRY(sign_genesis(run, &submission));
  const pat_submission *submissions[1] = {&submission};
  pat_plan_memo memo = {.proved = false};
  pat_decision decision = {.outcome = PAT_DECISION_REFUSED};
  pat_batch batch = {.now_ms = pat_env_now_ms(run->env),
                     .submissions = submissions,
                     .memos = &memo,
                     .decisions = &decision,
                     .count = 1};
  PAT_TRY(pat_committer_decide(ledger.committer, &batch));
  if (decision.outcome == PAT_DECISION_REFUSED) {
    if (reterr != NULL) *reterr = decision.err;
    return decision.status;
  }
  uint64_t size = 0;
  return pat_committer_commit(ledger.committer, &batch, false, &size);
}

/* The same settings, with the staging directory as the ledger's. */
static pat_status staged_config(const pat_config *config, const ceremony *run,
                                pat_config *ret_staged, pat_err *reterr) {
  uint8_t bytes[PAT_PATH_BYTES_MAX + 32] = {0};
  pat_builder flag;
  pat_builder_init(&flag, bytes, sizeof bytes - 1);
  pat_builder_text(&flag, "--directory=");
  pat_builder_text(&flag, run->directory.text);
  *ret_staged = *config;
  return pat_config_flag(ret_staged, (const char *)bytes, reterr);
}

static pat_status make_ledger(const pat_config *config, ceremony *run, pat_err *reterr) {
  const char *directory = run->directory.text;
  PAT_TRY(pat_log_keys_create(directory, run->env, reterr));
  pat_log_keys keys;
  pat_status status = pat_log_keys_read(directory, &keys, &run->log_keys, reterr);
  pat_log_keys_wipe(&keys);
  PAT_TRY(status);
  PAT_TRY(build_genesis(run, reterr));
  PAT_TRY(write_origin(directory, run, reterr));
  pat_config staged;
  PAT_TRY(staged_config(config, run, &staged, reterr));
  PAT_TRY(commit_genesis(&staged, run, reterr));
  PAT_TRY(write_policy(config, run, reterr));
  return write_config(config, run, reterr);
}

/* The name comes last, and is durable together with all that was moved before it. */
static pat_status put_in_place(const char *directory, ceremony *run, pat_err *reterr) {
  PAT_TRY(pat_staging_move(directory, &run->directory, reterr));
  PAT_TRY(write_origin(directory, run, reterr));
  pat_staging_remove(&run->directory);
  return PAT_OK;
}

static pat_status run_ceremony(const pat_config *config, ceremony *run, pat_err *reterr) {
  const char *directory = pat_config_text(config, PAT_CONFIG_DIRECTORY);
  PAT_TRY(read_roots(run, reterr));
  PAT_TRY(read_policy(run, reterr));
  PAT_TRY(pat_staging_open(directory, &run->directory, reterr));
  pat_status status = make_ledger(config, run, reterr);
  if (pat_is_ok(status)) return put_in_place(directory, run, reterr);
  pat_staging_remove(&run->directory);
  return status;
}

static void wipe_ceremony(ceremony *run) { wipe_roots(&run->roots); }

pat_status pat_init(const pat_config *config, const pat_init_options *options, const pat_env *env,
                    pat_err *reterr) {
  PAT_CLEANUP(pat_mem_free_at) void *memory = pat_mem_new(ARENA_BYTES);
  PAT_REQUIRE(memory != NULL, LIMIT_MEMORY);
  pat_arena arena;
  pat_arena_init(&arena, memory, ARENA_BYTES);
  PAT_CLEANUP(wipe_ceremony)
  ceremony run = {.options = options, .env = env, .arena = &arena};
  return run_ceremony(config, &run, reterr);
}
