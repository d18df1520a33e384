/* The keys of a log and its witnesses, and what is signed with them (declared in lying_log.h). */
#include "core/base/assert.h"
#include "core/bytes/builder.h"
#include "core/crypto/sign.h"
#include "core/note/checkpoint.h"
#include "core/note/cosignature.h"
#include "core/note/signed_note.h"
#include "tests/support/lying_log.h"

static pat_note_key make_key(pat_span name, uint8_t type, pat_span seed_text,
                             uint8_t ret_secret[PAT_SIGN_SECRET_BYTES]) {
  uint8_t public_key[PAT_PUBLIC_KEY_BYTES];
  pat_hash seed = pat_hash_of(seed_text);
  pat_sign_keypair_from_seed(seed.bytes, public_key, ret_secret);
  pat_note_key key;
  PAT_ASSERT(pat_is_ok(pat_note_key_make(name, type, public_key, &key)));
  return key;
}

pat_note_key lying_log_key(const ledger_world *world, uint8_t ret_secret[PAT_SIGN_SECRET_BYTES]) {
  pat_span origin = pat_span_text(world->origin.text); /* each log has a key of its own */
  return make_key(origin, PAT_NOTE_TYPE_ED25519, origin, ret_secret);
}

pat_note_key lying_witness_key(size_t which, uint8_t ret_secret[PAT_SIGN_SECRET_BYTES]) {
  static const char *const names[LYING_WITNESSES_MAX] = {"auditor.example", "witness.example"};
  PAT_ASSERT(which < LYING_WITNESSES_MAX);
  pat_span name = pat_span_text(names[which]);
  return make_key(name, PAT_NOTE_TYPE_COSIGNATURE, name, ret_secret);
}

pat_span lying_log_policy(const ledger_world *world, pat_arena *memory) {
  enum { POLICY_BYTES = 1024 };
  uint8_t secret[PAT_SIGN_SECRET_BYTES];
  pat_note_key key = lying_log_key(world, secret);
  pat_builder builder;
  pat_builder_init(&builder, lying_take(memory, POLICY_BYTES), POLICY_BYTES);
  pat_builder_text(&builder, "log ");
  pat_note_key_format(&key, &builder);
  pat_builder_text(&builder, "\nquorum none\n");
  pat_span text = PAT_SPAN_EMPTY;
  PAT_ASSERT(pat_is_ok(pat_builder_finish(&builder, &text)));
  return text;
}

char *lying_log_note(const lying_log *log, const pat_tlog_head *head, size_t witness_count,
                     pat_arena *memory) {
  uint8_t secret[PAT_SIGN_SECRET_BYTES];
  pat_note_key key = lying_log_key(log->world, secret);
  uint8_t text[PAT_CHECKPOINT_TEXT_BYTES_MAX];
  pat_builder builder;
  pat_builder_init(&builder, text, sizeof text);
  PAT_ASSERT(pat_is_ok(pat_checkpoint_format(key.name, head, &builder)));
  pat_span said;
  PAT_ASSERT(pat_is_ok(pat_builder_finish(&builder, &said)));
  size_t size = 4096;
  char *note = lying_take(memory, size);
  pat_builder_init(&builder, note, size - 1);
  PAT_ASSERT(pat_is_ok(pat_note_sign(said, &key, secret, &builder)));
  for (size_t i = 0; i < witness_count; i++) {
    pat_note_key witness = lying_witness_key(i, secret);
    PAT_ASSERT(pat_is_ok(
        pat_cosignature_sign(said, &witness, secret, log->world->now_ms / 1000, &builder)));
  }
  PAT_ASSERT(pat_is_ok(pat_builder_finish(&builder, &said)));
  return note;
}
