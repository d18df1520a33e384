/* Key changes by themselves, and what they make of a key; who may change keys is tested with the
 * ledger, the audit and the verifiers. */
#include "core/model/principal_key.h"
#include "tests/core/model/statement_support.h"

/* --- statements ------------------------------------------------------------------------------ */

static void test_key_changes__refuse_fields_of_other_sizes(void **state) {
  (void)state;
  for (size_t size = PAT_HASH_BYTES - 1; size <= PAT_HASH_BYTES + 1; size += 2) {
    Patina__Statement *message = sample(PAT_KIND_KEY_ROTATED);
    message->key_rotated->principal = filled(7, size);
    refuse(message, PAT_RULE_STATEMENT_FIELD_SIZE);
    message = sample(PAT_KIND_KEY_REVOKED);
    message->key_revoked->principal = filled(7, size);
    refuse(message, PAT_RULE_STATEMENT_FIELD_SIZE);
    message = sample(PAT_KIND_KEY_REVOKED);
    message->key_revoked->key = filled(18, size);
    refuse(message, PAT_RULE_STATEMENT_FIELD_SIZE);
  }
}

static void test_key_rotated__wants_the_new_key_among_the_signers(void **state) {
  (void)state;
  Patina__Statement *message = sample(PAT_KIND_KEY_ROTATED);
  message->key_rotated->key = NULL;
  refuse(message, PAT_RULE_STATEMENT_KEY);
  message = sample(PAT_KIND_KEY_ROTATED);
  message->key_rotated->key->algorithm = PATINA__KEY_ALGORITHM__KEY_ALGORITHM_UNSPECIFIED;
  refuse(message, PAT_RULE_STATEMENT_KEY);
  for (size_t size = PAT_PUBLIC_KEY_BYTES - 1; size <= PAT_PUBLIC_KEY_BYTES + 1; size += 2) {
    message = sample(PAT_KIND_KEY_ROTATED);
    message->key_rotated->key->public_key = filled(0x42, size);
    refuse(message, PAT_RULE_STATEMENT_KEY);
  }
  message = sample(PAT_KIND_KEY_ROTATED);
  message->key_rotated->key->public_key = filled(0x43, PAT_PUBLIC_KEY_BYTES);
  refuse(message, PAT_RULE_STATEMENT_KEY_POSSESSION);
}

/* Only a compromise is dated back. */
static void test_key_revoked__wants_a_reason_that_fits_its_since(void **state) {
  (void)state;
  for (int reason = 0; reason <= PATINA__REVOCATION_REASON__REVOCATION_REASON_COMPROMISED;
       reason++) {
    for (uint64_t since = 0; since <= 1; since++) {
      Patina__Statement *message = sample(PAT_KIND_KEY_REVOKED);
      message->key_revoked->reason = (Patina__RevocationReason)reason;
      message->key_revoked->since = since;
      bool dated_back = reason == PATINA__REVOCATION_REASON__REVOCATION_REASON_COMPROMISED;
      if (reason == 0 || (since != 0 && !dated_back)) {
        refuse(message, PAT_RULE_KEY_REASON);
      } else {
        accept(message);
      }
    }
  }
}

/* --- what they make of a key ------------------------------------------------------------------ */

enum { FROM = 10 };

static void revoke(pat_principal_key *key, uint64_t since, uint64_t index, pat_rule rule) {
  Patina__KeyRevoked body = PATINA__KEY_REVOKED__INIT;
  body.since = since;
  pat_principal_key before = *key;
  pat_status status = pat_principal_key_revoke(key, &body, index, NULL);
  assert_string_equal(pat_rule_id((pat_rule)status.rule), pat_rule_id(rule));
  if (rule != PAT_RULE_NONE) assert_memory_equal(key, &before, sizeof before);
}

static void test_principal_key__is_valid_from_its_entry_to_the_one_that_ends_it(void **state) {
  (void)state;
  pat_principal_key key = pat_principal_key_new(FROM);
  assert_false(pat_principal_key_valid(&key, FROM - 1));
  assert_true(pat_principal_key_valid(&key, FROM));
  assert_true(pat_principal_key_valid(&key, UINT64_MAX - 1));
  revoke(&key, 0, 20, PAT_RULE_NONE);
  assert_true(pat_principal_key_valid(&key, 19));
  assert_true(pat_principal_key_valid(&key, 20));
  assert_false(pat_principal_key_valid(&key, 21));
}

static void test_principal_key__is_dated_back_while_it_was_used_and_further(void **state) {
  (void)state;
  pat_principal_key key = pat_principal_key_new(FROM);
  revoke(&key, FROM - 1, 30, PAT_RULE_KEY_SINCE);
  revoke(&key, 30, 30, PAT_RULE_KEY_SINCE);
  revoke(&key, 31, 30, PAT_RULE_KEY_SINCE);
  key.until = 20; /* as a rotation leaves it */
  revoke(&key, 0, 30, PAT_RULE_KEY_ENDED_BEFORE);
  revoke(&key, 21, 30, PAT_RULE_KEY_SINCE);
  revoke(&key, 20, 30, PAT_RULE_KEY_SINCE);
  revoke(&key, 19, 30, PAT_RULE_NONE);
  assert_int_equal(key.until, 20);
  assert_int_equal(key.since, 19);
  assert_int_equal(key.said_index, 30);
  revoke(&key, 19, 40, PAT_RULE_KEY_SINCE);
  revoke(&key, FROM, 40, PAT_RULE_NONE);
  assert_int_equal(key.said_index, 40);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      statement_test(test_key_changes__refuse_fields_of_other_sizes),
      statement_test(test_key_rotated__wants_the_new_key_among_the_signers),
      statement_test(test_key_revoked__wants_a_reason_that_fits_its_since),
      cmocka_unit_test(test_principal_key__is_valid_from_its_entry_to_the_one_that_ends_it),
      cmocka_unit_test(test_principal_key__is_dated_back_while_it_was_used_and_further),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
