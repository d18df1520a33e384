/* A small log for the examples: nine leaves, made by the ledger itself from fixed seeds, nonces and
 * times. Nothing is random: it is the same log at every run. */
#ifndef PAT_TESTS_PROTO_SPEC_EXAMPLE_LOG_H
#define PAT_TESTS_PROTO_SPEC_EXAMPLE_LOG_H

#include "core/base/arena.h"
#include "core/base/span.h"
#include "core/crypto/hash.h"
#include "core/crypto/sign.h"
#include "core/crypto/vrf.h"
#include "core/envelope/genesis.h"
#include "core/envelope/submission.h"
#include "core/index/tree.h"
#include "core/ledger/ledger.h"

enum {
  LEAF_GENESIS = 0,
  LEAF_FIRST_COMMIT,
  LEAF_ENROLLED,
  LEAF_GRANTED,
  LEAF_CLASS,
  LEAF_SCHEME,
  LEAF_REGISTERED,
  LEAF_ASSIGNED,
  LEAF_COMMIT,
  LEAF_COUNT,
};

/* An Ed25519 key whose seed is one byte 32 times. */
typedef struct {
  uint8_t seed[PAT_SIGN_SEED_BYTES];
  uint8_t public_key[PAT_PUBLIC_KEY_BYTES];
  uint8_t secret[PAT_SIGN_SECRET_BYTES];
} example_key;

typedef struct {
  pat_arena arena;
  example_key root, maker, promise, log, witness;
  uint8_t vrf_uniform[PAT_VRF_UNIFORM_BYTES];
  uint8_t vrf_secret[PAT_VRF_SECRET_BYTES];
  uint8_t vrf_key[PAT_PUBLIC_KEY_BYTES];
  pat_origin origin;
  const Patina__GenesisParameters *genesis;
  pat_submission submissions[LEAF_COUNT]; /* unset at the commits */
  pat_identifier_proof identifier;
  pat_span leaves[LEAF_COUNT];
  pat_hash leaf_hashes[LEAF_COUNT];
  pat_index_tree index;
  pat_head head;
} example_log;

/* Makes the log. Whatever fails stops the program. */
void example_log_make(example_log *ret_log);

/* Stops the program with the rule's id where the call failed. */
void example_must(pat_status status);

/* size bytes in the log's arena: first, first + 1, first + 2 ... */
pat_span example_run(example_log *log, uint8_t first, size_t size);
/* A message's canonical bytes, in the log's arena. */
pat_span example_encode(example_log *log, const ProtobufCMessage *message);
/* A message's field for these bytes. */
ProtobufCBinaryData example_field(pat_span bytes);

#endif
