/* Builds an asset's history for tests and vectors: statements with slots and disclosures, as
 * signers would make them, but with made-up keys and without signatures. Nothing is random: the
 * same calls give the same bytes. What cannot happen in a test stops the program. */
#ifndef PAT_TESTS_CORE_MODEL_HISTORY_BUILDER_H
#define PAT_TESTS_CORE_MODEL_HISTORY_BUILDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/span.h"
#include "core/crypto/hash.h"
#include "proto/state.pb-c.h"

/* Who signs. The registrar may do all but measure; the inspectors attest; the keeper has no
 * standing. */
typedef enum {
  REGISTRAR,
  INSPECTOR,
  GARAGE, /* another inspector */
  KEEPER,
  INSTALLER,
  DEVICE,
  SIGNER_COUNT
} signer;

#define HISTORY_DAY_MS      UINT64_C(86400000)
#define HISTORY_2024_MS     UINT64_C(1704067200000) /* 2024-01-01 */
#define HISTORY_LATE_MS     (30 * HISTORY_DAY_MS)
#define HISTORY_SIGNERS_MAX 3

/* What is said of one name, or of one element of a list. */
typedef struct {
  const char *name;
  enum { SAY_OPEN, SAY_SLOT, SAY_WITHHELD, SAY_CLEARED } how;
  Patina__Value *value;
} said;

/* One reading of a batch. */
typedef struct {
  uint32_t signal;
  uint32_t offset_ms;
  int64_t mantissa;
  bool unreadable;
} metered;

typedef struct {
  void *memory;
  pat_arena arena;
  Patina__AssetHistory *message;
  /* The next statement's: set them at will. */
  signer signers[HISTORY_SIGNERS_MAX];
  size_t signer_count;
  const char *occurred;
  uint64_t issued_at_ms; /* grows by a day with each entry */
  uint64_t logged_after_ms;
  uint64_t next_index; /* grows by 10 with each entry */
  uint64_t counter;    /* behind nonces and salts */
} history;

/* A history that holds a class, a policy and no entry; stays valid until history_free. */
history *history_new(void);
void history_free(history *self);

/* Who signs the following statements, alone. */
void history_by(history *self, signer who);

/* Values, in the history's memory. */
Patina__Value *text(history *self, const char *content);
Patina__Value *number(history *self, int64_t mantissa, int32_t exponent, const char *unit);
Patina__Value *km(history *self, int64_t kilometres);
Patina__Value *miles(history *self, int64_t count);

/* Each appends one entry and gives it back, so that a test may spoil it. */
Patina__HistoryEntry *history_register(history *self, const said *says, size_t count);
Patina__HistoryEntry *history_change(history *self, const said *says, size_t count);
Patina__HistoryEntry *history_attest(history *self, const char *claim, const said *says,
                                     size_t count);
Patina__HistoryEntry *history_correct(history *self, const Patina__HistoryEntry *target,
                                      const said *says, size_t count);
Patina__HistoryEntry *history_retract(history *self, const Patina__HistoryEntry *target);
Patina__HistoryEntry *history_assign(history *self, const char *scheme, const said *value);
Patina__HistoryEntry *history_release(history *self, const Patina__HistoryEntry *assignment);
/* Binds a device with the signals odometer (KMT, exponent 0) and tyre_pressure (KPA, exponent 0).
 */
Patina__HistoryEntry *history_bind(history *self, uint8_t stream, const said *readings,
                                   size_t count);
/* Adds a batch to a stream; withheld batches come without their disclosure. */
Patina__HistoryEntry *history_batch(history *self, uint8_t stream, uint64_t seq, bool withheld,
                                    const metered *readings, size_t count);

/* An attestation "inspection" by one signer that reads the odometer on a day. */
Patina__HistoryEntry *history_odometer(history *self, signer who, const char *day,
                                       Patina__Value *value);

/* One identifier's whole history, sorted in by key; then its spans, in the order of the calls. */
Patina__IdentifierHistory *history_identifier(history *self, uint8_t key, const char *scheme,
                                              Patina__Uniqueness uniqueness);
Patina__AssignmentSpan *history_span(history *self, Patina__IdentifierHistory *identifier,
                                     uint8_t asset, uint64_t assigned_index,
                                     const Patina__HistoryEntry *assignment);

/* Records the key of a signer as compromised; call it in the order of the enum. */
Patina__CompromisedKey *history_compromise(history *self, signer who, uint64_t since,
                                           uint64_t revoked_index);

/* The hash of an entry's statement. */
pat_hash history_hash(const Patina__HistoryEntry *entry);
/* The history's canonical bytes, in its memory. */
pat_span history_bytes(history *self);
/* A field of bytes filled with one byte, and a copy of a text, in the history's memory. */
ProtobufCBinaryData history_fill(history *self, uint8_t byte, size_t size);
char *history_text(history *self, const char *content);
/* The asset's own id is filled with this byte. */
#define HISTORY_ASSET 0xa5

#endif
