/* What the tests of server/sequencer share: a log in a store, its committer, and a world that
 * writes the statements.
 *
 * The world (tests/support/ledger_world.h) runs the same pure plan over a plain map; so where a
 * test gives both the same batch, the world is the oracle of the committer. */
#ifndef PAT_TESTS_SERVER_SEQUENCER_SEQUENCER_SUPPORT_H
#define PAT_TESTS_SERVER_SEQUENCER_SEQUENCER_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first. */
#include <cmocka.h>

#include "core/note/checkpoint.h"
#include "server/sequencer/sequencer.h"
#include "tests/support/fake_env.h"
#include "tests/support/ledger_draft.h"
#include "tests/support/temp_directory.h"

#define assert_ok(call) assert_string_equal(pat_rule_id((pat_rule)(call).rule), "ok")
#define assert_refused(call, symbol) \
  assert_string_equal(pat_rule_id((pat_rule)(call).rule), pat_rule_id(PAT_RULE_##symbol))

/* One log. Everything may be replaced by the test; teardown clears what is there. */
typedef struct {
  ledger_world *world;
  temp_directory directory; /* of the checkpoint file */
  pat_store *store;
  pat_log_keys keys;
  pat_note_key log_key;
  pat_published published;
  bool published_ready;
  pat_committer_options options;
  pat_committer *committer;
  pat_err err; /* of the last opening */
} seq_log;

/* *state is a log whose store holds a populated world and one heartbeat more (the world has it
 * too), with its committer open. */
int seq_setup(void **state);
/* *state is an empty log, its committer open. */
int seq_setup_empty(void **state);
int seq_teardown(void **state);
#define seq_test(function) cmocka_unit_test_setup_teardown(function, seq_setup, seq_teardown)
#define seq_test_empty(function) \
  cmocka_unit_test_setup_teardown(function, seq_setup_empty, seq_teardown)

/* Copies what the world holds, and the tiles that belong to it, into a store. */
void seq_seed(const ledger_world *world, pat_store *store);
/* The operator's test keys for this world. */
pat_log_keys seq_keys(const ledger_world *world);

/* Closes the committer and what it published, as the end of a process does. */
void seq_close(seq_log *log);
/* Opens it again over the same store and directory. */
pat_status seq_open(seq_log *log);

/* Commits a heartbeat at the world's time. */
void seq_beat(seq_log *log);

/* One batch. Statements are the world's; decisions are valid until the next. */
typedef struct {
  const pat_submission **submissions;
  pat_decision *decisions;
  pat_batch batch;
} seq_batch;

/* A batch of sealed statements, at the world's time, in its memory. */
seq_batch *seq_batch_of(seq_log *log, Patina__SignedStatement *const *envelopes, size_t count);
/* Decides and commits. */
pat_status seq_run(seq_log *log, seq_batch *batch, uint64_t *ret_size);

/* Sealed: the registration of vehicle number, by REGISTRAR. */
Patina__SignedStatement *seq_vehicle(ledger_world *world, uint8_t number);
/* Sealed: of an asset whose id is the number's 16 bytes, so any number of them. */
Patina__SignedStatement *seq_vehicle_numbered(ledger_world *world, uint32_t number);
/* Sealed: an inspection of vehicle number, with a text of so many bytes. */
Patina__SignedStatement *seq_inspection(ledger_world *world, uint8_t number);

/* A batch of three: two registrations, and an inspection of the first vehicle. */
seq_batch *seq_three(seq_log *log);
/* The root of the committer's head. */
pat_hash seq_root(const seq_log *log);
void seq_assert_hash(pat_hash got, pat_hash expected);

/* Raw access to the store. */
void seq_put(pat_store *store, pat_table table, pat_span key, pat_span value);
void seq_delete(pat_store *store, pat_table table, pat_span key);
pat_blob seq_get(pat_store *store, pat_table table, pat_span key);
/* Flips one bit of a stored value. */
void seq_flip(pat_store *store, pat_table table, pat_span key, size_t byte);
/* A memory store with the same records. */
pat_store *seq_copy(pat_store *store);
void seq_copy_into(pat_store *from, pat_store *to);

/* The published checkpoint: opened with the log's key, and the same in the store and in the file.
 * Fails the test where they are not. */
pat_tlog_head seq_checkpoint(const seq_log *log);
/* Fails unless the leaf at index has this hash and is included in the published checkpoint. */
void seq_assert_included(const seq_log *log, uint64_t index, const pat_hash *leaf_hash);
/* Fails unless the older head is a prefix of the published one. */
void seq_assert_extends(const seq_log *log, const pat_tlog_head *older);

#endif
