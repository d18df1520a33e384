/* Statements: decoding and self-check, their kinds, slots and subjects (SPEC.md sections 3 and 6).
 *
 * One file per kind under core/model/kinds/ fills a constant pat_kind with the same verbs; kind.c
 * holds the table. What needs the ledger's state (standing, versions, uniqueness) is not here but
 * in core/ledger. */
#ifndef PAT_CORE_MODEL_STATEMENT_H
#define PAT_CORE_MODEL_STATEMENT_H

#include <stdbool.h>

#include "core/base/arena.h"
#include "core/base/limits.h"
#include "core/base/span.h"
#include "core/base/status.h"
#include "core/crypto/hash.h"
#include "proto/statement.pb-c.h"

typedef struct pat_kind pat_kind;

/* A value that is not in clear: its digest, and the name that its disclosure must carry. */
typedef struct {
  pat_span digest;               /* PAT_HASH_BYTES, borrowed from the statement */
  const char *name;              /* borrowed from the statement, or static */
  Patina__Visibility visibility; /* UNSPECIFIED where the class or scheme says it */
} pat_slot;

/* A decoded, self-checked statement. Everything is borrowed: from the bytes, and from the arena. */
typedef struct {
  pat_span bytes;
  pat_hash sha256; /* of bytes: the statement's identity */
  const Patina__Statement *message;
  const pat_kind *kind;
  const pat_slot *slots; /* in order of their numbers, from 0 */
  size_t slot_count;
} pat_statement;

/* The kinds of this release; the values are the member numbers of Statement.body. */
typedef enum {
  PAT_KIND_GENESIS = PATINA__STATEMENT__BODY_GENESIS,
  PAT_KIND_PRINCIPAL_ENROLLED = PATINA__STATEMENT__BODY_PRINCIPAL_ENROLLED,
  PAT_KIND_KEY_ROTATED = PATINA__STATEMENT__BODY_KEY_ROTATED,
  PAT_KIND_KEY_REVOKED = PATINA__STATEMENT__BODY_KEY_REVOKED,
  PAT_KIND_STANDING_GRANTED = PATINA__STATEMENT__BODY_STANDING_GRANTED,
  PAT_KIND_STANDING_WITHDRAWN = PATINA__STATEMENT__BODY_STANDING_WITHDRAWN,
  PAT_KIND_CLASS_PUBLISHED = PATINA__STATEMENT__BODY_CLASS_PUBLISHED,
  PAT_KIND_SCHEME_PUBLISHED = PATINA__STATEMENT__BODY_SCHEME_PUBLISHED,
  PAT_KIND_ASSET_REGISTERED = PATINA__STATEMENT__BODY_ASSET_REGISTERED,
  PAT_KIND_ATTRIBUTES_CHANGED = PATINA__STATEMENT__BODY_ATTRIBUTES_CHANGED,
  PAT_KIND_IDENTIFIER_ASSIGNED = PATINA__STATEMENT__BODY_IDENTIFIER_ASSIGNED,
  PAT_KIND_IDENTIFIER_RELEASED = PATINA__STATEMENT__BODY_IDENTIFIER_RELEASED,
  PAT_KIND_ATTESTED = PATINA__STATEMENT__BODY_ATTESTED,
  PAT_KIND_CORRECTED = PATINA__STATEMENT__BODY_CORRECTED,
  PAT_KIND_RETRACTED = PATINA__STATEMENT__BODY_RETRACTED,
  PAT_KIND_DEVICE_ENROLLED = PATINA__STATEMENT__BODY_DEVICE_ENROLLED,
  PAT_KIND_DEVICE_BOUND = PATINA__STATEMENT__BODY_DEVICE_BOUND,
  PAT_KIND_TELEMETRY = PATINA__STATEMENT__BODY_TELEMETRY,
} pat_kind_number;

/* Collects slots in order: first with items NULL to count, then to fill. */
typedef struct {
  pat_slot *items;
  size_t count;
} pat_slot_list;

/* The subjects of a statement, without the issued and the VRF ones: what its kind names. */
typedef struct {
  pat_hash keys[PAT_ENTRY_SUBJECTS_MAX];
  size_t count;
} pat_subject_set;

/* What each kind knows about itself. */
struct pat_kind {
  pat_kind_number number;
  const char *name;        /* "asset_registered" */
  bool is_public;          /* the statement stands in the leaf in clear */
  size_t identifier_count; /* VRF subjects */
  /* Checks the body by itself: sizes, forms, ascending orders. */
  pat_status (*check)(const Patina__Statement *statement, pat_err *reterr);
  /* Adds the body's slots in order; NULL where the kind has none. */
  void (*slots)(const Patina__Statement *statement, pat_slot_list *list);
  /* Adds the body's subjects in any order. sha256 is the statement's own hash. */
  void (*subjects)(const Patina__Statement *statement, const pat_hash *sha256,
                   pat_subject_set *set);
  /* The asset whose history the statement belongs to; NULL where it belongs to none. */
  const ProtobufCBinaryData *(*asset)(const Patina__Statement *statement);
};

/* The kind with this number; NULL where this release does not know it. */
const pat_kind *pat_kind_find(uint32_t number);
/* The kind with this name, NULL where there is none; and the table in order, for lists and tests.
 */
const pat_kind *pat_kind_named(const char *name) PAT_NONNULL_ALL;
const pat_kind *const *pat_kind_table(size_t *ret_count) PAT_NONNULL_ALL;

/* Decodes a statement from a stranger and checks all that can be checked without state.
 * in    bytes   canonical Statement, borrowed for the life of *ret_statement
 *       arena   holds the decoded message and the slots
 * fails bytes.*               the encoding; bytes.newer-format: an unknown kind, could not check
 *       statement.version, statement.size, statement.nonce, statement.signers, statement.times
 *       edtf.*                occurred
 *       statement.body        no member
 *       statement.slots       more than PAT_STATEMENT_SLOTS_MAX
 *       limit.memory          the arena is full
 *       and the kind's own rules
 * time  O(size) */
pat_status pat_statement_decode(pat_span bytes, pat_arena *arena, pat_statement *ret_statement,
                                pat_err *reterr) PAT_MUST_USE PAT_NONNULL(2, 3);

/* The same for a message that the caller built: checks it, writes its canonical bytes into the
 * arena, decodes them. */
pat_status pat_statement_build(const Patina__Statement *message, pat_arena *arena,
                               pat_statement *ret_statement, pat_err *reterr) PAT_MUST_USE
    PAT_NONNULL(1, 2, 3);

/* --- subjects -------------------------------------------------------------------------------- */

/* Kinds of subjects: the byte that is hashed (SPEC.md section 6). */
typedef enum {
  PAT_SUBJECT_ASSET = 1,
  PAT_SUBJECT_STREAM = 2,
  PAT_SUBJECT_PRINCIPAL = 3,
  PAT_SUBJECT_ISSUED = 4,
  PAT_SUBJECT_KEY = 5,
  PAT_SUBJECT_CLASS = 6,
  PAT_SUBJECT_SCHEME = 7,
  PAT_SUBJECT_POLICY = 8,
  PAT_SUBJECT_IDENTIFIER = 9,
} pat_subject_kind;

/* K = SHA-256("patina/subject/v1\0" || kind || id). */
pat_hash pat_subject_key(pat_subject_kind kind, pat_span id);

/* Adds a subject unless the set holds it already. Asserts room: no kind names more than 16. */
void pat_subject_set_add(pat_subject_set *set, pat_subject_kind kind, pat_span id) PAT_NONNULL_ALL;

/* The signed keys of a statement: what its kind names, and issued for each distinct principal;
 * ascending. principals: whose keys the signers are, in the signers' order, signer_count of them.
 */
void pat_statement_subjects(const pat_statement *statement, const pat_hash *principals,
                            pat_subject_set *ret_set) PAT_NONNULL_ALL;

/* --- disclosures ----------------------------------------------------------------------------- */

/* SHA-256("patina/disclosure/v1\0" || nonce || signers[0] || u16be slot || bytes). */
pat_hash pat_disclosure_digest(const Patina__Statement *statement, uint16_t slot,
                               pat_span bytes) PAT_NONNULL_ALL;

/* Decodes the disclosure of a slot and checks that it is the one the statement committed to:
 * canonical, salt of PAT_SALT_BYTES, the slot's name, a well-formed value, the digest.
 * fails disclosure.slot (no such slot), disclosure.size, disclosure.digest, bytes.*,
 *       disclosure.salt, disclosure.name, statement.missing (no value), value.*, limit.memory */
pat_status pat_disclosure_decode(const pat_statement *statement, size_t slot, pat_span bytes,
                                 pat_arena *arena, Patina__Disclosure **ret_disclosure,
                                 pat_err *reterr) PAT_MUST_USE PAT_NONNULL(1, 4, 5);

#endif
