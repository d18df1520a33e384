#include "server/main/ledger_open.h"

#include "core/base/assert.h"
#include "server/main/log_keys.h"
#include "server/main/paths.h"

static const uint64_t mebibyte = 1024 * 1024;

pat_status pat_origin_read(const char *directory, pat_origin *ret_origin, pat_err *reterr) {
  pat_path path;
  PAT_TRY(pat_path_join(directory, "origin", &path));
  PAT_CLEANUP(pat_blob_clear) pat_blob text = {0};
  PAT_TRY(pat_file_read(path.text, PAT_ORIGIN_BYTES_MAX + 1, &text, reterr));
  bool one_line = text.size >= 2 && text.data[text.size - 1] == '\n';
  PAT_REQUIRE_AT(one_line, MAIN_ORIGIN, reterr, 0, "origin");
  pat_origin origin = {.text = {0}};
  pat_span_copy(origin.text, PAT_ORIGIN_BYTES_MAX,
                pat_span_slice(pat_blob_span(text), 0, text.size - 1));
  *ret_origin = origin;
  return PAT_OK;
}

static pat_status open_store(const pat_config *config, pat_store **ret_store, pat_err *reterr) {
  const char *engine = pat_config_text(config, PAT_CONFIG_STORE);
  if (engine[0] == 'm') return pat_store_memory_open(ret_store);
  pat_path path;
  PAT_TRY(pat_path_join(pat_config_text(config, PAT_CONFIG_DIRECTORY), "store", &path));
  pat_store_rocksdb_options options = {
      .directory = path.text,
      .cache_bytes = pat_config_number(config, PAT_CONFIG_STORE_CACHE_MIB) * mebibyte,
      .memtable_bytes = pat_config_number(config, PAT_CONFIG_STORE_MEMTABLE_MIB) * mebibyte,
      .free_space_bytes_min = pat_config_number(config, PAT_CONFIG_FREE_SPACE_MIB_MIN) * mebibyte,
  };
  return pat_store_rocksdb_open(&options, ret_store, reterr);
}

pat_status pat_ledger_open_store(const pat_config *config, pat_open_ledger *ledger,
                                 pat_err *reterr) {
  const char *directory = pat_config_text(config, PAT_CONFIG_DIRECTORY);
  PAT_TRY(pat_file_lock_open(directory, &ledger->lock, reterr));
  PAT_TRY(pat_origin_read(directory, &ledger->origin, reterr));
  PAT_TRY(pat_log_keys_read(directory, &ledger->keys, &ledger->public_keys, reterr));
  return open_store(config, &ledger->store, reterr);
}

pat_status pat_ledger_open_committer(const pat_config *config, pat_open_ledger *ledger,
                                     pat_err *reterr) {
  const char *directory = pat_config_text(config, PAT_CONFIG_DIRECTORY);
  PAT_TRY(pat_ledger_open_store(config, ledger, reterr));
  pat_published_init(&ledger->published);
  ledger->published_ready = true;
  pat_committer_options options = {.store = ledger->store,
                                   .directory = directory,
                                   .origin = ledger->origin.text,
                                   .keys = &ledger->keys,
                                   .published = &ledger->published};
  return pat_committer_open(&options, &ledger->committer, reterr);
}

static bool field_is(ProtobufCBinaryData field, const uint8_t key[PAT_PUBLIC_KEY_BYTES]) {
  return pat_span_equal(pat_span_make(field.data, field.len),
                        pat_span_make(key, PAT_PUBLIC_KEY_BYTES));
}

/* Subjects and promises made with other keys than the genesis names would prove nothing. */
static pat_status check_keys(const Patina__GenesisParameters *genesis,
                             const pat_log_public_keys *keys, pat_err *reterr) {
  PAT_REQUIRE_AT(field_is(genesis->vrf_key, keys->vrf), MAIN_KEYS, reterr, 0, "keys/vrf.key");
  PAT_REQUIRE_AT(field_is(genesis->promise_key, keys->promise), MAIN_KEYS, reterr, 0,
                 "keys/promise.key");
  return PAT_OK;
}

pat_status pat_ledger_open_all(const pat_config *config, const pat_env *env,
                               pat_open_ledger *ledger, pat_err *reterr) {
  uint64_t batch_max = pat_config_number(config, PAT_CONFIG_BATCH_MAX);
  PAT_REQUIRE_AT(pat_config_number(config, PAT_CONFIG_QUEUE_MAX) >= batch_max, CONFIG_RANGE, reterr,
                 0, "queue_max (at least batch_max)");
  PAT_TRY(pat_ledger_open_committer(config, ledger, reterr));
  const Patina__GenesisParameters *genesis = pat_committer_genesis(ledger->committer);
  PAT_REQUIRE_AT(genesis != NULL, MAIN_NO_GENESIS, reterr, 0,
                 pat_config_text(config, PAT_CONFIG_DIRECTORY));
  PAT_TRY(check_keys(genesis, &ledger->public_keys, reterr));
  pat_sequencer_options options = {
      .committer = ledger->committer,
      .published = &ledger->published,
      .env = env,
      .batch_max = (size_t)pat_config_number(config, PAT_CONFIG_BATCH_MAX),
      .queue_max = (size_t)pat_config_number(config, PAT_CONFIG_QUEUE_MAX),
  };
  PAT_TRY(pat_sequencer_open(&options, &ledger->sequencer));
  ledger->context = (pat_ledger_context){.store = ledger->store,
                                         .sequencer = ledger->sequencer,
                                         .published = &ledger->published,
                                         .keys = &ledger->keys,
                                         .origin = ledger->origin.text,
                                         .genesis = genesis};
  pat_ledger_port_init(&ledger->context, &ledger->port);
  return PAT_OK;
}

void pat_ledger_close_all(pat_open_ledger *ledger) {
  if (ledger->published_ready) pat_published_stop(&ledger->published);
  pat_sequencer_close(ledger->sequencer);
  pat_committer_close(ledger->committer);
  if (ledger->published_ready) pat_published_clear(&ledger->published);
  pat_store_close(ledger->store);
  pat_log_keys_wipe(&ledger->keys);
  pat_file_lock_close(&ledger->lock);
  *ledger = (pat_open_ledger){.published_ready = false};
}
