/* One flipped bit at a time, at places drawn from a seed. What a reader must say follows from the
 * field in which the bit stands; a flip that changes more than one field is passed over. */
#include <string.h>

#include "core/base/assert.h"
#include "core/bytes/protobuf.h"
#include "core/envelope/identifier_proof.h"
#include "core/note/policy.h"
#include "tests/core/verify/make_bundle_vectors.h"

enum {
  FLIPS_EACH = 52, /* of a base */
  TRIES_MAX = 4096,
};

/* Two bundles that are compared, and what was found. */
typedef struct {
  const vector_base *base;
  const Patina__ProofBundle *old;
  const Patina__ProofBundle *new;
  pat_span policy;
  vector_verdict verdict;
  size_t differences;
} comparison;

static void differs(comparison *c, vector_verdict verdict) {
  c->verdict = verdict;
  c->differences++;
}

#define DIFFERS(c, ...) differs((c), (vector_verdict)__VA_ARGS__)

static bool same_field(ProtobufCBinaryData a, ProtobufCBinaryData b) {
  return pat_span_equal(pat_span_make(a.data, a.len), pat_span_make(b.data, b.len));
}

static bool same_hashes(const ProtobufCBinaryData *a, size_t a_count, const ProtobufCBinaryData *b,
                        size_t b_count) {
  bool same = a_count == b_count;
  for (size_t i = 0; same && i < a_count; i++)
    same = same_field(a[i], b[i]);
  return same;
}

/* --- form ------------------------------------------------------------------------------------ */

static bool is_newer(pat_span bytes) {
  if (bytes.size < 2 || bytes.data[0] != 0x08) return false;
  uint64_t value = 0;
  for (size_t i = 1; i < bytes.size && i <= 9; i++) {
    value |= (uint64_t)(bytes.data[i] & 0x7f) << (7 * (i - 1));
    if (bytes.data[i] < 0x80) return value > 1 && (i == 1 || bytes.data[i] != 0);
  }
  return false;
}

static bool hashes_hold(const ProtobufCBinaryData *hashes, size_t count, size_t size) {
  bool hold = true;
  for (size_t i = 0; i < count; i++)
    hold = hold && hashes[i].len == size;
  return hold;
}

static bool entry_holds(const Patina__ProvenEntry *entry, const Patina__ProvenEntry *before) {
  if (entry->entry == NULL || entry->entry->n_sources > 0) return false;
  return hashes_hold(entry->inclusion, entry->n_inclusion, PAT_HASH_BYTES) &&
         hashes_hold(entry->vrf_proofs, entry->n_vrf_proofs, PAT_VRF_PROOF_BYTES) &&
         (before == NULL || before->entry->index < entry->entry->index);
}

static bool subject_holds(const Patina__SubjectProof *subject, const Patina__SubjectProof *before) {
  if (subject->key.len != PAT_HASH_BYTES || subject->from != 0 || subject->n_peaks > 0)
    return false;
  if (before != NULL && memcmp(before->key.data, subject->key.data, PAT_HASH_BYTES) >= 0)
    return false;
  if (subject->root.len != (subject->count == 0 ? 0 : PAT_HASH_BYTES)) return false;
  bool hold = subject->n_entries == subject->count;
  for (size_t i = 0; i < subject->n_entries; i++)
    hold = hold && subject->entries[i]->leaf_hash.len == PAT_HASH_BYTES;
  return hold;
}

static bool about_holds(const Patina__ProofBundle *bundle) {
  if (bundle->about_case == PATINA__PROOF_BUNDLE__ABOUT_ASSET)
    return bundle->asset.len == PAT_ASSET_ID_BYTES;
  if (bundle->about_case != PATINA__PROOF_BUNDLE__ABOUT_LOOKUP) return false;
  bool hold = true;
  for (size_t i = 0; i < bundle->lookup->n_vrf_proofs; i++) {
    size_t size = bundle->lookup->vrf_proofs[i].len;
    hold = hold && (size == 0 || size == PAT_VRF_PROOF_BYTES);
  }
  return hold;
}

static bool form_holds(const Patina__ProofBundle *bundle) {
  bool hold = bundle->version == 1 && about_holds(bundle);
  for (size_t i = 0; hold && i < bundle->n_entries; i++)
    hold = entry_holds(bundle->entries[i], i == 0 ? NULL : bundle->entries[i - 1]);
  for (size_t i = 0; hold && i < bundle->n_subjects; i++)
    hold = subject_holds(bundle->subjects[i], i == 0 ? NULL : bundle->subjects[i - 1]);
  if (hold && bundle->commit != NULL)
    hold = hashes_hold(bundle->commit->inclusion, bundle->commit->n_inclusion, PAT_HASH_BYTES);
  if (hold && bundle->earlier != NULL)
    hold = hashes_hold(bundle->earlier->hashes, bundle->earlier->n_hashes, PAT_HASH_BYTES);
  return hold;
}

/* --- the log --------------------------------------------------------------------------------- */

static vector_word word_of(pat_status status) {
  if (pat_is_rule(status, PAT_RULE_POLICY_LOG) || pat_is_rule(status, PAT_RULE_NOTE_UNSIGNED) ||
      pat_is_rule(status, PAT_RULE_POLICY_QUORUM_MISSING))
    return NOT_PROVEN;
  switch ((pat_category)status.category) {
    case PAT_CATEGORY_LIMIT:
    case PAT_CATEGORY_UNSUPPORTED:
    case PAT_CATEGORY_IO:
      return COULD_NOT_CHECK;
    default:
      return DOES_NOT_MATCH;
  }
}

/* Notes are judged by the policy's own code: what a verifier adds to it is compared here. */
static void compare_checkpoint(comparison *c) {
  if (strcmp(c->old->checkpoint, c->new->checkpoint) == 0) return;
  pat_policy policy;
  PAT_ASSERT(pat_is_ok(pat_policy_parse(c->policy, &policy, NULL)));
  pat_policy_verdict verdict;
  pat_status status = pat_policy_judge(&policy, pat_span_text(c->new->checkpoint),
                                       PAT_CHECKPOINT_STRICT, &verdict, NULL);
  if (pat_is_ok(status)) {
    DIFFERS(c, VECTOR_MATCHES); /* a line of somebody whom the policy does not know */
    return;
  }
  differs(c, (vector_verdict){word_of(status), 7, pat_rule_id((pat_rule)status.rule)});
}

static void compare_commit(comparison *c) {
  const Patina__CommitProof *old = c->old->commit;
  const Patina__CommitProof *new = c->new->commit;
  if (new == NULL) {
    DIFFERS(c, VECTOR_UNPROVEN(10, "verify.missing"));
  } else if (!same_field(old->leaf, new->leaf) ||
             !same_hashes(old->inclusion, old->n_inclusion, new->inclusion, new->n_inclusion)) {
    DIFFERS(c, VECTOR_WRONG(10, NULL));
  }
}

static void compare_earlier(comparison *c) {
  const Patina__EarlierCheckpoint *old = c->old->earlier;
  const Patina__EarlierCheckpoint *new = c->new->earlier;
  if (old == NULL && new == NULL) return;
  if (old == NULL || new == NULL) {
    c->differences += 2;
  } else if (old->size != new->size) {
    DIFFERS(c, VECTOR_UNPROVEN(8, "verify.missing"));
  } else if (!same_hashes(old->hashes, old->n_hashes, new->hashes, new->n_hashes)) {
    DIFFERS(c, VECTOR_WRONG(8, NULL));
  }
}

/* --- entries --------------------------------------------------------------------------------- */

static void compare_disclosures(comparison *c, const Patina__HistoryEntry *old,
                                const Patina__HistoryEntry *new) {
  if (old->n_disclosures != new->n_disclosures) {
    c->differences += 2;
    return;
  }
  for (size_t i = 0; i < old->n_disclosures; i++) {
    if (old->disclosures[i]->slot != new->disclosures[i]->slot) DIFFERS(c, VECTOR_WRONG(14, NULL));
    if (!same_field(old->disclosures[i]->disclosure, new->disclosures[i]->disclosure))
      DIFFERS(c, VECTOR_WRONG(14, "disclosure.digest"));
  }
}

static void compare_signatures(comparison *c, const Patina__ProvenEntry *old,
                               const Patina__ProvenEntry *new) {
  if (old->n_signatures != new->n_signatures) {
    DIFFERS(c, VECTOR_WRONG(13, "verify.view"));
    return;
  }
  for (size_t i = 0; i < old->n_signatures; i++) {
    const Patina__Signature *a = old->signatures[i];
    const Patina__Signature *b = new->signatures[i];
    if (!same_field(a->public_key, b->public_key)) DIFFERS(c, VECTOR_WRONG(13, NULL));
    if (!same_field(a->principal, b->principal)) DIFFERS(c, VECTOR_WRONG(13, NULL));
    if (!same_field(a->signature, b->signature)) DIFFERS(c, VECTOR_WRONG(13, NULL));
  }
}

/* A proof at an entry is looked at where the entry is the asset's own and its value disclosed. */
static void compare_proofs(comparison *c, const Patina__ProvenEntry *old,
                           const Patina__ProvenEntry *new) {
  if (same_hashes(old->vrf_proofs, old->n_vrf_proofs, new->vrf_proofs, new->n_vrf_proofs)) return;
  const Patina__Statement *say = c->base->log->leaves[old->entry->index].say;
  ProtobufCBinaryData asset = say->body_case == PATINA__STATEMENT__BODY_IDENTIFIER_ASSIGNED
                                  ? say->identifier_assigned->asset
                                  : say->identifier_released->asset;
  bool own =
      c->old->about_case == PATINA__PROOF_BUNDLE__ABOUT_ASSET && same_field(asset, c->old->asset);
  if (old->n_vrf_proofs != new->n_vrf_proofs) {
    c->differences += 2;
  } else if (own && old->entry->n_disclosures > 0) {
    DIFFERS(c, VECTOR_WRONG(19, NULL));
  } else {
    DIFFERS(c, VECTOR_MATCHES);
  }
}

static void compare_entry(comparison *c, const Patina__ProvenEntry *old,
                          const Patina__ProvenEntry *new) {
  if (old->entry->index != new->entry->index) DIFFERS(c, VECTOR_WRONG(11, NULL));
  if (old->entry->logged_at_ms != new->entry->logged_at_ms)
    DIFFERS(c, VECTOR_WRONG(11, "verify.view"));
  if (!same_field(old->leaf, new->leaf)) DIFFERS(c, VECTOR_WRONG(11, "tlog.inclusion-root"));
  if (!same_hashes(old->inclusion, old->n_inclusion, new->inclusion, new->n_inclusion))
    DIFFERS(c, VECTOR_WRONG(11, NULL));
  if (!same_field(old->entry->statement, new->entry->statement))
    DIFFERS(c, VECTOR_WRONG(12, "entry.statement"));
  compare_disclosures(c, old->entry, new->entry);
  compare_signatures(c, old, new);
  compare_proofs(c, old, new);
}

/* --- subjects -------------------------------------------------------------------------------- */

static void compare_listed(comparison *c, const Patina__SubjectProof *old,
                           const Patina__SubjectProof *new, size_t i) {
  if (old->entries[i]->index != new->entries[i]->index) {
    uint64_t index = new->entries[i]->index;
    bool placed = index < c->base->log->count - 1 &&
                  (i == 0 || new->entries[i - 1]->index < index) &&
                  (i + 1 == new->n_entries || index < new->entries[i + 1]->index);
    differs(c, (vector_verdict){DOES_NOT_MATCH, placed ? 22 : 18, "verify.chain"});
  }
  if (!same_field(old->entries[i]->leaf_hash, new->entries[i]->leaf_hash))
    DIFFERS(c, VECTOR_WRONG(22, "verify.chain"));
}

static void compare_subject(comparison *c, const Patina__SubjectProof *old,
                            const Patina__SubjectProof *new) {
  if (!same_field(old->key, new->key)) {
    DIFFERS(c, VECTOR_WRONG(22, NULL));
    if (c->base->request.bare_bindings) c->differences++; /* a bare entry may need this key */
    if (old->count == 0) c->differences++; /* a neighbour of what is absent may be absent too */
  }
  if (!same_field(old->root, new->root)) DIFFERS(c, VECTOR_WRONG(22, "index.proof-root"));
  if (!same_field(old->path, new->path)) DIFFERS(c, VECTOR_WRONG(22, NULL));
  if (old->n_entries != new->n_entries) {
    c->differences += 2;
    return;
  }
  for (size_t i = 0; i < old->n_entries; i++)
    compare_listed(c, old, new, i);
}

/* --- what it is about ------------------------------------------------------------------------ */

/* What a look-up's claim comes to under one version; false where it holds. */
static bool version_fails(comparison *c, const Patina__IdentifierScheme *scheme,
                          vector_verdict *ret_verdict) {
  const Patina__LookupClaim *claim = c->new->lookup;
  size_t i = scheme->version - 1;
  bool given = i < claim->n_vrf_proofs && claim->vrf_proofs[i].len > 0;
  pat_identifier identifier;
  bool fits =
      pat_is_ok(pat_identifier_scope_check(scheme, claim->scope, NULL)) &&
      pat_is_ok(pat_identifier_normalise(scheme, pat_span_text(claim->value), &identifier, NULL));
  if (!fits && !given) return false;
  if (!fits) {
    *ret_verdict = (vector_verdict)VECTOR_WRONG(19, "verify.identifier");
    return true;
  }
  if (!given) {
    *ret_verdict = (vector_verdict)VECTOR_UNPROVEN(23, "verify.missing");
    return true;
  }
  const Patina__Statement *genesis = c->base->log->leaves[0].say;
  pat_identifier_name name = {scheme->name, scheme->version, claim->scope, &identifier};
  pat_hash key;
  pat_status status = pat_identifier_verify(genesis->genesis->parameters->vrf_key.data, &name,
                                            claim->vrf_proofs[i].data, &key);
  if (pat_is_ok(status)) return false;
  *ret_verdict = (vector_verdict){DOES_NOT_MATCH, 19, pat_rule_id((pat_rule)status.rule)};
  return true;
}

static bool same_claim(const Patina__LookupClaim *a, const Patina__LookupClaim *b) {
  return strcmp(a->scope, b->scope) == 0 && strcmp(a->value, b->value) == 0 &&
         same_hashes(a->vrf_proofs, a->n_vrf_proofs, b->vrf_proofs, b->n_vrf_proofs);
}

static void compare_claim(comparison *c) {
  if (strcmp(c->old->lookup->scheme, c->new->lookup->scheme) != 0) {
    DIFFERS(c, VECTOR_UNKNOWN(22, "verify.missing"));
    return;
  }
  if (same_claim(c->old->lookup, c->new->lookup)) return;
  pat_hash key = pat_subject_key(PAT_SUBJECT_SCHEME, pat_span_text(c->new->lookup->scheme));
  const lying_subject *subject = lying_log_subject(c->base->log, &key);
  vector_verdict verdict = VECTOR_MATCHES;
  for (size_t i = 0; i < subject->count; i++) {
    const lying_leaf *leaf = &c->base->log->leaves[subject->indexes[i]];
    if (version_fails(c, leaf->say->scheme_published->scheme, &verdict)) break;
  }
  if (c->old->lookup->n_vrf_proofs != c->new->lookup->n_vrf_proofs) c->differences++;
  differs(c, verdict);
}

static void compare_about(comparison *c) {
  if (c->old->about_case != c->new->about_case) {
    c->differences += 2;
  } else if (c->old->about_case == PATINA__PROOF_BUNDLE__ABOUT_LOOKUP) {
    compare_claim(c);
  } else if (!same_field(c->old->asset, c->new->asset)) {
    DIFFERS(c, VECTOR_UNKNOWN(22, "verify.missing"));
  }
}

/* --- all ------------------------------------------------------------------------------------- */

/* True where exactly one field differs, and what follows from it is known. */
static bool compare(comparison *c) {
  if (c->old->n_entries != c->new->n_entries || c->old->n_subjects != c->new->n_subjects)
    return false;
  compare_checkpoint(c);
  compare_commit(c);
  compare_about(c);
  compare_earlier(c);
  for (size_t i = 0; i < c->old->n_entries; i++)
    compare_entry(c, c->old->entries[i], c->new->entries[i]);
  for (size_t i = 0; i < c->old->n_subjects; i++)
    compare_subject(c, c->old->subjects[i], c->new->subjects[i]);
  return c->differences == 1;
}

static bool predict(vector_maker *maker, const vector_base *base, pat_span bytes, pat_span policy,
                    vector_verdict *ret_verdict) {
  if (is_newer(bytes)) {
    *ret_verdict = (vector_verdict)VECTOR_UNKNOWN(31, "bytes.newer-format");
    return true;
  }
  ProtobufCMessage *message = NULL;
  pat_status status =
      pat_protobuf_decode(&patina__proof_bundle__descriptor, bytes, maker->work, 0, &message, NULL);
  if (!pat_is_ok(status)) {
    *ret_verdict = (vector_verdict){DOES_NOT_MATCH, 31, pat_rule_id((pat_rule)status.rule)};
    return true;
  }
  const Patina__ProofBundle *new = (const Patina__ProofBundle *)message;
  if (!form_holds(new)) {
    *ret_verdict = (vector_verdict)VECTOR_WRONG(31, "verify.bundle");
    return true;
  }
  PAT_ASSERT(pat_is_ok(pat_protobuf_decode(&patina__proof_bundle__descriptor, base->bytes,
                                           maker->work, 0, &message, NULL)));
  comparison c = {base, (const Patina__ProofBundle *)message, new, policy, VECTOR_MATCHES, 0};
  bool known = compare(&c);
  *ret_verdict = c.verdict;
  return known;
}

/* Drawn from a seed: the same in every run. */
static uint64_t draw(uint64_t *state) {
  *state += 0x9e3779b97f4a7c15u;
  uint64_t mixed = *state;
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9u;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
  return mixed ^ (mixed >> 31);
}

static bool add_flip(vector_maker *maker, const vector_base *base, size_t place, pat_span policy) {
  size_t at = place / 8;
  unsigned bit = place % 8;
  pat_arena_reset_to(maker->work, 0);
  ProtobufCBinaryData copy = lying_field(base->bytes, maker->work);
  copy.data[at] ^= (uint8_t)(1u << bit);
  pat_span bytes = pat_span_make(copy.data, copy.len);
  vector_case made = {.about = "one bit is flipped", .base = base};
  if (!predict(maker, base, bytes, policy, &made.verdict)) return false;
  char id[32];
  int size = snprintf(id, sizeof id, "flip-%zu.%u", at, bit);
  PAT_ASSERT(size > 0 && (size_t)size < sizeof id);
  made.id = id;
  vector_add(maker, &made, bytes);
  return true;
}

/* Flips of one base, each place once. */
static void make_flips(vector_maker *maker, const vector_base *base, uint64_t *state) {
  size_t places[TRIES_MAX];
  size_t made = 0;
  for (size_t tries = 0; made < FLIPS_EACH; tries++) {
    PAT_ASSERT(tries < TRIES_MAX);
    places[tries] = (size_t)(draw(state) % (8 * base->bytes.size));
    bool drawn = false;
    for (size_t i = 0; i < tries; i++)
      drawn = drawn || places[i] == places[tries];
    if (!drawn && add_flip(maker, base, places[tries], vector_policy(maker, base))) made++;
  }
}

void make_flip_vectors(vector_maker *maker) {
  uint64_t state = 20260101;
  vector_file_begin(maker->run, "flips");
  for (size_t i = 0; i < maker->base_count; i++)
    make_flips(maker, &maker->bases[i], &state);
  vector_file_end(maker->run);
}
