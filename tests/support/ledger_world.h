/* A whole ledger in memory for tests: keys from seeds, a log that starts with its genesis, and a
 * driver that runs the pure plan against a plain map. Nothing is random and no clock is read: the
 * same calls give the same bytes. What cannot happen in a test stops the program. */
#ifndef PAT_TESTS_SUPPORT_LEDGER_WORLD_H
#define PAT_TESTS_SUPPORT_LEDGER_WORLD_H

#include "core/crypto/sign.h"
#include "core/envelope/genesis.h"
#include "core/index/tree.h"
#include "core/ledger/ledger.h"
#include "tests/support/ledger_store.h"

/* Who acts. The keys follow from the names; ledger_world_populate says who holds which role. */
typedef enum {
  ROOT_A = 0,
  ROOT_B,
  ROOT_C,
  REGISTRAR,
  REGISTRAR_2,
  INSPECTOR,
  INSTALLER,
  KEEPER, /* enrolled, without standing */
  DEVICE,
  DEVICE_2,
  STRANGER, /* never enrolled */
  NEXT_KEY, /* of a principal that rotates to it; never enrolled by itself */
  NEXT_KEY_2,
  ACTOR_COUNT
} ledger_actor_id;

typedef struct {
  uint8_t public_key[PAT_PUBLIC_KEY_BYTES];
  uint8_t secret[PAT_SIGN_SECRET_BYTES];
  pat_hash key_hash;
  pat_hash principal; /* whose key it is; set when its enrolment is sealed */
} ledger_actor;

/* Zero-initialised: two of three root keys, the policy of ledger_catalog.h. */
typedef struct {
  uint32_t root_keys;                     /* 0: 3 */
  uint32_t root_threshold;                /* 0: 2 */
  void (*adjust)(Patina__Policy *policy); /* changes the policy before it is pinned; may be NULL */
  size_t plan_bytes;                      /* working memory of one plan; 0: enough for any batch */
} ledger_options;

#define LEDGER_START_MS UINT64_C(1767225600000) /* 2026-01-01 */
#define LEDGER_HOUR_MS  UINT64_C(3600000)
#define LEDGER_DAY_MS   UINT64_C(86400000)

typedef struct {
  ledger_options options;
  pat_origin origin;
  pat_ledger ledger; /* genesis is set once it is logged */
  const Patina__Genesis *genesis;
  pat_head head;
  uint64_t now_ms; /* set forwards at will */
  ledger_actor actors[ACTOR_COUNT];
  uint8_t vrf_secret[PAT_VRF_SECRET_BYTES];
  uint64_t counter; /* behind nonces and salts */

  pat_arena memory; /* of what tests build; lives as long as the world */
  pat_arena view_memory;
  pat_arena plan_memory;
  pat_view view;
  ledger_store store;
  pat_index_tree index;
  size_t rounds;                /* of the last batch */
  pat_changed_subject *changed; /* by the last batch, in plan_memory */
  size_t changed_count;
} ledger_world;

/* An empty log with its name and keys; nothing is logged. Close it with ledger_world_close. */
ledger_world *ledger_world_open(ledger_options options);
void ledger_world_close(ledger_world *world);
/* Logs the genesis, signed by the first root_threshold root keys. */
void ledger_world_begin(ledger_world *world);
/* Open, begin, publish the catalog, enrol everyone but STRANGER, and grant: REGISTRAR and
 * REGISTRAR_2 "registrar" for class vehicle, INSPECTOR "inspector" and INSTALLER "installer" for
 * every class. DEVICE and DEVICE_2 are enrolled by INSTALLER. */
ledger_world *ledger_world_new(ledger_options options);
void ledger_world_populate(ledger_world *world);

/* Zeroed memory of the world's. */
void *ledger_take(ledger_world *world, size_t size);

/* The checked submission of an envelope, in the world's memory; fails the test where it is refused.
 */
const pat_submission *ledger_check(ledger_world *world, const Patina__SignedStatement *envelope);

/* Plans a batch until nothing is needed. Nothing is stored.
 * in    rounds_max  fails the test beyond
 * out   decisions   count, in the world's plan memory: valid until the next batch */
pat_status ledger_plan(ledger_world *world, Patina__SignedStatement *const *envelopes, size_t count,
                       pat_decision **ret_decisions, pat_head *ret_head);
/* Closes what was planned: index, IndexCommit, store. */
void ledger_commit(ledger_world *world, pat_head planned);
/* Both. */
pat_decision *ledger_run(ledger_world *world, Patina__SignedStatement *const *envelopes,
                         size_t count);

/* The leaf at a log index, borrowed from the store. */
pat_span ledger_leaf(const ledger_world *world, uint64_t index);

#endif
