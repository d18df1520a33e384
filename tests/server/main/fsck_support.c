#include "tests/server/main/fsck_support.h"

#include <string.h>

#include "server/sequencer/keys.h"
#include "server/sys/checkpoint_file.h"
#include "server/sys/log.h"

fsck_scene fsck_base;
pat_store *fsck_store;
pat_fsck_report fsck_report;
pat_err fsck_err;

static void quiet_log(void *context, pat_log_level level, const char *line, size_t size) {
  (void)context;
  (void)level;
  (void)line;
  (void)size;
}

/* --- the log --------------------------------------------------------------------------------- */

pat_span fsck_sign_head(const pat_tlog_head *head, char *buffer, size_t size) {
  char text[1024];
  pat_builder builder;
  pat_span bytes;
  pat_builder_init(&builder, text, sizeof text);
  assert_ok(pat_checkpoint_format(pat_span_text(fsck_base.log.world->origin.text), head, &builder));
  assert_ok(pat_builder_finish(&builder, &bytes));
  pat_builder_init(&builder, buffer, size);
  assert_ok(pat_note_sign(bytes, &fsck_base.log.log_key, fsck_base.log.keys.log_secret, &builder));
  assert_ok(pat_builder_finish(&builder, &bytes));
  return bytes;
}

/* The committer would have kept one for each commit. */
static void put_notes(void) {
  pat_tlog_range range;
  pat_tlog_range_init(&range);
  for (size_t i = 0; i < fsck_base.leaves.count; i++) {
    pat_hash hash = pat_tlog_leaf_hash(ledger_leaf(fsck_base.log.world, i));
    assert_ok(pat_tlog_range_append(&range, &hash));
    if (fsck_base.leaves.leaves[i]->entry_case != PATINA__LOG_ENTRY__ENTRY_COMMIT) continue;
    pat_tlog_head head = {range.size, pat_tlog_range_root(&range)};
    pat_sequencer_key key = pat_note_key_of_size(range.size);
    char note[2048];
    seq_put(fsck_base.log.store, PAT_TABLE_META, pat_sequencer_key_span(&key),
            fsck_sign_head(&head, note, sizeof note));
  }
}

/* What the audit's log does not tell: something that is taken back. */
static void tell_and_retract(ledger_world *world) {
  const ledger_said said[] = {{"result", SAID_OPEN, ledger_text(world, "good")}};
  ledger_draft draft = ledger_by(world, INSPECTOR);
  (void)ledger_attest(&draft, 1, LEDGER_SAID(said));
  pat_hash told = ledger_accept(&draft);
  draft = ledger_by(world, INSPECTOR);
  (void)ledger_retract(&draft, &told);
  (void)ledger_accept(&draft);
}

int fsck_group_setup(void **state) {
  (void)state;
  if (!pat_is_ok(pat_crypto_init())) return -1;
  pat_log_set_sink(&(pat_log_sink){.write = quiet_log});
  ledger_world *world = audit_world_new();
  tell_and_retract(world);
  while (world->head.range.size < FSCK_LEAVES)
    (void)ledger_run(world, NULL, 0);
  audit_log_take(&fsck_base.leaves, world);
  seq_log *log = &fsck_base.log;
  log->world = world;
  log->directory = temp_directory_make();
  log->keys = seq_keys(world);
  memcpy(fsck_base.keys.log, log->keys.log_public, sizeof fsck_base.keys.log);
  memcpy(fsck_base.keys.vrf, world->genesis->parameters->vrf_key.data, sizeof fsck_base.keys.vrf);
  memcpy(fsck_base.keys.promise, world->genesis->parameters->promise_key.data,
         sizeof fsck_base.keys.promise);
  assert_ok(pat_note_key_make(pat_span_text(world->origin.text), PAT_NOTE_TYPE_ED25519,
                              log->keys.log_public, &log->log_key));
  assert_ok(pat_store_memory_open(&log->store));
  log->options =
      (pat_committer_options){.origin = world->origin.text, .keys = &log->keys, .index_depth = 3};
  seq_seed(world, log->store);
  put_notes();
  assert_ok(seq_open(log)); /* makes the index, and the checkpoint file */
  seq_beat(log);
  seq_close(log);
  assert_ok(pat_checkpoint_file_read(log->directory.path, &fsck_base.published, NULL));
  return 0;
}

int fsck_group_teardown(void **state) {
  (void)state;
  pat_blob_clear(&fsck_base.published);
  pat_store_close(fsck_base.log.store);
  temp_directory_remove(&fsck_base.log.directory);
  ledger_world_close(fsck_base.log.world);
  return 0;
}

int fsck_setup(void **state) {
  (void)state;
  fsck_store = seq_copy(fsck_base.log.store);
  return 0;
}

int fsck_teardown(void **state) {
  (void)state;
  pat_store_close(fsck_store);
  return 0;
}

/* --- checking -------------------------------------------------------------------------------- */

pat_fsck_input fsck_usual_input(void) {
  return (pat_fsck_input){.store = fsck_store,
                          .origin = fsck_base.log.world->origin.text,
                          .keys = &fsck_base.keys,
                          .published = pat_blob_span(fsck_base.published)};
}

pat_status fsck_check_input(pat_fsck_input input) {
  fsck_err = (pat_err){.offset = 0};
  assert_ok(pat_store_memory_open(&input.scratch));
  pat_status status = pat_fsck_store(&input, &fsck_report, &fsck_err);
  pat_store_close(input.scratch);
  return status;
}

pat_status fsck_check(void) { return fsck_check_input(fsck_usual_input()); }

void fsck_expect(pat_status status, pat_rule rule, const char *place) {
  if (pat_is_rule(status, rule) && strncmp(fsck_err.place, place, strlen(place)) == 0) return;
  fail_msg("%s at %s, not %s at %s", pat_rule_id((pat_rule)status.rule), fsck_err.place,
           pat_rule_id(rule), place);
}

void fsck_expect_bad(pat_rule rule, const char *place) { fsck_expect(fsck_check(), rule, place); }
