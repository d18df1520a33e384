/* V11 to V14: single entries. */
#include <string.h>

#include "core/base/assert.h"
#include "tests/core/verify/make_bundle_vectors.h"

/* Entry 1 is of a public kind; the last entry of "history" and "identified" is the asset's. */
static Patina__ProvenEntry *second(vector_mutant *m) { return m->bundle->entries[1]; }
static Patina__ProvenEntry *last(vector_mutant *m) {
  return m->bundle->entries[m->bundle->n_entries - 1];
}
static Patina__ProvenEntry *of_kind(vector_mutant *m, pat_kind_number kind) {
  return m->bundle->entries[vector_entry_of(m, kind, 0)];
}

/* --- leaf ------------------------------------------------------------------------------------ */

static void leaf_flipped(vector_mutant *m) { last(m)->leaf = vector_flipped(m, last(m)->leaf, 9); }
static void leaf_none(vector_mutant *m) { last(m)->leaf.len = 0; }
static void leaf_of_other(vector_mutant *m) { last(m)->leaf = second(m)->leaf; }
static void path_flipped(vector_mutant *m) {
  last(m)->inclusion[0] = vector_flipped(m, last(m)->inclusion[0], 31);
}
static void path_shorter(vector_mutant *m) { last(m)->n_inclusion--; }
static void path_none(vector_mutant *m) { last(m)->n_inclusion = 0; }
static void path_longer(vector_mutant *m) {
  Patina__ProvenEntry *entry = last(m);
  ProtobufCBinaryData *longer = lying_take(m->memory, 80 * sizeof *longer);
  memcpy(longer, entry->inclusion, entry->n_inclusion * sizeof *longer);
  longer[entry->n_inclusion++] = longer[0];
  entry->inclusion = longer;
}
static void path_far_too_long(vector_mutant *m) {
  path_longer(m);
  while (last(m)->n_inclusion < 70) {
    last(m)->inclusion[last(m)->n_inclusion] = last(m)->inclusion[0];
    last(m)->n_inclusion++;
  }
}
static void path_swapped(vector_mutant *m) {
  ProtobufCBinaryData first = last(m)->inclusion[0];
  last(m)->inclusion[0] = last(m)->inclusion[1];
  last(m)->inclusion[1] = first;
}
static void index_beyond(vector_mutant *m) { last(m)->entry->index = m->base->log->count; }
static void index_largest(vector_mutant *m) { last(m)->entry->index = UINT64_MAX; }
static void index_next(vector_mutant *m) { last(m)->entry->index++; }
static void time_other(vector_mutant *m) { last(m)->entry->logged_at_ms++; }
static void time_none(vector_mutant *m) { last(m)->entry->logged_at_ms = 0; }

/* The true leaf and path of a commit among the entries. */
static void commit_as_entry(vector_mutant *m) {
  const lying_log *log = m->base->log;
  uint64_t index = last(m)->entry->index + 1;
  PAT_ASSERT(index < log->count && log->leaves[index].say == NULL);
  Patina__ProvenEntry *entry = lying_take(m->memory, sizeof *entry);
  patina__proven_entry__init(entry);
  entry->entry = lying_take(m->memory, sizeof *entry->entry);
  patina__history_entry__init(entry->entry);
  entry->entry->index = index;
  entry->entry->logged_at_ms = log->leaves[index].message->commit->time_ms;
  entry->leaf = lying_field(log->leaves[index].bytes, m->memory);
  pat_tlog_proof proof = lying_log_inclusion(log, index);
  entry->n_inclusion = proof.count;
  entry->inclusion = lying_take(m->memory, (proof.count + 1) * sizeof *entry->inclusion);
  for (size_t i = 0; i < proof.count; i++)
    entry->inclusion[i] = lying_field(pat_hash_span(&proof.hashes[i]), m->memory);
  m->bundle->entries =
      vector_insert(m, m->bundle->entries, &m->bundle->n_entries, m->bundle->n_entries, entry);
}

/* --- statement ------------------------------------------------------------------------------- */

static void statement_none(vector_mutant *m) { last(m)->entry->statement.len = 0; }
static void statement_none_public(vector_mutant *m) { second(m)->entry->statement.len = 0; }
static void statement_flipped(vector_mutant *m) {
  last(m)->entry->statement = vector_flipped(m, last(m)->entry->statement, 12);
}
static void statement_of_other(vector_mutant *m) {
  last(m)->entry->statement = of_kind(m, PAT_KIND_ASSET_REGISTERED)->entry->statement;
}
static void statement_longer(vector_mutant *m) {
  last(m)->entry->statement = vector_resized(m, last(m)->entry->statement, 1);
}
static void statement_public_flipped(vector_mutant *m) {
  second(m)->entry->statement = vector_flipped(m, second(m)->entry->statement, 12);
}

static void strip(Patina__ProvenEntry *entry) {
  entry->entry->statement.len = 0;
  entry->entry->n_disclosures = 0;
  entry->n_signatures = 0;
  entry->n_vrf_proofs = 0;
}
static void bare_change(vector_mutant *m) { strip(of_kind(m, PAT_KIND_ATTRIBUTES_CHANGED)); }
static void bare_telemetry(vector_mutant *m) { strip(of_kind(m, PAT_KIND_TELEMETRY)); }
static void bare_own_binding(vector_mutant *m) { strip(of_kind(m, PAT_KIND_DEVICE_BOUND)); }
static void bare_binding(vector_mutant *m) { strip(of_kind(m, PAT_KIND_DEVICE_BOUND)); }
static void bare_foreign(vector_mutant *m) { strip(of_kind(m, PAT_KIND_IDENTIFIER_ASSIGNED)); }
static void bare_with(vector_mutant *m, bool signatures, bool disclosures) {
  Patina__ProvenEntry *entry = of_kind(m, PAT_KIND_DEVICE_BOUND);
  const Patina__ProvenEntry *whole =
      lying_bundle_entry(m->base->log, entry->entry->index, m->memory);
  if (signatures) {
    entry->n_signatures = whole->n_signatures;
    entry->signatures = whole->signatures;
  }
  if (!disclosures) return;
  entry->entry->disclosures = lying_take(m->memory, sizeof *entry->entry->disclosures);
  entry->entry->disclosures[0] = of_kind(m, PAT_KIND_PRINCIPAL_ENROLLED)->entry->disclosures[0];
  entry->entry->n_disclosures = 1;
}
static void bare_with_signatures(vector_mutant *m) { bare_with(m, true, false); }
static void bare_with_disclosure(vector_mutant *m) { bare_with(m, false, true); }
/* Nobody whom the bundle enrols is named by the leaf any more: the device's history is gone. */
static void bare_of_nobody(vector_mutant *m) {
  size_t at = vector_subject_of(m, PAT_SUBJECT_PRINCIPAL,
                                pat_hash_span(&m->base->log->world->actors[DEVICE_2].principal));
  vector_drop((void **)m->bundle->subjects, &m->bundle->n_subjects, at);
}

/* --- signatures ------------------------------------------------------------------------------ */

static Patina__Signature *first_signature(Patina__ProvenEntry *entry) {
  return entry->signatures[0];
}
static void signatures_none(vector_mutant *m) { last(m)->n_signatures = 0; }
static void signature_more(vector_mutant *m) {
  last(m)->signatures =
      vector_insert(m, last(m)->signatures, &last(m)->n_signatures, 1, last(m)->signatures[0]);
}
/* By two: the second registers a class with two root keys. */
static Patina__ProvenEntry *by_two(vector_mutant *m) {
  Patina__ProvenEntry *entry = m->bundle->entries[0];
  PAT_ASSERT(entry->n_signatures == 2);
  return entry;
}
static void signature_fewer(vector_mutant *m) { by_two(m)->n_signatures = 1; }
static void signatures_swapped(vector_mutant *m) {
  Patina__Signature *first = by_two(m)->signatures[0];
  by_two(m)->signatures[0] = by_two(m)->signatures[1];
  by_two(m)->signatures[1] = first;
}
static void key_flipped(vector_mutant *m) {
  Patina__Signature *signature = first_signature(last(m));
  signature->public_key = vector_flipped(m, signature->public_key, 3);
}
static void key_of_other(vector_mutant *m) {
  first_signature(last(m))->public_key = first_signature(by_two(m))->public_key;
}
static void key_short(vector_mutant *m) {
  Patina__Signature *signature = first_signature(last(m));
  signature->public_key = vector_resized(m, signature->public_key, -1);
}
static void principal_flipped(vector_mutant *m) {
  Patina__Signature *signature = first_signature(last(m));
  signature->principal = vector_flipped(m, signature->principal, 3);
}
static void principal_of_other(vector_mutant *m) {
  first_signature(last(m))->principal = first_signature(by_two(m))->principal;
}
static void principal_short(vector_mutant *m) {
  Patina__Signature *signature = first_signature(last(m));
  signature->principal = vector_resized(m, signature->principal, -1);
}
static void signature_flipped(vector_mutant *m) {
  Patina__Signature *signature = first_signature(last(m));
  signature->signature = vector_flipped(m, signature->signature, 40);
}
static void signature_short(vector_mutant *m) {
  Patina__Signature *signature = first_signature(last(m));
  signature->signature = vector_resized(m, signature->signature, -1);
}
static void signature_in_leaf(vector_mutant *m) {
  for (size_t i = 0; i < m->bundle->n_entries; i++) {
    for (size_t s = 0; s < m->bundle->entries[i]->n_signatures; s++)
      m->bundle->entries[i]->signatures[s]->signature.len = 0;
  }
}

/* --- VRF proofs at entries ------------------------------------------------------------------- */

static void proofs_none(vector_mutant *m) {
  for (size_t i = 0; i < m->bundle->n_entries; i++)
    m->bundle->entries[i]->n_vrf_proofs = 0;
}
static void proof_twice(vector_mutant *m) {
  Patina__ProvenEntry *entry = of_kind(m, PAT_KIND_IDENTIFIER_ASSIGNED);
  ProtobufCBinaryData *proofs = lying_take(m->memory, 2 * sizeof *proofs);
  proofs[0] = entry->vrf_proofs[0];
  proofs[1] = entry->vrf_proofs[0];
  entry->vrf_proofs = proofs;
  entry->n_vrf_proofs = 2;
}
static void proof_of_none(vector_mutant *m) {
  Patina__ProvenEntry *entry = of_kind(m, PAT_KIND_ASSET_REGISTERED);
  entry->vrf_proofs = of_kind(m, PAT_KIND_IDENTIFIER_ASSIGNED)->vrf_proofs;
  entry->n_vrf_proofs = 1;
}

/* --- disclosures ----------------------------------------------------------------------------- */

/* The correction discloses two slots. */
static Patina__HistoryEntry *correction(vector_mutant *m) {
  Patina__HistoryEntry *entry = of_kind(m, PAT_KIND_CORRECTED)->entry;
  PAT_ASSERT(entry->n_disclosures == 2);
  return entry;
}
static void disclosures_none(vector_mutant *m) {
  for (size_t i = 0; i < m->bundle->n_entries; i++)
    m->bundle->entries[i]->entry->n_disclosures = 0;
}
static void disclosure_dropped(vector_mutant *m) {
  vector_drop((void **)correction(m)->disclosures, &correction(m)->n_disclosures, 0);
}
static void disclosure_flipped(vector_mutant *m) {
  ProtobufCBinaryData *bytes = &correction(m)->disclosures[1]->disclosure;
  *bytes = vector_flipped(m, *bytes, bytes->len - 1);
}
static void disclosure_salt(vector_mutant *m) {
  ProtobufCBinaryData *bytes = &correction(m)->disclosures[1]->disclosure;
  *bytes = vector_flipped(m, *bytes, 5);
}
static void disclosure_none(vector_mutant *m) { correction(m)->disclosures[0]->disclosure.len = 0; }
static void disclosure_longer(vector_mutant *m) {
  ProtobufCBinaryData *bytes = &correction(m)->disclosures[1]->disclosure;
  *bytes = vector_resized(m, *bytes, 1);
}
static void disclosures_exchanged(vector_mutant *m) {
  ProtobufCBinaryData first = correction(m)->disclosures[0]->disclosure;
  correction(m)->disclosures[0]->disclosure = correction(m)->disclosures[1]->disclosure;
  correction(m)->disclosures[1]->disclosure = first;
}
static void disclosures_swapped(vector_mutant *m) {
  Patina__SlotDisclosure *first = correction(m)->disclosures[0];
  correction(m)->disclosures[0] = correction(m)->disclosures[1];
  correction(m)->disclosures[1] = first;
}
static void disclosure_twice(vector_mutant *m) {
  correction(m)->disclosures[1] = correction(m)->disclosures[0];
}
static void disclosure_beyond(vector_mutant *m) { correction(m)->disclosures[1]->slot = 2; }
static void disclosure_far_beyond(vector_mutant *m) {
  correction(m)->disclosures[1]->slot = UINT32_MAX;
}
/* Slot 65,537 is slot 1 to whoever keeps 16 bits of it. */
static void disclosure_wrapped(vector_mutant *m) { correction(m)->disclosures[1]->slot = 65537; }
static void disclosure_of_other(vector_mutant *m) {
  correction(m)->disclosures[0]->disclosure =
      of_kind(m, PAT_KIND_ATTESTED)->entry->disclosures[0]->disclosure;
}

#define BARE VECTOR_UNKNOWN(12, "verify.missing")

static const vector_change changes[] = {
    {"history", "leaf-flipped", leaf_flipped, VECTOR_WRONG(11, "tlog.inclusion-root"),
     "a bit of a leaf"},
    {"history", "leaf-none", leaf_none, VECTOR_WRONG(11, "tlog.inclusion-root"), "no leaf"},
    {"history", "leaf-of-other", leaf_of_other, VECTOR_WRONG(11, "tlog.inclusion-root"),
     "the leaf of another entry"},
    {"history", "path-flipped", path_flipped, VECTOR_WRONG(11, "tlog.inclusion-root"),
     "a bit of a path"},
    {"history", "path-shorter", path_shorter, VECTOR_WRONG(11, "tlog.inclusion-length"),
     "one hash too few in a path"},
    {"history", "path-none", path_none, VECTOR_WRONG(11, "tlog.inclusion-length"), "no path"},
    {"history", "path-longer", path_longer, VECTOR_WRONG(11, "tlog.inclusion-length"),
     "one hash too many in a path"},
    {"history", "path-far-too-long", path_far_too_long, VECTOR_WRONG(11, "tlog.inclusion-length"),
     "70 hashes in a path"},
    {"history", "path-swapped", path_swapped, VECTOR_WRONG(11, "tlog.inclusion-root"),
     "two hashes of a path are swapped"},
    {"history", "index-beyond", index_beyond, VECTOR_WRONG(11, "tlog.inclusion-index"),
     "an index that is the log's size"},
    {"history", "index-largest", index_largest, VECTOR_WRONG(11, "tlog.inclusion-index"),
     "the largest index"},
    {"history", "index-next", index_next, VECTOR_WRONG(11, NULL), "an index too large by one"},
    {"history", "time-other", time_other, VECTOR_WRONG(11, "verify.view"),
     "another time than the leaf's"},
    {"history", "time-none", time_none, VECTOR_WRONG(11, "verify.view"), "no time"},
    {"history", "commit-as-entry", commit_as_entry, VECTOR_WRONG(11, "verify.view"),
     "a commit among the entries"},
    {"history", "statement-none", statement_none, BARE, "a statement is not there"},
    {"history", "statement-none-public", statement_none_public, VECTOR_MATCHES,
     "the statement of a public kind stands in its leaf"},
    {"history", "statement-flipped", statement_flipped, VECTOR_WRONG(12, "entry.statement"),
     "a bit of a statement"},
    {"history", "statement-of-other", statement_of_other, VECTOR_WRONG(12, "entry.statement"),
     "the statement of another entry"},
    {"history", "statement-longer", statement_longer, VECTOR_WRONG(12, "entry.statement"),
     "a byte behind a statement"},
    {"history", "statement-public-flipped", statement_public_flipped,
     VECTOR_WRONG(12, "entry.statement"), "a bit of a statement that stands in its leaf too"},
    {"history", "bare-change", bare_change, BARE, "a change of the asset is bare"},
    {"devices", "bare-telemetry", bare_telemetry, BARE, "a batch of the asset is bare"},
    {"devices", "bare-own-binding", bare_own_binding, BARE, "a binding of the asset is bare"},
    {"moved-to", "bare-foreign", bare_foreign, BARE,
     "an assignment to another asset is bare: spans need its statement"},
    {"lookup-present", "bare-foreign", bare_foreign, BARE, "an assignment is bare"},
    {"seen", "bare-binding", bare_binding, VECTOR_MATCHES,
     "a binding to another asset is bare; its signer stays for his device"},
    {"seen-bare", "bare-with-signatures", bare_with_signatures, BARE,
     "a bare entry that brings signatures"},
    {"seen-bare", "bare-with-disclosure", bare_with_disclosure, BARE,
     "a bare entry that brings a disclosure"},
    {"seen-bare", "bare-of-nobody", bare_of_nobody, BARE,
     "a bare entry that no principal of the bundle lists"},
    {"history", "signatures-none", signatures_none, VECTOR_WRONG(13, "verify.view"),
     "no signers are stated"},
    {"history", "signature-more", signature_more, VECTOR_WRONG(13, "verify.view"),
     "one signer too many"},
    {"history", "signature-fewer", signature_fewer, VECTOR_WRONG(13, "verify.view"),
     "one of two signers is not stated"},
    {"history", "signatures-swapped", signatures_swapped, VECTOR_WRONG(13, NULL),
     "two signers are swapped"},
    {"history", "key-flipped", key_flipped, VECTOR_WRONG(13, "entry.signatures"),
     "a bit of a public key"},
    {"history", "key-of-other", key_of_other, VECTOR_WRONG(13, "entry.signatures"),
     "the public key of another"},
    {"history", "public-key-short", key_short, VECTOR_WRONG(13, "verify.view"),
     "a public key of 31 bytes"},
    {"history", "principal-flipped", principal_flipped, VECTOR_WRONG(13, "entry.subjects"),
     "a bit of a principal"},
    {"history", "principal-of-other", principal_of_other, VECTOR_WRONG(13, "entry.subjects"),
     "the key is said to be another principal's"},
    {"history", "principal-short", principal_short, VECTOR_WRONG(13, "verify.view"),
     "a principal of 31 bytes"},
    {"history", "signature-flipped", signature_flipped, VECTOR_WRONG(13, "verify.view"),
     "another signature than the leaf's"},
    {"history", "signature-short", signature_short, VECTOR_WRONG(13, "verify.view"),
     "a signature of 63 bytes"},
    {"history", "signature-in-leaf", signature_in_leaf, VECTOR_MATCHES,
     "signatures stand in the leaves alone"},
    {"identified", "proofs-none", proofs_none, VECTOR_MATCHES,
     "no VRF proofs: the identifiers could not be checked, the history is"},
    {"identified", "proof-twice", proof_twice, VECTOR_WRONG(13, "verify.view"),
     "two VRF proofs for one identifier"},
    {"identified", "proof-of-none", proof_of_none, VECTOR_WRONG(13, "verify.view"),
     "a VRF proof where there is no identifier"},
    {"history", "disclosures-none", disclosures_none, VECTOR_MATCHES, "nothing is disclosed"},
    {"identified", "disclosures-none", disclosures_none, VECTOR_MATCHES,
     "no identifier is disclosed"},
    {"history", "disclosure-dropped", disclosure_dropped, VECTOR_MATCHES,
     "the first of two values is withheld"},
    {"history", "disclosure-flipped", disclosure_flipped, VECTOR_WRONG(14, "disclosure.digest"),
     "a bit of a disclosed value"},
    {"history", "disclosure-salt", disclosure_salt, VECTOR_WRONG(14, "disclosure.digest"),
     "a bit of a salt"},
    {"history", "disclosure-none", disclosure_none, VECTOR_WRONG(14, "disclosure.digest"),
     "a disclosure of no bytes"},
    {"history", "disclosure-longer", disclosure_longer, VECTOR_WRONG(14, "disclosure.digest"),
     "a byte behind a disclosure"},
    {"history", "disclosures-exchanged", disclosures_exchanged,
     VECTOR_WRONG(14, "disclosure.digest"), "each of two slots has the other's disclosure"},
    {"history", "disclosures-swapped", disclosures_swapped, VECTOR_WRONG(14, "verify.view"),
     "slots in the wrong order"},
    {"history", "disclosure-twice", disclosure_twice, VECTOR_WRONG(14, "verify.view"),
     "one slot twice"},
    {"history", "disclosure-beyond", disclosure_beyond, VECTOR_WRONG(14, "disclosure.slot"),
     "a slot that the statement does not have"},
    {"history", "disclosure-far-beyond", disclosure_far_beyond, VECTOR_WRONG(14, "disclosure.slot"),
     "the largest slot"},
    {"history", "disclosure-wrapped", disclosure_wrapped, VECTOR_WRONG(14, "disclosure.slot"),
     "a slot that is slot 1 in 16 bits"},
    {"history", "disclosure-of-other", disclosure_of_other, VECTOR_WRONG(14, "disclosure.digest"),
     "the disclosure of another statement"},
};

void make_entry_vectors(vector_maker *maker) {
  vector_file_begin(maker->run, "entry");
  VECTOR_CHANGES(maker, changes);
  vector_file_end(maker->run);
}
