/* Hits: pat_genesis_origin, pat_policy_check, and the check of the genesis kind.
 *
 * Input: a Genesis. Properties: a statement that holds it is refused, or its origin is a prefix, a
 * slash and 64 hex digits that fit, the same each time. */
#include <string.h>

#include "core/base/assert.h"
#include "core/envelope/genesis.h"
#include "core/model/catalog.h"
#include "core/model/statement.h"
#include "tests/fuzz/fuzz_support.h"
#include "tests/fuzz/mutate.h"

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t size_max, unsigned seed) {
  return mutate_message(&patina__genesis__descriptor, data, size, size_max, seed);
}

static bool accepted(Patina__Genesis *genesis, pat_arena *arena) {
  static uint8_t nonce[PAT_NONCE_BYTES] = {1};
  static uint8_t signer[PAT_HASH_BYTES] = {2};
  static char occurred[] = "";
  ProtobufCBinaryData signers[1] = {{sizeof signer, signer}};
  Patina__Statement message = PATINA__STATEMENT__INIT;
  message.version = 1;
  message.nonce = (ProtobufCBinaryData){sizeof nonce, nonce};
  message.n_signers = 1;
  message.signers = signers;
  message.issued_at_ms = 1;
  message.submit_before_ms = 1;
  message.occurred = occurred;
  message.body_case = PATINA__STATEMENT__BODY_GENESIS;
  message.genesis = genesis;
  pat_statement statement;
  pat_err err = {.offset = 0};
  pat_status status = pat_statement_build(&message, arena, &statement, &err);
  if (!pat_is_ok(status)) fuzz_check_refusal(status, &err);
  return pat_is_ok(status);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  pat_arena *arena = fuzz_arena();
  ProtobufCMessage *message =
      fuzz_decode(&patina__genesis__descriptor, pat_span_make(data, size), arena);
  if (message == NULL) return 0;
  Patina__Genesis *genesis = (Patina__Genesis *)message;
  if (!accepted(genesis, arena)) return 0;
  pat_origin origin;
  pat_origin again;
  PAT_ASSERT(pat_is_ok(pat_policy_check(genesis->parameters->policy, NULL)));
  PAT_ASSERT(pat_is_ok(pat_genesis_origin(genesis, arena, &origin)));
  PAT_ASSERT(pat_is_ok(pat_genesis_origin(genesis, arena, &again)));
  PAT_ASSERT(strcmp(origin.text, again.text) == 0);
  size_t prefix = strlen(genesis->prefix);
  PAT_ASSERT(strlen(origin.text) == prefix + 1 + 2 * PAT_HASH_BYTES);
  PAT_ASSERT(strncmp(origin.text, genesis->prefix, prefix) == 0);
  PAT_ASSERT(origin.text[prefix] == '/');
  return 0;
}
