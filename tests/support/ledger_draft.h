/* Statements for tests, as signers would make them: a draft gets a body, may be spoiled, and is
 * sealed with real signatures, slots and disclosures. */
#ifndef PAT_TESTS_SUPPORT_LEDGER_DRAFT_H
#define PAT_TESTS_SUPPORT_LEDGER_DRAFT_H

#include "tests/support/ledger_world.h"

/* A statement under way. The header is filled in; change message at will before sealing. */
typedef struct {
  ledger_world *world;
  Patina__Statement message;
  ledger_actor *signers[PAT_STATEMENT_SIGNERS_MAX]; /* in the order of their key hashes */
  size_t signer_count;
  ledger_actor *enrolled; /* its principal becomes the statement's hash; NULL: nobody */
  ProtobufCBinaryData *disclosures;
  size_t disclosure_count;
} ledger_draft;

/* What is said of one name, or of one element of a list. */
typedef struct {
  const char *name;
  enum { SAID_OPEN, SAID_SLOT, SAID_CLEARED } how;
  Patina__Value *value;
} ledger_said;

/* An identifier as it is read off the thing. */
typedef struct {
  const char *scheme;
  uint32_t version;
  const char *scope;
  const char *text;
} ledger_serial;

ledger_draft ledger_by(ledger_world *world, ledger_actor_id who);
ledger_draft ledger_by_two(ledger_world *world, ledger_actor_id first, ledger_actor_id second);
/* By as many root keys as the threshold asks for. */
ledger_draft ledger_by_root(ledger_world *world);
/* Adds a signer; before the first slot is made, as the digests depend on the first signer. */
void ledger_cosign(ledger_draft *draft, ledger_actor_id who);

/* Makes the draft's next disclosure and gives its digest. Slots come in the statement's order. */
ProtobufCBinaryData ledger_slot(ledger_draft *draft, const char *name, Patina__Value *value);

/* Each sets the body. Assets and streams are numbered: the id is filled with the number. */
Patina__PrincipalEnrolled *ledger_enrol(ledger_draft *draft, ledger_actor_id who);
Patina__DeviceEnrolled *ledger_enrol_device(ledger_draft *draft, ledger_actor_id who);
/* class_name: NULL for every class. */
Patina__StandingGranted *ledger_grant(ledger_draft *draft, ledger_actor_id who, const char *role,
                                      const char *class_name);
/* who: one of the principal's keys; next: the key it goes over to, which signs and is the
 * principal's from now on. */
Patina__KeyRotated *ledger_rotate(ledger_draft *draft, ledger_actor_id who, ledger_actor_id next);
/* Revokes the key of `who`: as compromised where since is not 0, else routinely. */
Patina__KeyRevoked *ledger_revoke(ledger_draft *draft, ledger_actor_id who, uint64_t since);
Patina__StandingWithdrawn *ledger_withdraw(ledger_draft *draft, ledger_actor_id who,
                                           const pat_hash *grant);
void ledger_publish_class(ledger_draft *draft, Patina__AssetClass *schema);
void ledger_publish_scheme(ledger_draft *draft, Patina__IdentifierScheme *scheme);
/* Of class vehicle, version 1. */
Patina__AssetRegistered *ledger_register(ledger_draft *draft, uint8_t asset,
                                         const ledger_said *said, size_t count);
Patina__AttributesChanged *ledger_change(ledger_draft *draft, uint8_t asset,
                                         const ledger_said *said, size_t count);
Patina__IdentifierAssigned *ledger_assign(ledger_draft *draft, uint8_t asset, ledger_serial serial);
Patina__IdentifierReleased *ledger_release(ledger_draft *draft, uint8_t asset, ledger_serial serial,
                                           const pat_hash *assignment);
Patina__Attested *ledger_attest(ledger_draft *draft, uint8_t asset, const ledger_said *said,
                                size_t count);
Patina__Corrected *ledger_correct(ledger_draft *draft, const pat_hash *target,
                                  const ledger_said *said, size_t count);
Patina__Retracted *ledger_retract(ledger_draft *draft, const pat_hash *target);
/* Binds DEVICE with the signals odometer (KMT, exponent 0) and speed (KMH, exponent 0). */
Patina__DeviceBound *ledger_bind(ledger_draft *draft, uint8_t asset, uint8_t stream);
/* Two readings, 500 ms apart; previous: NULL for a stream's first. */
Patina__Telemetry *ledger_telemetry(ledger_draft *draft, uint8_t stream, uint64_t seq,
                                    const pat_hash *previous);

/* Signs and packs it. The draft's own statement goes to *ret_sha256, where that is not NULL. */
Patina__SignedStatement *ledger_seal(ledger_draft *draft, pat_hash *ret_sha256);
/* Seals and logs it alone; fails the test unless it is accepted. Gives its hash. */
pat_hash ledger_accept(ledger_draft *draft);
/* Seals it and plans it alone; fails the test unless it is refused by this rule, with nothing
 * written. */
void ledger_refuse(ledger_draft *draft, pat_rule rule);
/* Accepts, and fails the test unless this warning is among the decision's (NULL: none at all). */
pat_hash ledger_accept_warned(ledger_draft *draft, const char *warning);

/* Values, in the world's memory. */
Patina__Value *ledger_text(ledger_world *world, const char *text);
Patina__Value *ledger_number(ledger_world *world, int64_t mantissa, const char *unit);
/* A field of bytes filled with one byte, and one that borrows a hash. */
ProtobufCBinaryData ledger_fill(ledger_world *world, uint8_t byte, size_t size);
ProtobufCBinaryData ledger_hash_field(ledger_world *world, const pat_hash *hash);

#define LEDGER_SAID(array) (array), sizeof(array) / sizeof((array)[0])

#endif
