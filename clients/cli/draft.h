/* Drafts: from a statement that somebody wants to make to the signed statement that is submitted.
 *
 * Pure: time and entropy are given. The order of use: pat_draft_begin, fill
 * draft->message.<body> with values from pat_draft_disclose, pat_draft_finish. Signatures of
 * keys that are not at hand stay empty and are added later, on another machine, with
 * pat_draft_add_signature; because the signed keys name every signer's principal, all signers
 * and principals are fixed when the draft is begun. */
#ifndef PAT_CLIENTS_CLI_DRAFT_H
#define PAT_CLIENTS_CLI_DRAFT_H

#include "clients/cli/key_file.h"
#include "core/base/arena.h"
#include "core/base/limits.h"
#include "core/envelope/submission.h"
#include "proto/statement.pb-c.h"

/* How long a draft may wait for its signatures and its submission, unless the log's policy says
 * less. */
#define PAT_DRAFT_WINDOW_MS (60ull * 60 * 1000)

/* Where random bytes come from: fills size bytes. fails INTERNAL */
typedef pat_status (*pat_draft_entropy)(uint8_t *ret_bytes, size_t size);

/* What a draft is begun with. Borrowed for the draft's life. */
typedef struct {
  const char *origin;
  const pat_key *keys; /* all signers, in any order; key_count 1 to PAT_STATEMENT_SIGNERS_MAX */
  size_t key_count;
  uint64_t now_ms;
  uint64_t window_ms;
  const char *occurred;  /* EDTF, or "" */
  const pat_key *enrols; /* the signer whose key this statement enrols; NULL where it enrols none */
  pat_draft_entropy entropy;
} pat_draft_start;

/* A statement in the making. */
typedef struct {
  pat_arena *arena;
  pat_draft_start start;
  const pat_key *signers[PAT_STATEMENT_SIGNERS_MAX]; /* ascending by key hash */
  ProtobufCBinaryData signer_hashes[PAT_STATEMENT_SIGNERS_MAX];
  uint8_t nonce[PAT_NONCE_BYTES];
  Patina__Statement message;
  ProtobufCBinaryData disclosures[PAT_STATEMENT_SLOTS_MAX];
  size_t disclosure_count;
} pat_draft;

/* Starts a draft: version, nonce, signers, times.
 * in    arena  takes everything the draft makes
 * out   draft  points into itself: do not copy it
 * fails cli.signer     the same key twice, or more than PAT_STATEMENT_SIGNERS_MAX
 *       cli.principal    a signer's principal is not known (and this statement does not enrol it)
 *       and as entropy */
pat_status pat_draft_begin(pat_draft *draft, pat_arena *arena, const pat_draft_start *start,
                           pat_err *reterr) PAT_NONNULL(1, 2, 3) PAT_MUST_USE;

/* Puts a value behind the next slot: makes its disclosure and gives the digest that stands in
 * the statement. Call it
 * in the order of the slots.
 * out   ret_slot  PAT_HASH_BYTES in the arena
 * fails statement.slots, disclosure.size, limit.memory, and as pat_value_check and entropy */
pat_status pat_draft_disclose(pat_draft *draft, const char *name, const Patina__Value *value,
                              ProtobufCBinaryData *ret_slot, pat_err *reterr)
    PAT_NONNULL(1, 2, 3, 4) PAT_MUST_USE;

/* As pat_draft_disclose for a text. */
pat_status pat_draft_disclose_text(pat_draft *draft, const char *name, const char *text,
                                   ProtobufCBinaryData *ret_slot, pat_err *reterr)
    PAT_NONNULL(1, 2, 3, 4) PAT_MUST_USE;

/* Checks the statement and signs it with every key that is at hand.
 * out   ret_signed     in the arena; signatures that are still missing are empty
 *       ret_statement  may be NULL
 * fails as pat_statement_decode and pat_disclosure_decode */
pat_status pat_draft_finish(pat_draft *draft, Patina__SignedStatement **ret_signed,
                            pat_statement *ret_statement, pat_err *reterr)
    PAT_NONNULL(1, 2) PAT_MUST_USE;

/* Adds a signature to a signed statement that came from a file.
 * in    envelope  changed in place; its bytes live in arena
 *       key       has its secret half
 * fails cli.signer   not a signer, or its principal here is not that of the envelope
 *       cli.draft      the envelope does not have one signature place per signer
 *       and as pat_statement_decode */
pat_status pat_draft_add_signature(pat_arena *arena, Patina__SignedStatement *envelope,
                                   const pat_key *key, pat_err *reterr)
    PAT_NONNULL(1, 2, 3) PAT_MUST_USE;

/* How many signatures of the envelope are still empty. */
size_t pat_draft_missing(const Patina__SignedStatement *envelope) PAT_NONNULL_ALL;

/* A message's canonical bytes, in the arena. fails limit.memory, bytes.* */
pat_status pat_draft_encode(pat_arena *arena, const ProtobufCMessage *message,
                            pat_span *ret_bytes) PAT_NONNULL_ALL PAT_MUST_USE;

/* Bytes as a protobuf field, and back; borrowed. */
ProtobufCBinaryData pat_draft_field(pat_span span);
pat_span pat_draft_span(ProtobufCBinaryData field);

#endif
