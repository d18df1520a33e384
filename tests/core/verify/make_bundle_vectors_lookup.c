/* V19, V20, V23: identifiers, and what a look-up claims. */
#include <string.h>

#include "core/base/assert.h"
#include "core/envelope/identifier_proof.h"
#include "tests/core/verify/make_bundle_vectors.h"

/* The order of the group, little-endian: the smallest scalar that is out of range. */
static const uint8_t group_order[32] = {
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0x10};
enum { SCALAR_AT = 48 }; /* in a proof: Gamma 32, c 16, s 32 */

/* --- proofs ---------------------------------------------------------------------------------- */

static ProtobufCBinaryData *claim_proof(vector_mutant *m, size_t version) {
  PAT_ASSERT(version <= m->bundle->lookup->n_vrf_proofs);
  return &m->bundle->lookup->vrf_proofs[version - 1];
}

static ProtobufCBinaryData *entry_proof(vector_mutant *m) {
  pat_hash key = pat_subject_key(PAT_SUBJECT_ASSET, pat_span_make(m->base->request.asset, 16));
  for (size_t i = 0; i < m->bundle->n_entries; i++) {
    Patina__ProvenEntry *entry = m->bundle->entries[i];
    if (entry->n_vrf_proofs > 0 && lying_log_lists(m->base->log, &key, entry->entry->index))
      return &entry->vrf_proofs[0];
  }
  PAT_ASSERT(false);
  return NULL;
}

/* The true proof of this value, at version 1 of this scheme. */
static ProtobufCBinaryData prove(vector_mutant *m, const char *scheme, const char *text) {
  pat_identifier identifier = {.size = strlen(text)};
  memcpy(identifier.text, text, identifier.size + 1);
  pat_identifier_name name = {scheme, 1, "", &identifier};
  pat_identifier_proof proof;
  PAT_ASSERT(pat_is_ok(pat_identifier_prove(m->base->log->world->vrf_secret, &name, &proof)));
  return lying_field(PAT_SPAN_OF(proof.proof), m->memory);
}

/* s + q: the same scalar to whoever does not look at its range. */
static void add_order(uint8_t *scalar) {
  unsigned carry = 0;
  for (size_t i = 0; i < sizeof group_order; i++) {
    unsigned sum = (unsigned)scalar[i] + group_order[i] + carry;
    scalar[i] = (uint8_t)sum;
    carry = sum >> 8;
  }
  PAT_ASSERT(carry == 0);
}

static void spoil_gamma(ProtobufCBinaryData *proof) { memset(proof->data, 0xff, 32); }

static void entry_proof_flipped(vector_mutant *m) {
  *entry_proof(m) = vector_flipped(m, *entry_proof(m), 33);
}
static void entry_proof_of_other(vector_mutant *m) {
  *entry_proof(m) = prove(m, "vin", "WVWZZZ1JZ3W386752");
}
static void entry_scalar(vector_mutant *m) { add_order(entry_proof(m)->data + SCALAR_AT); }
static void entry_point(vector_mutant *m) { spoil_gamma(entry_proof(m)); }

static void claim_none(vector_mutant *m) { m->bundle->lookup->n_vrf_proofs = 0; }
static void claim_first_empty(vector_mutant *m) { claim_proof(m, 1)->len = 0; }
static void claim_second_empty(vector_mutant *m) { claim_proof(m, 2)->len = 0; }
static void claim_fewer(vector_mutant *m) { m->bundle->lookup->n_vrf_proofs--; }
static void claim_more(vector_mutant *m, ProtobufCBinaryData proof) {
  Patina__LookupClaim *claim = m->bundle->lookup;
  ProtobufCBinaryData *more = lying_take(m->memory, (claim->n_vrf_proofs + 1) * sizeof *more);
  memcpy(more, claim->vrf_proofs, claim->n_vrf_proofs * sizeof *more);
  more[claim->n_vrf_proofs++] = proof;
  claim->vrf_proofs = more;
}
static void claim_one_more(vector_mutant *m) { claim_more(m, *claim_proof(m, 1)); }
static void claim_one_more_empty(vector_mutant *m) {
  claim_more(m, (ProtobufCBinaryData){0, NULL});
}
static void claim_swapped(vector_mutant *m) {
  ProtobufCBinaryData first = *claim_proof(m, 1);
  *claim_proof(m, 1) = *claim_proof(m, 2);
  *claim_proof(m, 2) = first;
}
static void claim_flipped(vector_mutant *m) {
  *claim_proof(m, 1) = vector_flipped(m, *claim_proof(m, 1), 33);
}
static void claim_scalar(vector_mutant *m) { add_order(claim_proof(m, 1)->data + SCALAR_AT); }
static void claim_scalar_largest(vector_mutant *m) {
  memset(claim_proof(m, 1)->data + SCALAR_AT, 0xff, 32);
}
static void claim_point(vector_mutant *m) { spoil_gamma(claim_proof(m, 1)); }
static void claim_of_other(vector_mutant *m) {
  *claim_proof(m, 1) = prove(m, "vin", "1M8GDM9AXKP042788");
}
static void claim_of_other_scheme(vector_mutant *m) {
  *claim_proof(m, 1) = prove(m, "engine", "WVWZZZ1JZ3W386752");
}
static void claim_impossible(vector_mutant *m) {
  *claim_proof(m, 1) = prove(m, "vin", "WVWZZZ1JZ3W386752");
}
static void claim_impossible_second(vector_mutant *m) { *claim_proof(m, 2) = *claim_proof(m, 1); }

/* --- what is looked up ----------------------------------------------------------------------- */

static void value_other(vector_mutant *m) {
  m->bundle->lookup->value = (char *)"WVWZZZ1JZ3W386753";
}
static void value_as_written(vector_mutant *m) {
  m->bundle->lookup->value = (char *)" wvw.zzz-1JZ/3W386752 ";
}
static void value_impossible(vector_mutant *m) { m->bundle->lookup->value = (char *)"WVW"; }
static void value_none(vector_mutant *m) { m->bundle->lookup->value = (char *)""; }
static void value_look_alike(vector_mutant *m) {
  m->bundle->lookup->value = (char *)"WVWZZZIJZ3W386752"; /* I for 1: never exchanged */
}
static void value_longer(vector_mutant *m) {
  char *value = lying_take(m->memory, PAT_IDENTIFIER_BYTES_MAX + 2);
  memset(value, ' ', PAT_IDENTIFIER_BYTES_MAX + 1);
  memcpy(value, "WVWZZZ1JZ3W386752", 17);
  m->bundle->lookup->value = value;
}
static void value_longest(vector_mutant *m) {
  value_longer(m);
  m->bundle->lookup->value[PAT_IDENTIFIER_BYTES_MAX] = '\0';
}
static void scope_other(vector_mutant *m) { m->bundle->lookup->scope = (char *)"Volvo"; }
static void scope_none(vector_mutant *m) { m->bundle->lookup->scope = (char *)""; }
static void scope_spaces(vector_mutant *m) { m->bundle->lookup->scope = (char *)"Saab "; }
static void scheme_other(vector_mutant *m) { m->bundle->lookup->scheme = (char *)"plate"; }
static void scheme_none(vector_mutant *m) { m->bundle->lookup->scheme = (char *)""; }

/* The look-up of a scheme that was never published, with the proof that it was not. */
static void scheme_absent(vector_mutant *m) {
  lying_request request = {.scheme = "plate", .value = "AB 12"};
  Patina__ProofBundle *made = lying_bundle_make(m->base->log, &request, m->memory);
  *m->bundle = *made;
}

/* --- spans ----------------------------------------------------------------------------------- */

/* The subject that the first proof leads to is not there. */
static void drop_identifier(vector_mutant *m, bool present) {
  for (size_t i = 0; i < m->bundle->n_subjects; i++) {
    const Patina__SubjectProof *subject = m->bundle->subjects[i];
    if ((subject->count > 0) != present) continue;
    if (present) {
      uint64_t index = subject->entries[0]->index;
      const Patina__Entry *entry = m->base->log->leaves[index].message->statement;
      if (entry->identifier_count == 0) continue;
      ProtobufCBinaryData last = entry->subjects[entry->n_subjects - 1]->key;
      if (memcmp(last.data, subject->key.data, PAT_HASH_BYTES) != 0) continue;
    }
    vector_drop((void **)m->bundle->subjects, &m->bundle->n_subjects, i);
    return;
  }
  PAT_ASSERT(false);
}
static void identifier_dropped(vector_mutant *m) { drop_identifier(m, true); }
static void absence_dropped(vector_mutant *m) { drop_identifier(m, false); }

#define NO_PROOF VECTOR_UNPROVEN(23, "verify.missing")
#define INVALID  VECTOR_WRONG(19, "crypto.vrf.proof-invalid")
#define CLAIM    VECTOR_WRONG(19, "verify.identifier")
#define GONE     VECTOR_UNKNOWN(22, "verify.missing")

static const vector_change changes[] = {
    {"identified", "proof-flipped", entry_proof_flipped, INVALID, "a bit of a VRF proof"},
    {"identified", "proof-of-other", entry_proof_of_other, INVALID,
     "the true VRF proof of another identifier"},
    {"identified", "proof-scalar", entry_scalar, VECTOR_WRONG(19, "crypto.vrf.scalar-range"),
     "the scalar plus the group's order"},
    {"identified", "proof-point", entry_point, VECTOR_WRONG(19, "crypto.vrf.point"),
     "Gamma is no point"},
    {"identified", "identifier-dropped", identifier_dropped, GONE,
     "the history of an identifier is not there"},
    {"moved-from", "identifier-dropped", identifier_dropped, GONE,
     "the history of an identifier is not there"},
    {"lookup-present", "claim-none", claim_none, NO_PROOF, "no proof"},
    {"lookup-present", "claim-empty", claim_first_empty, NO_PROOF, "an empty proof"},
    {"lookup-absent", "claim-none", claim_none, NO_PROOF, "no proof"},
    {"lookup-absent", "claim-empty", claim_first_empty, NO_PROOF, "an empty proof"},
    {"lookup-absent-twice", "claim-first-empty", claim_first_empty, NO_PROOF,
     "no proof for the first version"},
    {"lookup-absent-twice", "claim-second-empty", claim_second_empty, NO_PROOF,
     "no proof for the second version"},
    {"lookup-absent-twice", "claim-fewer", claim_fewer, NO_PROOF, "one proof for two versions"},
    {"lookup-absent-twice", "claim-swapped", claim_swapped, INVALID,
     "the proofs of two versions are swapped"},
    {"lookup-absent-twice", "claim-more", claim_one_more, CLAIM, "three proofs for two versions"},
    {"lookup-absent-twice", "claim-more-empty", claim_one_more_empty, CLAIM,
     "an empty third proof for two versions"},
    {"lookup-two-versions", "claim-second-empty", claim_second_empty, NO_PROOF,
     "no proof for the second version, under which there is a record"},
    {"lookup-first-only", "claim-fewer", claim_fewer, VECTOR_MATCHES,
     "no proof at the end where there can be no record"},
    {"lookup-first-only", "claim-impossible", claim_impossible_second, CLAIM,
     "a proof under a version that cannot hold the value"},
    {"lookup-impossible", "claim-none", claim_none, VECTOR_MATCHES,
     "no proofs where there can be no record"},
    {"lookup-impossible", "claim-impossible", claim_impossible, CLAIM,
     "a true proof of another value, where there can be no record"},
    {"lookup-no-scope", "claim-impossible", claim_impossible, CLAIM,
     "a proof where the scope does not fit"},
    {"lookup-absent", "claim-flipped", claim_flipped, INVALID, "a bit of a VRF proof"},
    {"lookup-absent", "claim-scalar", claim_scalar, VECTOR_WRONG(19, "crypto.vrf.scalar-range"),
     "the scalar plus the group's order"},
    {"lookup-absent", "claim-scalar-largest", claim_scalar_largest,
     VECTOR_WRONG(19, "crypto.vrf.scalar-range"), "the largest scalar"},
    {"lookup-absent", "claim-point", claim_point, VECTOR_WRONG(19, "crypto.vrf.point"),
     "Gamma is no point"},
    {"lookup-absent", "claim-of-other", claim_of_other, INVALID,
     "the true proof of another identifier"},
    {"lookup-absent", "claim-of-other-scheme", claim_of_other_scheme, INVALID,
     "the true proof of the same value under another scheme"},
    {"lookup-absent", "value-other", value_other, INVALID, "another value was asked for"},
    {"lookup-absent", "value-as-written", value_as_written, VECTOR_MATCHES,
     "the same value, written in another way"},
    {"lookup-absent", "value-impossible", value_impossible, CLAIM, "a value too short"},
    {"lookup-absent", "value-none", value_none, CLAIM, "no value"},
    {"lookup-absent", "value-look-alike", value_look_alike, CLAIM,
     "I in the place of 1: no VIN has it"},
    {"lookup-absent", "value-longest", value_longest, VECTOR_MATCHES,
     "128 bytes, most of them spaces"},
    {"lookup-absent", "value-longer", value_longer, CLAIM, "129 bytes, most of them spaces"},
    {"lookup-absent", "scope-where-none", scope_other, CLAIM, "a scope where there is none"},
    {"lookup-conflict", "scope-other", scope_other, INVALID, "another scope was asked for"},
    {"lookup-conflict", "scope-none", scope_none, CLAIM, "no scope where there must be one"},
    {"lookup-conflict", "scope-spaces", scope_spaces, CLAIM, "a scope with a space behind it"},
    {"lookup-absent", "scheme-other", scheme_other, GONE, "another scheme was asked for"},
    {"lookup-absent", "scheme-none", scheme_none, GONE, "no scheme was asked for"},
    {"lookup-absent", "scheme-absent", scheme_absent, VECTOR_WRONG(21, "verify.schema"),
     "the scheme was never published, as is proven"},
    {"lookup-present", "identifier-dropped", identifier_dropped, GONE,
     "the identifier's history is not there"},
    {"lookup-absent", "absence-dropped", absence_dropped, GONE,
     "the proof of absence is not there"},
    {"lookup-absent-twice", "absence-dropped", absence_dropped, GONE,
     "one of two proofs of absence is not there"},
};

void make_lookup_vectors(vector_maker *maker) {
  vector_file_begin(maker->run, "lookup");
  VECTOR_CHANGES(maker, changes);
  vector_file_end(maker->run);
}
