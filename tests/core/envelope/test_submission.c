/* Signed statements from strangers: one thing wrong at a time. */
#include "core/envelope/submission.h"

#include "core/bytes/protobuf.h"
#include "core/crypto/dsse.h"
#include "tests/core/envelope/envelope_support.h"

static pat_status check(ledger_world *world, const Patina__SignedStatement *envelope) {
  pat_submission submission = {.signer_count = 77};
  pat_status status =
      pat_submission_check(world->origin.text, envelope, &world->memory, &submission, NULL);
  if (!pat_is_ok(status)) assert_int_equal(submission.signer_count, 77);
  return status;
}

static Patina__SignedStatement *sealed(ledger_world *world) {
  ledger_draft draft = private_draft(world);
  return ledger_seal(&draft, NULL);
}

static void flip(ProtobufCBinaryData field, size_t bit) {
  field.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
}

static void test_submission__for_another_log_is_refused(void **state) {
  ledger_world *world = *state;
  Patina__SignedStatement *envelope = sealed(world);
  char other[PAT_ORIGIN_BYTES_MAX + 1];
  memcpy(other, world->origin.text, sizeof other);
  other[0] ^= 1;
  envelope->origin = other;
  assert_rule(check(world, envelope), SUBMISSION_OTHER_LOG);
  /* It is signed too: claiming this log does not help. */
  ledger_draft draft = private_draft(world);
  pat_origin kept = world->origin;
  memcpy(world->origin.text, other, sizeof other);
  envelope = ledger_seal(&draft, NULL);
  world->origin = kept;
  assert_rule(check(world, envelope), CRYPTO_SIGNATURE_INVALID);
}

static void test_submission__has_one_signature_per_signer(void **state) {
  ledger_world *world = *state;
  Patina__SignedStatement *envelope = sealed(world);
  for (size_t count = 0; count <= 3; count++) {
    envelope->n_signatures = count;
    envelope->signatures[2] = envelope->signatures[1];
    if (count == 2) {
      assert_ok(check(world, envelope));
    } else {
      assert_rule(check(world, envelope), SUBMISSION_SIGNATURES);
    }
  }
}

static void test_submission__has_signatures_of_the_right_sizes(void **state) {
  ledger_world *world = *state;
  Patina__SignedStatement *envelope = sealed(world);
  ProtobufCBinaryData *fields[] = {&envelope->signatures[0]->public_key,
                                   &envelope->signatures[0]->principal,
                                   &envelope->signatures[1]->signature};
  for (size_t i = 0; i < 3; i++) {
    ProtobufCBinaryData kept = *fields[i];
    *fields[i] = ledger_fill(world, 1, kept.len + 1);
    assert_rule(check(world, envelope), SUBMISSION_SIGNATURES);
    *fields[i] = kept;
    fields[i]->len--;
    assert_rule(check(world, envelope), SUBMISSION_SIGNATURES);
    *fields[i] = kept;
  }
  assert_ok(check(world, envelope));
}

static void test_submission__has_signatures_in_the_signers_order(void **state) {
  ledger_world *world = *state;
  Patina__SignedStatement *envelope = sealed(world);
  Patina__Signature *first = envelope->signatures[0];
  envelope->signatures[0] = envelope->signatures[1];
  envelope->signatures[1] = first;
  assert_rule(check(world, envelope), SUBMISSION_KEY);
  /* Only the signatures swapped, under their keys. */
  envelope = sealed(world);
  ProtobufCBinaryData bytes = envelope->signatures[0]->signature;
  envelope->signatures[0]->signature = envelope->signatures[1]->signature;
  envelope->signatures[1]->signature = bytes;
  assert_rule(check(world, envelope), CRYPTO_SIGNATURE_INVALID);
}

static void test_submission__refuses_another_key(void **state) {
  ledger_world *world = *state;
  Patina__SignedStatement *envelope = sealed(world);
  envelope->signatures[0]->public_key =
      (ProtobufCBinaryData){PAT_PUBLIC_KEY_BYTES, world->actors[STRANGER].public_key};
  assert_rule(check(world, envelope), SUBMISSION_KEY);
}

/* Whose keys they are is signed: the issued histories follow from it. */
static void test_submission__refuses_another_principal(void **state) {
  ledger_world *world = *state;
  for (size_t i = 0; i < 2; i++) {
    Patina__SignedStatement *envelope = sealed(world);
    envelope->signatures[i]->principal =
        ledger_hash_field(world, &world->actors[STRANGER].principal);
    assert_rule(check(world, envelope), CRYPTO_SIGNATURE_INVALID);
  }
}

static void test_submission__refuses_any_changed_bit(void **state) {
  ledger_world *world = *state;
  Patina__SignedStatement *envelope = sealed(world);
  size_t mark = pat_arena_mark(&world->memory);
  for (size_t bit = 0; bit < 8 * envelope->statement.len; bit++) {
    flip(envelope->statement, bit);
    assert_false(pat_is_ok(check(world, envelope)));
    flip(envelope->statement, bit);
    pat_arena_reset_to(&world->memory, mark);
  }
  for (size_t bit = 0; bit < 8 * PAT_SIGNATURE_BYTES; bit++) {
    flip(envelope->signatures[1]->signature, bit);
    assert_rule(check(world, envelope), CRYPTO_SIGNATURE_INVALID);
    flip(envelope->signatures[1]->signature, bit);
    pat_arena_reset_to(&world->memory, mark);
  }
  assert_ok(check(world, envelope));
}

static void test_submission__has_one_disclosure_per_slot(void **state) {
  ledger_world *world = *state;
  Patina__SignedStatement *envelope = sealed(world);
  for (size_t count = 0; count <= 3; count++) {
    envelope->n_disclosures = count;
    envelope->disclosures[2] = envelope->disclosures[1];
    if (count == 2) {
      assert_ok(check(world, envelope));
    } else {
      assert_rule(check(world, envelope), SUBMISSION_DISCLOSURES);
    }
  }
  envelope->n_disclosures = 2;
  ProtobufCBinaryData first = envelope->disclosures[0];
  envelope->disclosures[0] = envelope->disclosures[1];
  envelope->disclosures[1] = first;
  assert_rule(check(world, envelope), DISCLOSURE_DIGEST);
}

static void test_submission__needs_memory(void **state) {
  ledger_world *world = *state;
  Patina__SignedStatement *envelope = sealed(world);
  size_t failures = 0;
  for (size_t size = 0;; size += 64) {
    pat_arena small;
    pat_arena_init(&small, ledger_take(world, size), size);
    pat_submission submission = {.signer_count = 77};
    pat_status status =
        pat_submission_check(world->origin.text, envelope, &small, &submission, NULL);
    if (pat_is_ok(status)) break;
    assert_rule(status, LIMIT_MEMORY);
    assert_int_equal(submission.signer_count, 77);
    failures++;
  }
  assert_true(failures > 5);
}

/* --- what is signed -------------------------------------------------------------------------- */

/* The StatementDigest written byte by byte, and its PAE. */
static void test_digest__is_what_was_agreed(void **state) {
  ledger_world *world = *state;
  ledger_draft draft = private_draft(world);
  const pat_submission *submission = ledger_check(world, ledger_seal(&draft, NULL));
  assert_int_equal(submission->signer_count, 2);
  assert_int_equal(submission->subjects.count, 3); /* the asset, and issued of both */

  uint8_t expected[512];
  size_t size = 0;
  size_t origin_size = strlen(world->origin.text);
  expected[size++] = 0x0a;
  expected[size++] = (uint8_t)origin_size;
  memcpy(expected + size, world->origin.text, origin_size);
  size += origin_size;
  expected[size++] = 0x12;
  expected[size++] = 32;
  memcpy(expected + size, submission->statement.sha256.bytes, 32);
  size += 32;
  for (size_t i = 0; i < 3; i++) {
    expected[size++] = 0x1a;
    expected[size++] = 32;
    memcpy(expected + size, submission->subjects.keys[i].bytes, 32);
    size += 32;
  }
  assert_true(origin_size < 128); /* its length is one byte */

  uint8_t room[2048];
  pat_builder builder;
  pat_builder_init(&builder, room, sizeof room);
  assert_ok(pat_submission_digest(world->origin.text, &submission->statement, &submission->subjects,
                                  &builder));
  pat_span written;
  assert_ok(pat_builder_finish(&builder, &written));
  assert_int_equal(written.size, size);
  assert_memory_equal(written.data, expected, size);

  char pae[1024];
  int head = snprintf(pae, sizeof pae, "DSSEv1 %zu %s %zu ", strlen(PAT_STATEMENT_DIGEST_TYPE),
                      PAT_STATEMENT_DIGEST_TYPE, size);
  memcpy(pae + head, expected, size);
  for (size_t i = 0; i < 2; i++) {
    assert_ok(pat_sign_verify(draft.signers[i]->public_key, pat_span_make(pae, (size_t)head + size),
                              submission->signatures[i].data));
  }
}

static void test_digest__counts_identifiers(void **state) {
  ledger_world *world = *state;
  ledger_draft draft = ledger_by(world, REGISTRAR);
  (void)ledger_assign(&draft, 1, (ledger_serial){"vin", 1, "", "1M8GDM9AXKP042788"});
  const pat_submission *submission = ledger_check(world, ledger_seal(&draft, NULL));
  uint8_t room[2048];
  pat_builder builder;
  pat_builder_init(&builder, room, sizeof room);
  assert_ok(pat_submission_digest(world->origin.text, &submission->statement, &submission->subjects,
                                  &builder));
  pat_span written;
  assert_ok(pat_builder_finish(&builder, &written));
  assert_int_equal(written.data[written.size - 2], 0x20);
  assert_int_equal(written.data[written.size - 1], 1);
  pat_builder_init(&builder, room, written.size - 1);
  assert_rule(pat_submission_digest(world->origin.text, &submission->statement,
                                    &submission->subjects, &builder),
              BYTES_FULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      envelope_test(test_submission__for_another_log_is_refused),
      envelope_test(test_submission__has_one_signature_per_signer),
      envelope_test(test_submission__has_signatures_of_the_right_sizes),
      envelope_test(test_submission__has_signatures_in_the_signers_order),
      envelope_test(test_submission__refuses_another_key),
      envelope_test(test_submission__refuses_another_principal),
      envelope_test(test_submission__refuses_any_changed_bit),
      envelope_test(test_submission__has_one_disclosure_per_slot),
      envelope_test(test_submission__needs_memory),
      envelope_test(test_digest__is_what_was_agreed),
      envelope_test(test_digest__counts_identifiers),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
