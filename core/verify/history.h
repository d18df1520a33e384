/* Checks of what histories rest on: that an identifier is the one its entry commits to, that a span
 * begins and ends where its leaves say, and that published classes and schemes are those that were
 * served. Pure: no I/O. */
#ifndef PAT_CORE_VERIFY_HISTORY_H
#define PAT_CORE_VERIFY_HISTORY_H

#include "core/verify/entry.h"
#include "proto/state.pb-c.h"

/* An identifier that an entry assigns or releases. */
typedef struct {
  pat_hash key; /* the entry's VRF key: what it commits to, disclosed or not */
  bool checked; /* false: the value or its proof is withheld, so the identifier could not be */
} pat_verified_identifier;

/* Checks the identifier of an entry that assigns or releases one, where its value is disclosed
 * and proven.
 * in    scheme  verified, of the statement's scheme and version
 * fails verify.identifier, and as pat_verify_identifier */
pat_status pat_verify_identified(const pat_verified_entry *verified,
                                 const uint8_t vrf_key[PAT_PUBLIC_KEY_BYTES],
                                 const Patina__IdentifierScheme *scheme, pat_arena *arena,
                                 pat_verified_identifier *ret_identifier, pat_err *reterr)
    PAT_NONNULL(1, 2, 3, 4, 5) PAT_MUST_USE;

/* Checks one end of a span against its leaf: it concerns this asset and this identifier, and
 * where it is the beginning it is that statement's.
 * in    leaf        of the log index that the span says, verified to be in the log
 *       assignment  the span's; NULL for its release
 * fails verify.span */
pat_status pat_verify_span(const Patina__LogEntry *leaf, const pat_hash *identifier, pat_span asset,
                           const ProtobufCBinaryData *assignment, pat_err *reterr)
    PAT_NONNULL(1, 2) PAT_MUST_USE;

/* Checks that a served class, or scheme, is what its entry publishes, and the one that was asked
 * for.
 * in    version  0: any
 * fails verify.schema; class.* and scheme.* where it is not well-formed */
pat_status pat_verify_class(const Patina__AssetClass *schema, const pat_verified_entry *entry,
                            const char *name, uint32_t version, pat_err *reterr)
    PAT_NONNULL(2, 3) PAT_MUST_USE;
pat_status pat_verify_scheme(const Patina__IdentifierScheme *scheme,
                             const pat_verified_entry *entry, const char *name, uint32_t version,
                             pat_err *reterr) PAT_NONNULL(2, 3) PAT_MUST_USE;

/* True where both messages have the same canonical bytes. Uses the arena and gives it back; a
 * message that is too large for it is not the same. */
bool pat_verify_same(const ProtobufCMessage *a, const ProtobufCMessage *b, pat_arena *arena)
    PAT_NONNULL(3);

#endif
