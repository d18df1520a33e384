/* Lies about who may sign: a genesis that is not the log's, keys that are nobody's or not yet, and
 * statements that the rules refuse because their signers have no standing. */
#include "core/base/assert.h"
#include "tests/core/verify/make_bundle_vectors.h"

/* --- the genesis ----------------------------------------------------------------------------- */

/* A log of nothing but a genesis, for the bundle of an asset that nobody registered. */
static void begin_with(vector_liar *l, ledger_draft *draft) {
  l->log = lying_log_empty(l->world, l->log->memory);
  (void)lying_log_append(l->log, ledger_seal(draft, NULL));
  lying_log_close(l->log);
}
static ledger_draft draft_genesis(ledger_draft draft) {
  draft.message.body_case = PATINA__STATEMENT__BODY_GENESIS;
  draft.message.genesis = (Patina__Genesis *)(uintptr_t)draft.world->genesis;
  return draft;
}
static void genesis_again(vector_liar *l) {
  ledger_draft draft = draft_genesis(ledger_by_root(l->world));
  begin_with(l, &draft);
}
static void genesis_of_other(vector_liar *l) {
  ledger_draft draft = ledger_by_root(l->world);
  draft.message.body_case = PATINA__STATEMENT__BODY_GENESIS;
  Patina__Genesis *genesis = lying_take(l->log->memory, sizeof *genesis);
  Patina__GenesisParameters *parameters = lying_take(l->log->memory, sizeof *parameters);
  *genesis = *l->world->genesis;
  *parameters = *genesis->parameters;
  parameters->max_quiet_s++;
  genesis->parameters = parameters;
  draft.message.genesis = genesis;
  begin_with(l, &draft);
}
static void genesis_by_one(vector_liar *l) {
  ledger_draft draft = draft_genesis(ledger_by(l->world, ROOT_A));
  begin_with(l, &draft);
}
static void genesis_by_stranger(vector_liar *l) {
  ledger_draft draft = draft_genesis(ledger_by_two(l->world, ROOT_A, STRANGER));
  begin_with(l, &draft);
}
static void genesis_by_one_more(vector_liar *l) {
  ledger_draft draft = draft_genesis(ledger_by_two(l->world, ROOT_A, ROOT_B));
  ledger_cosign(&draft, STRANGER);
  begin_with(l, &draft);
}
static void genesis_by_all(vector_liar *l) {
  ledger_draft draft = draft_genesis(ledger_by_two(l->world, ROOT_A, ROOT_B));
  ledger_cosign(&draft, ROOT_C);
  begin_with(l, &draft);
}
/* The root speaks under another principal than its own. */
static void genesis_as_other(vector_liar *l) {
  ledger_draft draft = draft_genesis(ledger_by_root(l->world));
  Patina__SignedStatement *envelope = ledger_seal(&draft, NULL);
  pat_statement statement;
  PAT_ASSERT(pat_is_ok(
      pat_statement_decode(pat_span_make(envelope->statement.data, envelope->statement.len),
                           l->log->memory, &statement, NULL)));
  pat_hash principals[2] = {l->world->actors[REGISTRAR].principal,
                            l->world->actors[REGISTRAR].principal};
  for (size_t i = 0; i < 2; i++) {
    uint8_t *signature = lying_take(l->log->memory, PAT_SIGNATURE_BYTES);
    PAT_ASSERT(pat_is_ok(pat_submission_sign(l->world->origin.text, &statement, principals,
                                             draft.signers[i]->secret, signature)));
    envelope->signatures[i]->principal = lying_field(pat_hash_span(&principals[i]), l->log->memory);
    envelope->signatures[i]->signature = (ProtobufCBinaryData){PAT_SIGNATURE_BYTES, signature};
  }
  l->log = lying_log_empty(l->world, l->log->memory);
  (void)lying_log_append(l->log, envelope);
  lying_log_close(l->log);
}

/* --- what is signed about the asset ---------------------------------------------------------- */

static uint8_t asset_of(const vector_liar *l) { return l->request.asset[0]; }

static ledger_draft draft_inspection(vector_liar *l, ledger_draft draft) {
  ledger_said said[] = {{"result", SAID_OPEN, ledger_text(l->world, "good")}};
  (void)ledger_attest(&draft, asset_of(l), LEDGER_SAID(said));
  return draft;
}
static void inspect(vector_liar *l, ledger_actor_id who) {
  ledger_draft draft = draft_inspection(l, ledger_by(l->world, who));
  (void)vector_lie_logged(l, &draft);
}
static void change(vector_liar *l, ledger_actor_id who) {
  ledger_said said[] = {{"tags", SAID_OPEN, ledger_text(l->world, "changed")}};
  ledger_draft draft = ledger_by(l->world, who);
  (void)ledger_change(&draft, asset_of(l), LEDGER_SAID(said));
  (void)vector_lie_logged(l, &draft);
}

/* --- keys ------------------------------------------------------------------------------------ */

static void stranger_as_registrar(vector_liar *l) {
  l->world->actors[STRANGER].principal = l->world->actors[REGISTRAR].principal;
  inspect(l, STRANGER);
}
static void stranger_as_root(vector_liar *l) {
  l->world->actors[STRANGER].principal = l->world->actors[ROOT_A].principal;
  inspect(l, STRANGER);
}
static void stranger_as_nobody(vector_liar *l) { inspect(l, STRANGER); }
/* The principal is a statement that enrols nobody. */
static void stranger_as_statement(vector_liar *l) {
  uint64_t at = lying_log_find(l->log, PAT_KIND_STANDING_GRANTED, 0);
  l->world->actors[STRANGER].principal = l->log->leaves[at].sha256;
  inspect(l, STRANGER);
}
static void key_of_other_principal(vector_liar *l) {
  l->world->actors[KEEPER].principal = l->world->actors[INSPECTOR].principal;
  inspect(l, KEEPER);
}
/* Signed with a key that is enrolled only after. */
static void key_before_enrolment(vector_liar *l) {
  ledger_draft enrolment = ledger_by(l->world, STRANGER);
  (void)ledger_enrol(&enrolment, STRANGER);
  const Patina__SignedStatement *envelope = ledger_seal(&enrolment, NULL);
  inspect(l, STRANGER);
  (void)lying_log_add(l->log, envelope);
}
static void key_after_enrolment(vector_liar *l) {
  ledger_draft enrolment = ledger_by(l->world, STRANGER);
  (void)ledger_enrol(&enrolment, STRANGER);
  (void)lying_log_add(l->log, ledger_seal(&enrolment, NULL));
  inspect(l, STRANGER);
}
/* A key that is enrolled twice, under two principals. */
static void key_twice(vector_liar *l) {
  ledger_draft enrolment = ledger_by(l->world, INSPECTOR);
  (void)ledger_enrol(&enrolment, INSPECTOR);
  (void)lying_log_add(l->log, ledger_seal(&enrolment, NULL));
}
/* The same, and the index keeps silent of it. */
static void key_twice_hidden(vector_liar *l) {
  key_twice(l);
  pat_hash key =
      pat_subject_key(PAT_SUBJECT_KEY, PAT_SPAN_OF(l->world->actors[INSPECTOR].public_key));
  const lying_subject *subject = lying_log_subject(l->log, &key);
  lying_log_unlist(l->log, &key, subject->indexes[1]);
  inspect(l, INSPECTOR); /* as the new principal */
}
static void key_not_indexed(vector_liar *l) {
  pat_hash key =
      pat_subject_key(PAT_SUBJECT_KEY, PAT_SPAN_OF(l->world->actors[INSPECTOR].public_key));
  lying_log_unlist(l->log, &key, lying_log_subject(l->log, &key)->indexes[0]);
}
static void second_genesis(vector_liar *l) {
  ledger_draft draft = draft_genesis(ledger_by_root(l->world));
  (void)lying_log_add(l->log, ledger_seal(&draft, NULL));
}

/* A second genesis that the index tells of only as a principal, and what is signed in its name. */
static void as_second_genesis(vector_liar *l) {
  second_genesis(l);
  uint64_t at = l->log->count - 2;
  static const ledger_actor_id roots[] = {ROOT_A, ROOT_B, ROOT_C};
  for (size_t i = 0; i < 3; i++) {
    pat_hash key =
        pat_subject_key(PAT_SUBJECT_KEY, PAT_SPAN_OF(l->world->actors[roots[i]].public_key));
    lying_log_unlist(l->log, &key, at);
  }
  pat_hash policy = pat_subject_key(PAT_SUBJECT_POLICY, PAT_SPAN_LITERAL("test"));
  lying_log_unlist(l->log, &policy, at);
  l->world->actors[ROOT_A].principal = l->log->leaves[at].sha256;
  inspect(l, ROOT_A);
}
/* A log that begins with an enrolment. */
static void no_genesis(vector_liar *l) {
  ledger_world *world = l->world;
  l->log = lying_log_empty(world, l->log->memory);
  ledger_draft enrolment = ledger_by(world, STRANGER);
  (void)ledger_enrol(&enrolment, STRANGER);
  (void)lying_log_append(l->log, ledger_seal(&enrolment, NULL));
  ledger_said said[] = {{"make", SAID_OPEN, ledger_text(world, "Saab")}};
  ledger_draft registration = ledger_by(world, STRANGER);
  (void)ledger_register(&registration, asset_of(l), LEDGER_SAID(said));
  (void)lying_log_append(l->log, ledger_seal(&registration, NULL));
  lying_log_close(l->log);
}
/* Of a kind that the policy does not name. */
static void retracted(vector_liar *l) {
  uint64_t at = lying_log_find(l->log, PAT_KIND_ATTESTED, 0);
  ledger_draft draft = ledger_by(l->world, REGISTRAR);
  (void)ledger_retract(&draft, &l->log->leaves[at].sha256);
  (void)vector_lie_logged(l, &draft);
}

/* --- standing of principals ------------------------------------------------------------------ */

static void grant(vector_liar *l, ledger_draft draft, ledger_actor_id who, const char *role) {
  (void)ledger_grant(&draft, who, role, NULL);
  (void)vector_lie_logged(l, &draft);
}
static void granted_by_registrar(vector_liar *l) {
  grant(l, ledger_by(l->world, REGISTRAR), KEEPER, "inspector");
  inspect(l, KEEPER);
}
static void granted_to_himself(vector_liar *l) {
  grant(l, ledger_by(l->world, KEEPER), KEEPER, "inspector");
  inspect(l, KEEPER);
}
static void granted_by_one_root_key(vector_liar *l) {
  grant(l, ledger_by(l->world, ROOT_A), KEEPER, "inspector");
  inspect(l, KEEPER);
}
static void granted_with_one_root_key(vector_liar *l) {
  grant(l, ledger_by_two(l->world, ROOT_A, REGISTRAR), KEEPER, "inspector");
  inspect(l, KEEPER);
}
static void granted_by_root(vector_liar *l) {
  grant(l, ledger_by_root(l->world), KEEPER, "inspector");
  change(l, KEEPER);
}
static void granted_after(vector_liar *l) {
  change(l, KEEPER);
  grant(l, ledger_by_root(l->world), KEEPER, "inspector");
}
static void withdrawn_by_registrar(vector_liar *l) {
  ledger_draft draft = ledger_by(l->world, REGISTRAR);
  uint64_t at = lying_log_find(l->log, PAT_KIND_STANDING_GRANTED, 0);
  (void)ledger_withdraw(&draft, REGISTRAR, &l->log->leaves[at].sha256);
  (void)vector_lie_logged(l, &draft);
}
/* A device that is enrolled by somebody who may not, and tells of the asset. */
static void enrol_device(vector_liar *l, ledger_actor_id by) {
  ledger_draft draft = ledger_by_two(l->world, by, STRANGER);
  (void)ledger_enrol_device(&draft, STRANGER);
  (void)vector_lie_logged(l, &draft);
  ledger_said said[] = {{"text", SAID_OPEN, ledger_text(l->world, "seen")}};
  ledger_draft told = ledger_by(l->world, STRANGER);
  ledger_attest(&told, asset_of(l), LEDGER_SAID(said))->claim = (char *)"story";
  (void)vector_lie_logged(l, &told);
}
static void device_by_keeper(vector_liar *l) { enrol_device(l, KEEPER); }
static void device_by_installer(vector_liar *l) { enrol_device(l, INSTALLER); }
/* Standing for a class does not count for what is about none. */
static void device_by_class(vector_liar *l) {
  ledger_draft draft = ledger_by_root(l->world);
  (void)ledger_grant(&draft, KEEPER, "installer", "vehicle");
  (void)vector_lie_logged(l, &draft);
  enrol_device(l, KEEPER);
}

/* --- standing for the asset ------------------------------------------------------------------ */

static void changed_by_keeper(vector_liar *l) { change(l, KEEPER); }
static void changed_by_root(vector_liar *l) {
  ledger_said said[] = {{"tags", SAID_OPEN, ledger_text(l->world, "changed")}};
  ledger_draft draft = ledger_by_root(l->world);
  (void)ledger_change(&draft, asset_of(l), LEDGER_SAID(said));
  (void)vector_lie_logged(l, &draft);
}
static void changed_by_inspector(vector_liar *l) { change(l, INSPECTOR); }
static void changed_by_registrar(vector_liar *l) { change(l, REGISTRAR); }
static void changed_after_withdrawal(vector_liar *l) {
  uint64_t at = lying_log_find(l->log, PAT_KIND_STANDING_GRANTED, 0);
  pat_hash inspector = vector_principal_key(l, INSPECTOR);
  while (!lying_log_lists(l->log, &inspector, at))
    at = lying_log_find(l->log, PAT_KIND_STANDING_GRANTED, at + 1);
  ledger_draft draft = ledger_by_root(l->world);
  (void)ledger_withdraw(&draft, INSPECTOR, &l->log->leaves[at].sha256);
  (void)vector_lie_logged(l, &draft);
  change(l, INSPECTOR);
}
static void inspected_by_keeper(vector_liar *l) { inspect(l, KEEPER); }
static void bound_by_keeper(vector_liar *l) {
  ledger_draft draft = ledger_by(l->world, KEEPER);
  Patina__DeviceBound *body = ledger_bind(&draft, asset_of(l), 9);
  body->device = ledger_hash_field(l->world, &l->world->actors[DEVICE_2].principal);
  (void)vector_lie_logged(l, &draft);
}

#define GENESIS   VECTOR_WRONG(9, "verify.genesis")
#define NOT_HIS   VECTOR_WRONG(15, "verify.enrolment")
#define KEY_TWICE VECTOR_WRONG(15, "verify.chain")
#define MAY_NOT   VECTOR_WRONG(17, "verify.standing")

static const vector_lie lies[] = {
    {"size-2", "liar-genesis-again", genesis_again, VECTOR_MATCHES,
     "another statement of the same genesis, signed by enough root keys", false},
    {"size-2", "liar-genesis-of-other", genesis_of_other, GENESIS,
     "the genesis is not the one that the log's name pins", false},
    {"size-2", "liar-genesis-by-one", genesis_by_one, GENESIS, "one root key signs of two", false},
    {"size-2", "liar-genesis-by-stranger", genesis_by_stranger, GENESIS,
     "a root key and a stranger sign", false},
    {"size-2", "liar-genesis-by-one-more", genesis_by_one_more, GENESIS,
     "a stranger signs beside two root keys", false},
    {"size-2", "liar-genesis-by-all", genesis_by_all, VECTOR_MATCHES, "all three root keys sign",
     false},
    {"size-2", "liar-genesis-as-other", genesis_as_other, GENESIS,
     "the root keys sign as another principal", false},
    {"history", "liar-stranger-as-registrar", stranger_as_registrar, NOT_HIS,
     "a key that nobody enrolled signs as the registrar", false},
    {"history", "liar-stranger-as-root", stranger_as_root, NOT_HIS,
     "a key that nobody enrolled signs as the root", false},
    {"history", "liar-stranger-as-nobody", stranger_as_nobody, NOT_HIS,
     "a principal that is proven absent signs", false},
    {"history", "liar-stranger-as-statement", stranger_as_statement, NOT_HIS,
     "a grant's hash signs as a principal", false},
    {"history", "liar-key-of-other", key_of_other_principal, NOT_HIS,
     "one principal's key signs as another's", false},
    {"history", "liar-key-before", key_before_enrolment, NOT_HIS,
     "a key signs before it is enrolled", false},
    {"history", "liar-key-after", key_after_enrolment, VECTOR_MATCHES,
     "a key signs after it is enrolled", false},
    {"history", "liar-key-twice", key_twice, KEY_TWICE, "a key is enrolled twice", false},
    {"history", "liar-key-twice-hidden", key_twice_hidden, VECTOR_WRONG(15, NULL),
     "a key is enrolled twice, and the index tells of the first time only", false},
    {"history", "liar-key-not-indexed", key_not_indexed, KEY_TWICE,
     "a key's enrolment is not in the index", false},
    {"history", "liar-second-genesis", second_genesis, KEY_TWICE, "a second genesis", false},
    {"history", "liar-as-second-genesis", as_second_genesis, NOT_HIS,
     "the root signs as a second genesis", false},
    {"size-2", "liar-no-genesis", no_genesis, GENESIS, "a log that begins with something else",
     false},
    {"one-root", "liar-retracted", retracted, MAY_NOT, "a kind that the policy does not name",
     false},
    {"history", "liar-granted-by-registrar", granted_by_registrar, MAY_NOT,
     "a registrar gives standing", false},
    {"history", "liar-granted-to-himself", granted_to_himself, MAY_NOT,
     "somebody gives himself standing", false},
    {"history", "liar-granted-by-one", granted_by_one_root_key, MAY_NOT,
     "one root key gives standing, where two must sign", false},
    {"history", "liar-granted-with-one", granted_with_one_root_key, MAY_NOT,
     "one root key and a registrar give standing", false},
    {"history", "liar-granted-by-root", granted_by_root, VECTOR_MATCHES,
     "standing is given by the root, then used", false},
    {"history", "liar-granted-after", granted_after, MAY_NOT, "standing is used, then given",
     false},
    {"history", "liar-withdrawn-by-registrar", withdrawn_by_registrar, MAY_NOT,
     "a registrar withdraws standing", false},
    {"history", "liar-device-by-keeper", device_by_keeper, MAY_NOT,
     "a device is enrolled by somebody without standing", false},
    {"history", "liar-device-by-installer", device_by_installer, VECTOR_MATCHES,
     "a device is enrolled by somebody with standing", false},
    {"history", "liar-device-by-class", device_by_class, MAY_NOT,
     "a device is enrolled with standing for one class alone", false},
    {"history", "liar-changed-by-keeper", changed_by_keeper, MAY_NOT,
     "the asset is changed by somebody without standing", false},
    {"history", "liar-changed-by-root", changed_by_root, MAY_NOT,
     "the asset is changed by the root, which has no such role", false},
    {"history", "liar-changed-by-inspector", changed_by_inspector, VECTOR_MATCHES,
     "the asset is changed by an inspector", false},
    {"history", "liar-changed-by-registrar", changed_by_registrar, VECTOR_MATCHES,
     "the asset is changed by a registrar of its class", false},
    {"painting", "liar-changed-by-registrar", changed_by_registrar, MAY_NOT,
     "the asset is changed by a registrar of another class", false},
    {"history", "liar-changed-after", changed_after_withdrawal, MAY_NOT,
     "the asset is changed after standing was withdrawn", false},
    {"history", "liar-inspected-by-keeper", inspected_by_keeper, VECTOR_MATCHES,
     "self-declared, as the policy allows", false},
    {"history", "liar-bound-by-keeper", bound_by_keeper, MAY_NOT,
     "a device is bound by somebody without standing", false},
};

void make_lying_people_vectors(vector_maker *maker) {
  vector_file_begin(maker->run, "lying-people");
  VECTOR_LIES(maker, lies);
  vector_file_end(maker->run);
}
