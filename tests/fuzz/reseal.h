/* Gives changed statements again what their signers would have given them: the digests of their
 * disclosures, and signatures. Without it every change would end at a digest. */
#ifndef PAT_TESTS_FUZZ_RESEAL_H
#define PAT_TESTS_FUZZ_RESEAL_H

#include "tests/support/ledger_world.h"

/* What a change did to a statement's identity: later ones that name it are to name the new one. */
typedef struct {
  pat_hash before;
  pat_hash after;
} resealed;

/* Writes renewed hashes in place of those that stand in bytes. */
void reseal_references(ProtobufCBinaryData bytes, const resealed *renewed, size_t count);

/* Writes the digest of a disclosure into its slot of a statement, in place. */
void reseal_slot(const pat_statement *statement, size_t slot, pat_span disclosure);

/* Signs an envelope anew: as its signers where the world knows them, as others of it in their
 * place.
 * in    arena  gives the new parts; the old ones are left as they are
 * out   ret_renewed  unchanged where there is nothing to sign
 * gives false where the statement does not decode or two signers are one */
bool reseal_envelope(const ledger_world *world, Patina__SignedStatement *envelope,
                     const resealed *renewed, size_t count, pat_arena *arena,
                     resealed *ret_renewed);

#endif
