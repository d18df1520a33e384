/* Hits: pat_envelope_is_draft, pat_envelope_decode, pat_envelope_fill, pat_draft_begin,
 * pat_draft_disclose, pat_draft_finish, pat_draft_add_signature, pat_draft_missing.
 *
 * Input: a file of a signed statement, in protobuf or JSON, or of a draft in JSON. Properties: what
 * is filled and finished is accepted as a submission; an envelope, whatever it holds, takes a
 * signature or is refused with a rule. */
#include <string.h>

#include "clients/cli/envelope_file.h"
#include "core/base/assert.h"
#include "core/envelope/submission.h"
#include "tests/fuzz/fuzz_support.h"
#include "tests/fuzz/fuzz_target.h"

static const char origin[] = "test.example/draft";

static pat_status entropy(uint8_t *ret_bytes, size_t size) {
  memset(ret_bytes, 0x33, size);
  return PAT_OK;
}

static const pat_key *the_key(void) {
  static pat_key key;
  const uint8_t seed[PAT_SIGN_SEED_BYTES] = {0x44};
  if (key.has_secret) return &key;
  PAT_ASSERT(pat_is_ok(pat_crypto_init()));
  PAT_ASSERT(pat_is_ok(pat_key_make(seed, "fuzzed", &key)));
  key.path = "fuzzed.key";
  key.has_principal = true;
  return &key;
}

static void check_finished(pat_draft *draft, pat_arena *arena) {
  Patina__SignedStatement *envelope = NULL;
  pat_submission submission;
  pat_err err = {.offset = 0};
  pat_status status = pat_draft_finish(draft, &envelope, NULL, &err);
  if (!pat_is_ok(status)) {
    fuzz_check_refusal(status, &err);
    return;
  }
  PAT_ASSERT(pat_draft_missing(envelope) == 0);
  PAT_ASSERT(pat_is_ok(pat_submission_check(origin, envelope, arena, &submission, NULL)));
}

static void check_draft(pat_span bytes, pat_arena *arena) {
  static pat_draft draft;
  const pat_draft_start start = {.origin = origin,
                                 .keys = the_key(),
                                 .key_count = 1,
                                 .now_ms = 1,
                                 .window_ms = 1,
                                 .occurred = "",
                                 .entropy = entropy};
  pat_err err = {.offset = 0};
  PAT_ASSERT(pat_is_ok(pat_draft_begin(&draft, arena, &start, NULL)));
  pat_status status = pat_envelope_fill(&draft, bytes, &err);
  if (pat_is_ok(status)) check_finished(&draft, arena);
  if (!pat_is_ok(status)) fuzz_check_refusal(status, &err);
}

static void check_envelope(pat_span bytes, pat_arena *arena) {
  Patina__SignedStatement *envelope = NULL;
  pat_err err = {.offset = 0};
  pat_status status = pat_envelope_decode(bytes, arena, &envelope, &err);
  if (!pat_is_ok(status)) {
    fuzz_check_refusal(status, &err);
    return;
  }
  PAT_ASSERT(pat_draft_missing(envelope) <= envelope->n_signatures);
  err = (pat_err){.offset = 0};
  status = pat_draft_add_signature(arena, envelope, the_key(), &err);
  if (!pat_is_ok(status)) fuzz_check_refusal(status, &err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  pat_arena *arena = fuzz_arena();
  pat_span bytes = pat_span_make(data, size);
  (void)pat_envelope_is_draft(bytes);
  check_envelope(bytes, arena);
  check_draft(bytes, fuzz_arena());
  return 0;
}
