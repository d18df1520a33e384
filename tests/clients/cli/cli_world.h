/* A small log in memory for the tests of the command line's checks: statements drafted and
 * signed as the program does it, leaves, subject chains, inclusion proofs. No server. */
#ifndef PAT_TESTS_CLIENTS_CLI_CLI_WORLD_H
#define PAT_TESTS_CLIENTS_CLI_CLI_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka.h needs these before it. */
#include <cmocka.h>

#include "clients/cli/draft.h"
#include "core/crypto/vrf.h"
#include "core/envelope/genesis.h"
#include "core/envelope/identifier_proof.h"
#include "core/verify/entry.h"
#include "proto/api.pb-c.h"

enum { WORLD_ENTRIES_MAX = 32, WORLD_SUBJECTS_MAX = 128 };

typedef struct {
  pat_hash key;
  uint64_t count;
  uint64_t last;
} world_subject;

typedef struct {
  pat_arena arena;
  pat_origin origin;
  pat_key root;
  pat_key maker;
  uint8_t vrf_secret[PAT_VRF_SECRET_BYTES];
  uint8_t vrf_key[PAT_PUBLIC_KEY_BYTES];
  uint64_t now_ms;
  pat_submission submissions[WORLD_ENTRIES_MAX];
  Patina__SignedStatement *envelopes[WORLD_ENTRIES_MAX];
  pat_span leaves[WORLD_ENTRIES_MAX];
  pat_identifier_proof proofs[WORLD_ENTRIES_MAX];
  bool has_proof[WORLD_ENTRIES_MAX];
  size_t count;
  world_subject subjects[WORLD_SUBJECTS_MAX];
  size_t subject_count;
  Patina__AssetClass schema;
  Patina__IdentifierScheme scheme;
  uint8_t asset[PAT_ASSET_ID_BYTES];
} test_world;

/* Succeeds or fails the test, naming the rule. */
#define world_ok(call) assert_string_equal(pat_rule_id((pat_rule)(call).rule), "ok")
#define world_refused(call, symbol) \
  assert_string_equal(pat_rule_id((pat_rule)(call).rule), pat_rule_id(PAT_RULE_##symbol))

/* Log: 0 genesis, 1 maker enrolled, 2 maker granted "maker" for "car", 3 class "car", 4 scheme
 * "tag", 5 asset registered by maker, 6 its attribute changed, 7 identifier assigned, 8
 * identifier released. */
test_world *world_new(void);
void world_free(test_world *world);

/* A key from a seed byte. */
pat_key world_key(uint8_t seed, const char *name);

/* Begins a draft by these keys. */
void world_begin(test_world *world, pat_draft *draft, const pat_key *keys, size_t count,
                 const pat_key *enrols);

/* Ends it without logging it; and its leaf in a log that holds nothing else. */
Patina__SignedStatement *world_seal(test_world *world, pat_draft *draft,
                                    pat_submission *ret_submission);
pat_span world_leaf(test_world *world, const pat_submission *submission);
/* Ends it and logs it; gives the index. */
size_t world_log(test_world *world, pat_draft *draft);

/* What a server would show of an entry, at the size of the whole log; fresh copies that a test
 * may spoil. roles: of its one signer, or NULL. */
Patina__ProvenEntry *world_proven(test_world *world, size_t index, const char *role);
pat_verify_place world_place(const test_world *world);
pat_tlog_proof world_inclusion(const test_world *world, size_t index, size_t size);
pat_tlog_proof world_consistency(const test_world *world, size_t older, size_t newer);
pat_tlog_head world_head(const test_world *world, size_t size);

/* A receipt and a policy text that trusts the log key of seed 9. */
pat_span world_receipt(test_world *world, size_t index, bool with_leaf);
pat_span world_policy(test_world *world, uint8_t log_seed);

/* Verifies an entry that must be good. */
pat_verified_entry world_verified(test_world *world, size_t index, const char *role);

#endif
