/* Key histories: what principals may do with their keys, and what an operator logs although they
 * may not. The inspector's keys change; the registrar, the keeper and the root meddle. */
#include "tests/core/verify/make_bundle_vectors.h"

static void inspect(vector_liar *l, ledger_actor_id by) {
  ledger_said said[] = {{"result", SAID_OPEN, ledger_text(l->world, "good")}};
  ledger_draft draft = ledger_by(l->world, by);
  (void)ledger_attest(&draft, l->request.asset[0], LEDGER_SAID(said));
  (void)vector_lie_logged(l, &draft);
}

/* in    who  whose principal goes over to the next key; whoever is in the draft signs beside it */
static uint64_t rotate_by(vector_liar *l, ledger_draft draft, ledger_actor_id who,
                          ledger_actor_id next) {
  (void)ledger_rotate(&draft, who, next);
  return vector_lie_logged(l, &draft);
}
static uint64_t rotate(vector_liar *l, ledger_actor_id who, ledger_actor_id next) {
  return rotate_by(l, ledger_by(l->world, who), who, next);
}

static uint64_t revoke_by(vector_liar *l, ledger_draft draft, ledger_actor_id who, uint64_t since) {
  (void)ledger_revoke(&draft, who, since);
  return vector_lie_logged(l, &draft);
}
static uint64_t revoke(vector_liar *l, ledger_actor_id who, uint64_t since) {
  return revoke_by(l, ledger_by_root(l->world), who, since);
}

/* Where the inspector's first key was enrolled. */
static uint64_t enrolled(const vector_liar *l) {
  pat_hash key = vector_principal_key(l, INSPECTOR);
  return lying_log_subject(l->log, &key)->indexes[0];
}

/* --- whole histories ------------------------------------------------------------------------- */

static void rotated(vector_liar *l) {
  (void)rotate(l, INSPECTOR, NEXT_KEY);
  inspect(l, NEXT_KEY);
}
static void rotated_twice(vector_liar *l) {
  rotated(l);
  (void)rotate(l, NEXT_KEY, NEXT_KEY_2);
  inspect(l, NEXT_KEY_2);
}
static void revoked_after_signing(vector_liar *l) {
  inspect(l, INSPECTOR);
  (void)revoke_by(l, ledger_by(l->world, INSPECTOR), INSPECTOR, 0);
}
static void revoked_by_root(vector_liar *l) {
  inspect(l, INSPECTOR);
  (void)revoke(l, INSPECTOR, 0);
}
static void compromised_from_the_first(vector_liar *l) { (void)revoke(l, INSPECTOR, enrolled(l)); }
static void compromised_since(vector_liar *l) {
  inspect(l, INSPECTOR);
  uint64_t since = l->log->count - 2; /* the last leaf is a commit */
  inspect(l, INSPECTOR);
  (void)revoke(l, INSPECTOR, since);
}
static void compromised_further_back(vector_liar *l) {
  compromised_since(l);
  (void)revoke(l, INSPECTOR, enrolled(l));
}
static void compromised_after_rotation(vector_liar *l) {
  inspect(l, INSPECTOR);
  uint64_t since = l->log->count - 2;
  rotated(l);
  (void)revoke(l, INSPECTOR, since);
}
static void recovered(vector_liar *l) {
  (void)revoke(l, INSPECTOR, 0);
  (void)rotate_by(l, ledger_by_root(l->world), INSPECTOR, NEXT_KEY);
  inspect(l, NEXT_KEY);
}

/* --- keys that had ended, or not begun ------------------------------------------------------- */

static void old_key_after_rotation(vector_liar *l) {
  (void)rotate(l, INSPECTOR, NEXT_KEY);
  inspect(l, INSPECTOR);
}
static void new_key_before_rotation(vector_liar *l) {
  l->world->actors[NEXT_KEY].principal = l->world->actors[INSPECTOR].principal;
  inspect(l, NEXT_KEY);
  (void)rotate(l, INSPECTOR, NEXT_KEY);
}
static void revoked_key_signs(vector_liar *l) {
  (void)revoke(l, INSPECTOR, 0);
  inspect(l, INSPECTOR);
}
static void revoked_key_rotates(vector_liar *l) {
  (void)revoke(l, INSPECTOR, 0);
  (void)rotate(l, INSPECTOR, NEXT_KEY);
}
static void old_key_rotates_again(vector_liar *l) {
  (void)rotate(l, INSPECTOR, NEXT_KEY);
  (void)rotate(l, INSPECTOR, NEXT_KEY_2);
}

/* --- who may --------------------------------------------------------------------------------- */

static void rotated_by_registrar(vector_liar *l) {
  (void)rotate_by(l, ledger_by(l->world, REGISTRAR), INSPECTOR, NEXT_KEY);
}
static void rotated_by_root(vector_liar *l) {
  (void)rotate_by(l, ledger_by_root(l->world), INSPECTOR, NEXT_KEY);
}
static void rotated_with_registrar(vector_liar *l) {
  (void)rotate_by(l, ledger_by_two(l->world, INSPECTOR, REGISTRAR), INSPECTOR, NEXT_KEY);
}
static void rotated_by_new_key_alone(vector_liar *l) {
  ledger_draft draft = ledger_by(l->world, NEXT_KEY);
  ledger_draft both = ledger_by(l->world, INSPECTOR);
  draft.message.key_rotated = ledger_rotate(&both, INSPECTOR, NEXT_KEY);
  draft.message.body_case = PATINA__STATEMENT__BODY_KEY_ROTATED;
  (void)vector_lie_logged(l, &draft);
}
static void new_key_signs_as_other(vector_liar *l) {
  ledger_draft draft = ledger_by(l->world, INSPECTOR);
  (void)ledger_rotate(&draft, INSPECTOR, NEXT_KEY);
  l->world->actors[NEXT_KEY].principal = l->world->actors[REGISTRAR].principal;
  (void)vector_lie_logged(l, &draft);
}
static void recovered_by_one_root_key(vector_liar *l) {
  (void)revoke(l, INSPECTOR, 0);
  (void)rotate_by(l, ledger_by(l->world, ROOT_A), INSPECTOR, NEXT_KEY);
}
static void recovered_with_registrar(vector_liar *l) {
  (void)revoke(l, INSPECTOR, 0);
  ledger_draft draft = ledger_by_root(l->world);
  ledger_cosign(&draft, REGISTRAR);
  (void)rotate_by(l, draft, INSPECTOR, NEXT_KEY);
}
static void revoked_by_registrar(vector_liar *l) {
  (void)revoke_by(l, ledger_by(l->world, REGISTRAR), INSPECTOR, 0);
}
static void revoked_by_one_root_key(vector_liar *l) {
  (void)revoke_by(l, ledger_by(l->world, ROOT_A), INSPECTOR, 0);
}
static void revoked_with_root(vector_liar *l) {
  ledger_draft draft = ledger_by_root(l->world);
  ledger_cosign(&draft, INSPECTOR);
  (void)revoke_by(l, draft, INSPECTOR, 0);
}
static void dated_back_by_itself(vector_liar *l) {
  (void)revoke_by(l, ledger_by(l->world, INSPECTOR), INSPECTOR, enrolled(l));
}
static void rotated_key_without_standing(vector_liar *l) {
  (void)rotate(l, KEEPER, NEXT_KEY);
  ledger_said said[] = {{"tags", SAID_OPEN, ledger_text(l->world, "changed")}};
  ledger_draft draft = ledger_by(l->world, NEXT_KEY);
  (void)ledger_change(&draft, l->request.asset[0], LEDGER_SAID(said));
  (void)vector_lie_logged(l, &draft);
}

/* --- changes that no log may record ---------------------------------------------------------- */

static void root_rotates(vector_liar *l) {
  (void)rotate_by(l, ledger_by_root(l->world), ROOT_A, NEXT_KEY);
}
static void root_key_revoked(vector_liar *l) { (void)revoke(l, ROOT_C, 0); }
static void rotated_to_key_of_other(vector_liar *l) {
  (void)rotate(l, INSPECTOR, STRANGER);
  ledger_draft draft = ledger_by(l->world, STRANGER);
  (void)ledger_enrol(&draft, STRANGER);
  (void)vector_lie_logged(l, &draft);
}
static void rotated_back(vector_liar *l) {
  (void)rotate(l, INSPECTOR, NEXT_KEY);
  (void)rotate(l, NEXT_KEY, INSPECTOR);
}
static void another_key_revoked(vector_liar *l) {
  ledger_draft draft = ledger_by_root(l->world);
  Patina__KeyRevoked *body = ledger_revoke(&draft, INSPECTOR, 0);
  body->key = ledger_hash_field(l->world, &l->world->actors[REGISTRAR].key_hash);
  (void)vector_lie_logged(l, &draft);
}
static void revoked_twice(vector_liar *l) {
  (void)revoke(l, INSPECTOR, 0);
  (void)revoke(l, INSPECTOR, 0);
}
static void since_itself(vector_liar *l) { (void)revoke(l, INSPECTOR, l->log->count - 1); }
static void since_before_the_key(vector_liar *l) { (void)revoke(l, INSPECTOR, enrolled(l) - 1); }
static void since_the_end(vector_liar *l) {
  uint64_t end = rotate(l, INSPECTOR, NEXT_KEY);
  (void)revoke(l, INSPECTOR, end);
}
static void since_not_further_back(vector_liar *l) {
  (void)revoke(l, INSPECTOR, enrolled(l) + 1);
  (void)revoke(l, INSPECTOR, enrolled(l) + 1);
}

/* --- a revocation that the operator would rather not show ------------------------------------- */

/* The index leaves it out; what comes after it in the history tells. */
static void revocation_not_indexed(vector_liar *l) {
  uint64_t index = revoke(l, INSPECTOR, 0);
  ledger_draft granted = ledger_by_root(l->world);
  (void)ledger_grant(&granted, INSPECTOR, "inspector", "painting");
  (void)vector_lie_logged(l, &granted);
  pat_hash key = vector_principal_key(l, INSPECTOR);
  lying_log_unlist(l->log, &key, index);
  inspect(l, INSPECTOR);
}

#define NOT_HIS    VECTOR_WRONG(15, "verify.enrolment")
#define KEY_TWICE  VECTOR_WRONG(15, "verify.chain")
#define KEY_ENDED  VECTOR_WRONG(15, "verify.key")
#define KEY_CHANGE VECTOR_WRONG(15, "verify.key-change")
#define MAY_NOT    VECTOR_WRONG(17, "verify.standing")

static const vector_lie lies[] = {
    {"history", "keys-rotated", rotated, VECTOR_MATCHES, "a key is rotated, and the new one signs",
     false},
    {"history", "keys-rotated-twice", rotated_twice, VECTOR_MATCHES, "a key is rotated twice",
     false},
    {"history", "keys-revoked-after", revoked_after_signing, VECTOR_MATCHES,
     "a key signs, then ends itself", false},
    {"history", "keys-revoked-by-root", revoked_by_root, VECTOR_MATCHES,
     "a key signs, then the root ends it", false},
    {"history", "keys-compromised-all", compromised_from_the_first, VECTOR_MATCHES,
     "a key is compromised since its enrolment", false},
    {"history", "keys-compromised-since", compromised_since, VECTOR_MATCHES,
     "a key is compromised since one of the entries that it signed", false},
    {"history", "keys-compromised-again", compromised_further_back, VECTOR_MATCHES,
     "a compromise is dated further back", false},
    {"history", "keys-compromised-old", compromised_after_rotation, VECTOR_MATCHES,
     "a key that was rotated is compromised since an entry that it signed", false},
    {"history", "keys-recovered", recovered, VECTOR_MATCHES,
     "a principal whose key is revoked gets another one by the root", false},
    {"history", "keys-old-signs", old_key_after_rotation, KEY_ENDED,
     "the old key signs after the rotation", false},
    {"history", "keys-new-before", new_key_before_rotation, NOT_HIS,
     "the new key signs before the rotation", false},
    {"history", "keys-revoked-signs", revoked_key_signs, KEY_ENDED, "a revoked key signs", false},
    {"history", "keys-revoked-rotates", revoked_key_rotates, KEY_ENDED,
     "a revoked key signs a rotation", false},
    {"history", "keys-old-rotates", old_key_rotates_again, KEY_ENDED,
     "a rotated key signs a second rotation", false},
    {"history", "keys-rotated-by-registrar", rotated_by_registrar, MAY_NOT,
     "somebody else and the new key sign a rotation", false},
    {"history", "keys-rotated-by-root", rotated_by_root, MAY_NOT,
     "the root and the new key sign a rotation, while the principal has a key", false},
    {"history", "keys-rotated-with-other", rotated_with_registrar, MAY_NOT,
     "somebody else signs a rotation beside both keys", false},
    {"history", "keys-rotated-alone", rotated_by_new_key_alone, MAY_NOT,
     "the new key alone signs a rotation", false},
    {"history", "keys-new-as-other", new_key_signs_as_other, NOT_HIS,
     "the new key signs a rotation as another principal", false},
    {"history", "keys-recovered-by-one", recovered_by_one_root_key, MAY_NOT,
     "one root key gives a new key, where two must sign", false},
    {"history", "keys-recovered-with-other", recovered_with_registrar, MAY_NOT,
     "somebody else signs beside the root for a new key", false},
    {"history", "keys-revoked-by-registrar", revoked_by_registrar, MAY_NOT,
     "somebody else revokes a key", false},
    {"history", "keys-revoked-by-one", revoked_by_one_root_key, MAY_NOT,
     "one root key revokes a key, where two must sign", false},
    {"history", "keys-revoked-with-root", revoked_with_root, MAY_NOT,
     "a key ends itself beside the root", false},
    {"history", "keys-dated-back", dated_back_by_itself, MAY_NOT,
     "a key says itself that it was compromised before", false},
    {"history", "keys-no-standing", rotated_key_without_standing, MAY_NOT,
     "the new key of a principal without standing changes the asset", false},
    {"history", "keys-root-rotates", root_rotates, KEY_CHANGE, "the root rotates a key", false},
    {"history", "keys-root-revoked", root_key_revoked, KEY_CHANGE, "a root key is revoked", false},
    {"history", "keys-to-enrolled", rotated_to_key_of_other, KEY_TWICE,
     "a key is rotated to one that is enrolled by itself too", false},
    {"history", "keys-rotated-back", rotated_back, KEY_TWICE, "a key is rotated to an old one",
     false},
    {"history", "keys-of-other", another_key_revoked, KEY_CHANGE,
     "another principal's key is revoked as this one's", false},
    {"history", "keys-revoked-twice", revoked_twice, KEY_CHANGE, "a key is revoked twice", false},
    {"history", "keys-since-itself", since_itself, KEY_CHANGE,
     "compromised since the revocation itself", false},
    {"history", "keys-since-before", since_before_the_key, KEY_CHANGE,
     "compromised since before the key was enrolled", false},
    {"history", "keys-since-end", since_the_end, KEY_CHANGE,
     "compromised since the rotation that ended the key", false},
    {"history", "keys-since-again", since_not_further_back, KEY_CHANGE,
     "a compromise is dated again, no further back", false},
    {"history", "keys-not-indexed", revocation_not_indexed, VECTOR_WRONG(18, "verify.chain"),
     "a revocation is not in the index, what comes after it is", false},
};

/* The bundle leaves a revocation out of the principal's history, or the statement itself. */
static void make_dropped(vector_maker *maker, bool from_history) {
  const vector_base *base = vector_base_named(maker, "history");
  pat_arena_reset_to(maker->work, 0);
  vector_liar liar = {.maker = maker, .world = base->log->world, .request = base->request};
  liar.log = lying_log_copy(base->log, maker->work);
  uint64_t index = revoke(&liar, INSPECTOR, 0);
  pat_hash key = vector_principal_key(&liar, INSPECTOR);
  Patina__ProofBundle *bundle = lying_bundle_make(liar.log, &liar.request, maker->work);
  vector_drop((void **)bundle->entries, &bundle->n_entries, lying_bundle_entry_at(bundle, index));
  vector_case made = {.id = "keys-dropped-entry",
                      .about = "the bundle has not the revocation that the history lists",
                      .base = base,
                      .verdict = VECTOR_UNKNOWN(22, "verify.missing")};
  if (from_history) {
    Patina__SubjectProof *subject = bundle->subjects[lying_bundle_subject_at(bundle, &key)];
    vector_drop((void **)subject->entries, &subject->n_entries, subject->n_entries - 1);
    subject->count--;
    made.id = "keys-dropped";
    made.about = "the bundle leaves the revocation out of the principal's history";
    made.verdict = (vector_verdict)VECTOR_WRONG(22, "index.proof-root");
  }
  vector_bundle(maker, &made, bundle);
}

void make_lying_keys_vectors(vector_maker *maker) {
  vector_file_begin(maker->run, "lying-keys");
  VECTOR_LIES(maker, lies);
  make_dropped(maker, false);
  make_dropped(maker, true);
  vector_file_end(maker->run);
}
