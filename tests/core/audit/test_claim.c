/* Claims: which keys may have signed, and which did. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "core/audit/claim.h"
#include "core/audit/said.h"
#include "core/crypto/sign.h"

enum { KEYS = PAT_CLAIM_KEYS_MAX + 1 };

/* Keys of principals 0, 0, 0, 1, 2, 3, ..., as of a root with three. */
typedef struct {
  pat_claim_key keys[KEYS];
  uint8_t secrets[KEYS][PAT_SIGN_SECRET_BYTES];
  Patina__Entry entry;
  Patina__SubjectLink link;
  Patina__SubjectLink *links[1];
  uint8_t subject[PAT_HASH_BYTES];
  uint8_t signatures[PAT_STATEMENT_SIGNERS_MAX][PAT_SIGNATURE_BYTES];
  ProtobufCBinaryData fields[PAT_STATEMENT_SIGNERS_MAX];
  _Alignas(16) uint8_t memory[PAT_CLAIM_BYTES_MAX];
  pat_arena arena;
} scene;

static scene shown;

static int setup(void **state) {
  (void)state;
  if (!pat_is_ok(pat_crypto_init())) return -1;
  memset(&shown, 0, sizeof shown);
  for (unsigned i = 0; i < KEYS; i++) {
    uint8_t seed[PAT_SIGN_SEED_BYTES] = {(uint8_t)i, 1};
    pat_sign_keypair_from_seed(seed, shown.keys[i].public_key, shown.secrets[i]);
    shown.keys[i].key_hash = pat_public_key_hash(shown.keys[i].public_key);
    shown.keys[i].principal = i < 3 ? 0 : i - 2;
  }
  patina__entry__init(&shown.entry);
  patina__subject_link__init(&shown.link);
  shown.link.key = (ProtobufCBinaryData){PAT_HASH_BYTES, shown.subject};
  shown.links[0] = &shown.link;
  shown.entry.statement_sha256 = (ProtobufCBinaryData){PAT_HASH_BYTES, shown.subject};
  shown.entry.n_subjects = 1;
  shown.entry.subjects = shown.links;
  shown.entry.signatures = shown.fields;
  for (size_t i = 0; i < PAT_STATEMENT_SIGNERS_MAX; i++)
    shown.fields[i] = (ProtobufCBinaryData){PAT_SIGNATURE_BYTES, shown.signatures[i]};
  pat_arena_init(&shown.arena, shown.memory, sizeof shown.memory);
  return 0;
}

static pat_status make(size_t signature_count, size_t key_count, pat_claim *ret_claim) {
  shown.entry.n_signatures = signature_count;
  const pat_claim_parts parts = {"log", 7, &shown.entry, shown.keys, key_count};
  pat_arena_reset_to(&shown.arena, 0);
  return pat_claim_make(&parts, &shown.arena, ret_claim);
}

/* Signs by the keys with these places in the claim's own order. */
static pat_status verify(size_t key_count, const size_t *places, size_t count) {
  pat_claim claim;
  assert_true(pat_is_ok(make(count, key_count, &claim)));
  for (size_t i = 0; i < count; i++) {
    for (size_t k = 0; k < key_count; k++) {
      if (!pat_hash_equal(&shown.keys[k].key_hash, &claim.keys[places[i]].key_hash)) continue;
      pat_sign(shown.secrets[k], claim.message, shown.signatures[i]);
    }
  }
  assert_true(pat_is_ok(make(count, key_count, &claim)));
  return pat_claim_verify(&claim);
}

static void test_claim__refuses_fewer_keys_than_signatures(void **state) {
  (void)state;
  pat_claim claim;
  assert_true(pat_is_rule(make(2, 1, &claim), PAT_RULE_AUDIT_SIGNER));
  assert_true(pat_is_rule(make(1, 0, &claim), PAT_RULE_AUDIT_SIGNER));
}

static void test_claim__refuses_more_keys_than_a_statement_can_have(void **state) {
  (void)state;
  pat_claim claim;
  assert_true(pat_is_ok(make(1, PAT_CLAIM_KEYS_MAX - 1, &claim)));
  assert_true(pat_is_ok(make(1, PAT_CLAIM_KEYS_MAX, &claim)));
  assert_true(pat_is_rule(make(1, PAT_CLAIM_KEYS_MAX + 1, &claim), PAT_RULE_AUDIT_SIGNER));
}

static void test_claim__refuses_every_arena_that_is_too_small(void **state) {
  (void)state;
  pat_claim claim;
  assert_true(pat_is_ok(make(PAT_STATEMENT_SIGNERS_MAX, PAT_CLAIM_KEYS_MAX, &claim)));
  size_t needed = shown.arena.used;
  assert_true(needed <= PAT_CLAIM_BYTES_MAX);
  for (shown.arena.capacity = 0; shown.arena.capacity < needed; shown.arena.capacity++) {
    pat_status status = make(PAT_STATEMENT_SIGNERS_MAX, PAT_CLAIM_KEYS_MAX, &claim);
    assert_true(pat_is_rule(status, PAT_RULE_LIMIT_MEMORY));
  }
}

static void test_claim__refuses_signatures_that_are_not_in_order(void **state) {
  (void)state;
  const size_t places[] = {1, 0};
  assert_true(pat_is_rule(verify(3, places, 2), PAT_RULE_CRYPTO_SIGNATURE_INVALID));
}

static void test_claim__refuses_one_signature_twice(void **state) {
  (void)state;
  const size_t places[] = {1, 1};
  assert_true(pat_is_rule(verify(3, places, 2), PAT_RULE_CRYPTO_SIGNATURE_INVALID));
}

/* Four keys: three of one principal, one of another; each of the two must be among the signers. */
static void test_claim__refuses_a_principal_that_did_not_sign(void **state) {
  (void)state;
  pat_claim claim;
  assert_true(pat_is_ok(make(1, 4, &claim)));
  size_t other = 0;
  while (claim.keys[other].principal == 0)
    other++;
  assert_true(pat_is_rule(verify(4, &other, 1), PAT_RULE_AUDIT_SIGNER));
  const size_t root = other == 0 ? 1 : 0;
  assert_true(pat_is_rule(verify(4, &root, 1), PAT_RULE_AUDIT_SIGNER));
  const size_t both[] = {other < root ? other : root, other < root ? root : other};
  assert_true(pat_is_ok(verify(4, both, 2)));
}

static void test_claim__finds_out_which_of_several_keys_signed(void **state) {
  (void)state;
  for (size_t first = 0; first < 3; first++) {
    assert_true(pat_is_ok(verify(3, &first, 1)));
    for (size_t second = first + 1; second < 3; second++) {
      const size_t places[] = {first, second};
      assert_true(pat_is_ok(verify(3, places, 2)));
    }
  }
}

/* --- statements that were recorded ----------------------------------------------------------- */

static void test_said__refuses_what_it_cannot_hold(void **state) {
  (void)state;
  pat_hash slots[4] = {{{0}}};
  pat_said said;
  pat_said_init(&said, slots, 4);
  pat_hash hash = {{0}};
  assert_true(pat_is_rule(pat_said_add(&said, &hash), PAT_RULE_ENTRY_FORM));
  for (uint8_t i = 1; i <= 3; i++) {
    hash.bytes[31] = i;
    hash.bytes[0] = 0xff; /* all in the last slot: the search goes round */
    assert_true(pat_is_ok(pat_said_add(&said, &hash)));
    assert_true(pat_is_rule(pat_said_add(&said, &hash),
                            i < 3 ? PAT_RULE_AUDIT_REPEATED : PAT_RULE_LIMIT_MEMORY));
  }
}

#define CASE(name) cmocka_unit_test_setup(name, setup)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(test_claim__refuses_fewer_keys_than_signatures),
      CASE(test_claim__refuses_more_keys_than_a_statement_can_have),
      CASE(test_claim__refuses_every_arena_that_is_too_small),
      CASE(test_claim__refuses_signatures_that_are_not_in_order),
      CASE(test_claim__refuses_one_signature_twice),
      CASE(test_claim__refuses_a_principal_that_did_not_sign),
      CASE(test_claim__finds_out_which_of_several_keys_signed),
      CASE(test_said__refuses_what_it_cannot_hold),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
