/* V22, V9, V32: subjects that are missing from a bundle, and what does not belong in it. */
#include <string.h>

#include "core/base/assert.h"
#include "tests/core/verify/make_bundle_vectors.h"

/* --- what is missing ------------------------------------------------------------------------- */

static void drop_subject(vector_mutant *m, size_t at) {
  vector_drop((void **)m->bundle->subjects, &m->bundle->n_subjects, at);
}
static void drop_named(vector_mutant *m, pat_subject_kind kind, const char *name) {
  drop_subject(m, vector_subject_named(m, kind, name));
}
static const ledger_actor *actor(vector_mutant *m, ledger_actor_id who) {
  return &m->base->log->world->actors[who];
}
static void drop_principal(vector_mutant *m, ledger_actor_id who) {
  drop_subject(
      m, vector_subject_of(m, PAT_SUBJECT_PRINCIPAL, pat_hash_span(&actor(m, who)->principal)));
}
static void drop_key(vector_mutant *m, ledger_actor_id who) {
  drop_subject(m, vector_subject_of(m, PAT_SUBJECT_KEY, PAT_SPAN_OF(actor(m, who)->public_key)));
}
static void drop_stream(vector_mutant *m, uint8_t number) {
  uint8_t id[PAT_STREAM_ID_BYTES];
  memset(id, number, sizeof id);
  drop_subject(m, vector_subject_of(m, PAT_SUBJECT_STREAM, PAT_SPAN_OF(id)));
}

static void no_policy(vector_mutant *m) { drop_named(m, PAT_SUBJECT_POLICY, "test"); }
static void no_root(vector_mutant *m) { drop_principal(m, ROOT_A); }
static void no_root_key(vector_mutant *m) { drop_key(m, ROOT_C); }
static void no_registrar(vector_mutant *m) { drop_principal(m, REGISTRAR); }
static void no_registrar_key(vector_mutant *m) { drop_key(m, REGISTRAR); }
static void no_installer(vector_mutant *m) { drop_principal(m, INSTALLER); }
static void no_device(vector_mutant *m) { drop_principal(m, DEVICE); }
static void no_asset(vector_mutant *m) { drop_subject(m, vector_asset(m)); }
static void no_class(vector_mutant *m) { drop_named(m, PAT_SUBJECT_CLASS, "vehicle"); }
static void no_vin(vector_mutant *m) { drop_named(m, PAT_SUBJECT_SCHEME, "vin"); }
static void no_chassis(vector_mutant *m) { drop_named(m, PAT_SUBJECT_SCHEME, "chassis"); }
static void no_stream(vector_mutant *m) { drop_stream(m, 1); }
static void no_second_stream(vector_mutant *m) { drop_stream(m, 2); }
static void no_subjects(vector_mutant *m) { m->bundle->n_subjects = 0; }

static bool lists(const Patina__SubjectProof *subject, uint64_t index) {
  for (size_t i = 0; i < subject->n_entries; i++) {
    if (subject->entries[i]->index == index) return true;
  }
  return false;
}
/* Neither entry 0 nor any subject that lists it. */
static void no_genesis(vector_mutant *m) {
  vector_drop((void **)m->bundle->entries, &m->bundle->n_entries, 0);
  for (size_t i = m->bundle->n_subjects; i > 0; i--) {
    if (lists(m->bundle->subjects[i - 1], 0)) drop_subject(m, i - 1);
  }
}
/* Nothing but checkpoint and commit. */
static void nothing(vector_mutant *m) {
  m->bundle->n_entries = 0;
  m->bundle->n_subjects = 0;
}

/* --- what does not belong here --------------------------------------------------------------- */

static void add_subject(vector_mutant *m, Patina__SubjectProof *subject) {
  size_t at = 0;
  while (at < m->bundle->n_subjects &&
         memcmp(m->bundle->subjects[at]->key.data, subject->key.data, PAT_HASH_BYTES) < 0)
    at++;
  m->bundle->subjects = vector_insert(m, m->bundle->subjects, &m->bundle->n_subjects, at, subject);
}
static void add_entry(vector_mutant *m, uint64_t index) {
  size_t at = 0;
  while (at < m->bundle->n_entries && m->bundle->entries[at]->entry->index < index)
    at++;
  Patina__ProvenEntry *entry = lying_bundle_entry(m->base->log, index, m->memory);
  m->bundle->entries = vector_insert(m, m->bundle->entries, &m->bundle->n_entries, at, entry);
}

/* The class that the asset does not have. */
static uint64_t painting(vector_mutant *m) {
  pat_hash key = pat_subject_key(PAT_SUBJECT_CLASS, PAT_SPAN_LITERAL("painting"));
  return lying_log_subject(m->base->log, &key)->indexes[0];
}
static void more_absent(vector_mutant *m) {
  pat_hash key = pat_hash_of(PAT_SPAN_LITERAL("a subject of nothing"));
  add_subject(m, lying_bundle_subject(m->base->log, &key, m->memory));
}
static void more_entry(vector_mutant *m) { add_entry(m, painting(m)); }
static void more_subject(vector_mutant *m) {
  pat_hash key = pat_subject_key(PAT_SUBJECT_CLASS, PAT_SPAN_LITERAL("painting"));
  add_entry(m, painting(m));
  add_subject(m, lying_bundle_subject(m->base->log, &key, m->memory));
}
static void more_scheme(vector_mutant *m) {
  pat_hash key = pat_subject_key(PAT_SUBJECT_SCHEME, PAT_SPAN_LITERAL("engine"));
  const lying_subject *subject = lying_log_subject(m->base->log, &key);
  for (size_t i = 0; i < subject->count; i++)
    add_entry(m, subject->indexes[i]);
  add_subject(m, lying_bundle_subject(m->base->log, &key, m->memory));
}
/* All that a principal of the bundle signed is in the log's index too. */
static void add_issued(vector_mutant *m, ledger_actor_id who) {
  pat_hash key = pat_subject_key(PAT_SUBJECT_ISSUED, pat_hash_span(&actor(m, who)->principal));
  add_subject(m, lying_bundle_subject(m->base->log, &key, m->memory));
}
static void more_issued(vector_mutant *m) { add_issued(m, REGISTRAR); }
static void more_issued_elsewhere(vector_mutant *m) { add_issued(m, KEEPER); }
static void more_policy(vector_mutant *m) {
  pat_hash key = pat_subject_key(PAT_SUBJECT_POLICY, PAT_SPAN_LITERAL("other"));
  add_subject(m, lying_bundle_subject(m->base->log, &key, m->memory));
}
/* A key that nobody enrolled. */
static void more_key(vector_mutant *m) {
  pat_hash key = pat_subject_key(PAT_SUBJECT_KEY, PAT_SPAN_OF(actor(m, STRANGER)->public_key));
  add_subject(m, lying_bundle_subject(m->base->log, &key, m->memory));
}

/* --- about something else -------------------------------------------------------------------- */

static void about_other_asset(vector_mutant *m) {
  m->bundle->asset = vector_resized(m, m->bundle->asset, 0);
  memset(m->bundle->asset.data, 5, m->bundle->asset.len);
}
static void about_unknown_asset(vector_mutant *m) {
  m->bundle->asset = vector_resized(m, m->bundle->asset, 0);
  memset(m->bundle->asset.data, 0x77, m->bundle->asset.len);
}
/* The same subjects, but a look-up of the identifier that the asset holds. */
static void about_lookup(vector_mutant *m) {
  const vector_base *other = vector_base_named(m->maker, "lookup-present");
  const Patina__ProofBundle *made = lying_bundle_make(m->base->log, &other->request, m->memory);
  m->bundle->about_case = PATINA__PROOF_BUNDLE__ABOUT_LOOKUP;
  m->bundle->lookup = made->lookup;
}
/* A look-up's subjects under the name of the asset that holds it. */
static void about_asset(vector_mutant *m) {
  const vector_base *other = vector_base_named(m->maker, "identified");
  m->bundle->about_case = PATINA__PROOF_BUNDLE__ABOUT_ASSET;
  m->bundle->asset =
      lying_field(pat_span_make(other->request.asset, PAT_ASSET_ID_BYTES), m->memory);
}
/* An asset that is there is called absent, with the true absence of another. */
static void about_absent(vector_mutant *m) {
  m->bundle->asset = vector_resized(m, m->bundle->asset, 0);
  memset(m->bundle->asset.data, 1, m->bundle->asset.len);
}

#define GONE  VECTOR_UNKNOWN(22, "verify.missing")
#define EXTRA VECTOR_WRONG(32, "verify.bundle")

static const vector_change changes[] = {
    {"history", "no-policy", no_policy, GONE, "the policy's subject is not there"},
    {"history", "no-root", no_root, GONE, "the root's history is not there"},
    {"history", "no-root-key", no_root_key, GONE, "the history of a root key is not there"},
    {"history", "no-registrar", no_registrar, GONE, "a signer's history is not there"},
    {"history", "no-registrar-key", no_registrar_key, GONE,
     "the history of a signer's key is not there"},
    {"history", "no-asset", no_asset, GONE, "the asset's history is not there"},
    {"absent", "no-asset", no_asset, GONE, "the proof of absence is not there"},
    {"history", "no-class", no_class, GONE, "the class is not there"},
    {"identified", "no-scheme", no_vin, GONE, "a scheme is not there"},
    {"identified", "no-second-scheme", no_chassis, GONE, "another scheme is not there"},
    {"lookup-present", "no-scheme", no_vin, GONE, "the scheme is not there"},
    {"devices", "no-stream", no_stream, GONE, "a stream is not there"},
    {"devices", "no-second-stream", no_second_stream, GONE,
     "a stream without batches is not there"},
    {"devices", "no-device", no_device, GONE, "a device's history is not there"},
    {"devices", "no-installer", no_installer, GONE, "the history of who enrolled it is not there"},
    {"history", "no-subjects", no_subjects, VECTOR_UNKNOWN(22, "verify.missing"), "no subjects"},
    {"history", "no-genesis", no_genesis, VECTOR_UNKNOWN(9, "verify.missing"),
     "neither the genesis nor what lists it"},
    {"history", "nothing", nothing, VECTOR_UNKNOWN(9, "verify.missing"),
     "neither entries nor subjects"},
    {"history", "more-absent", more_absent, EXTRA, "the absence of something else"},
    {"history", "more-entry", more_entry, EXTRA, "an entry that nothing lists"},
    {"history", "more-subject", more_subject, EXTRA, "another class"},
    {"identified", "more-scheme", more_scheme, EXTRA, "a scheme that the asset does not use"},
    {"minimal", "more-issued", more_issued, EXTRA, "all that the signer ever signed"},
    {"self-declared", "more-issued", more_issued_elsewhere, GONE,
     "all that the signer ever signed, some of it elsewhere"},
    {"history", "more-policy", more_policy, EXTRA, "the absence of another policy"},
    {"history", "more-key", more_key, EXTRA, "the absence of a key"},
    {"lookup-absent", "more-absent", more_absent, EXTRA, "the absence of something else"},
    {"lookup-present", "more-entry", more_entry, EXTRA, "an entry that nothing lists"},
    {"identified", "about-other-asset", about_other_asset, GONE, "of another asset that is there"},
    {"identified", "about-unknown-asset", about_unknown_asset, GONE,
     "of an asset that is not there"},
    {"identified", "about-lookup", about_lookup, EXTRA,
     "a look-up with all that its asset would bring"},
    {"lookup-present", "about-asset", about_asset, GONE,
     "an asset with what its look-up would bring"},
    {"absent", "about-present", about_absent, GONE, "of an asset that is there"},
};

void make_closure_vectors(vector_maker *maker) {
  vector_file_begin(maker->run, "closure");
  VECTOR_CHANGES(maker, changes);
  vector_file_end(maker->run);
}
