/* Lies about an asset: classes, schemes, identifiers and streams as the rules would refuse them. */
#include <string.h>

#include "core/base/assert.h"
#include "tests/core/verify/make_bundle_vectors.h"
#include "tests/support/ledger_catalog.h"

#define VIN_1     "1M8GDM9AXKP042788"
#define VIN_OTHER "WVWZZZ1JZ3W386752"

enum { NEW_ASSET = 0x41, NEW_STREAM = 0x42 };

static uint8_t asset_of(const vector_liar *l) { return l->request.asset[0]; }

/* Asks for an asset of this number from now on. */
static void ask_for(vector_liar *l, uint8_t number) {
  uint8_t *id = lying_take(l->log->memory, PAT_ASSET_ID_BYTES);
  memset(id, number, PAT_ASSET_ID_BYTES);
  l->request.asset = id;
}

/* --- classes --------------------------------------------------------------------------------- */

static void register_as(vector_liar *l, const char *class_name, uint32_t version) {
  ledger_said said[] = {{"make", SAID_OPEN, ledger_text(l->world, "Saab")}};
  ledger_draft draft = ledger_by(l->world, REGISTRAR);
  Patina__AssetRegistered *body = ledger_register(&draft, NEW_ASSET, LEDGER_SAID(said));
  body->class_name = (char *)(uintptr_t)class_name;
  body->class_version = version;
  (void)vector_lie_logged(l, &draft);
  ask_for(l, NEW_ASSET);
}
static void registered(vector_liar *l) { register_as(l, "vehicle", 1); }
static void version_unpublished(vector_liar *l) { register_as(l, "vehicle", 2); }
static void class_unpublished(vector_liar *l) { register_as(l, "boat", 1); }

static void publish_class(vector_liar *l, ledger_draft draft, const char *name, uint32_t version) {
  Patina__AssetClass *schema = ledger_class_vehicle(&l->world->memory);
  schema->name = (char *)(uintptr_t)name;
  schema->version = version;
  ledger_publish_class(&draft, schema);
  (void)vector_lie_logged(l, &draft);
}
static void class_by_registrar(vector_liar *l) {
  publish_class(l, ledger_by(l->world, REGISTRAR), "boat", 1);
  register_as(l, "boat", 1);
}
static void class_by_one_root_key(vector_liar *l) {
  publish_class(l, ledger_by(l->world, ROOT_B), "boat", 1);
  register_as(l, "boat", 1);
}
static void class_with_gap(vector_liar *l) {
  publish_class(l, ledger_by_root(l->world), "vehicle", 3);
}
static void class_twice(vector_liar *l) {
  publish_class(l, ledger_by_root(l->world), "vehicle", 1);
}
static void class_from_two(vector_liar *l) {
  publish_class(l, ledger_by_root(l->world), "boat", 2);
  register_as(l, "boat", 2);
}
static void class_later(vector_liar *l) {
  register_as(l, "boat", 1);
  publish_class(l, ledger_by_root(l->world), "boat", 1);
}
static void class_next(vector_liar *l) { publish_class(l, ledger_by_root(l->world), "vehicle", 2); }
static void not_registered(vector_liar *l) {
  ledger_said said[] = {{"result", SAID_OPEN, ledger_text(l->world, "good")}};
  ledger_draft draft = ledger_by(l->world, INSPECTOR);
  (void)ledger_attest(&draft, NEW_ASSET, LEDGER_SAID(said));
  (void)vector_lie_logged(l, &draft);
  ask_for(l, NEW_ASSET);
}

/* --- identifiers ----------------------------------------------------------------------------- */

static uint64_t assign(vector_liar *l, uint8_t asset, ledger_serial serial) {
  ledger_draft draft = ledger_by_two(l->world, REGISTRAR, REGISTRAR_2);
  (void)ledger_assign(&draft, asset, serial);
  return vector_lie_logged(l, &draft);
}
static void release(vector_liar *l, uint8_t asset, ledger_serial serial, uint64_t assignment) {
  ledger_draft draft = ledger_by_two(l->world, REGISTRAR, REGISTRAR_2);
  (void)ledger_release(&draft, asset, serial, &l->log->leaves[assignment].sha256);
  (void)vector_lie_logged(l, &draft);
}
static const ledger_serial other_vin = {"vin", 1, "", VIN_OTHER};

static void assigned(vector_liar *l) { (void)assign(l, asset_of(l), other_vin); }
static void assigned_twice(vector_liar *l) {
  (void)assign(l, asset_of(l), other_vin);
  (void)assign(l, asset_of(l), other_vin);
}
static void released(vector_liar *l) {
  release(l, asset_of(l), other_vin, assign(l, asset_of(l), other_vin));
}
static void released_twice(vector_liar *l) {
  uint64_t assignment = assign(l, asset_of(l), other_vin);
  release(l, asset_of(l), other_vin, assignment);
  release(l, asset_of(l), other_vin, assignment);
}
static void released_before(vector_liar *l) {
  uint64_t elsewhere = lying_log_find(l->log, PAT_KIND_ASSET_REGISTERED, 0);
  release(l, asset_of(l), other_vin, elsewhere);
}
static void released_for_other(vector_liar *l) {
  release(l, asset_of(l), other_vin, assign(l, 3, other_vin));
}
static void released_by_other(vector_liar *l) {
  uint64_t assignment = assign(l, asset_of(l), other_vin);
  release(l, 3, other_vin, assignment);
}
static void released_otherwise(vector_liar *l) {
  uint64_t assignment = assign(l, asset_of(l), other_vin);
  uint64_t registration = vector_asset_entry(l, 0);
  (void)assignment;
  release(l, asset_of(l), other_vin, registration);
}
static void moved(vector_liar *l) {
  release(l, 3, other_vin, assign(l, 3, other_vin));
  (void)assign(l, asset_of(l), other_vin);
}
static void assigned_by_keeper(vector_liar *l) {
  ledger_draft draft = ledger_by(l->world, KEEPER);
  (void)ledger_assign(&draft, asset_of(l), other_vin);
  (void)vector_lie_logged(l, &draft);
}

/* The assignment is to another asset's identifier than its value says; the proof is the value's. */
static Patina__SubjectLink *last_link(vector_liar *l, uint64_t index) {
  Patina__Entry *entry = l->log->leaves[index].message->statement;
  return entry->subjects[entry->n_subjects - 1];
}
static void other_identifier(vector_liar *l) {
  uint64_t at = assign(l, asset_of(l), other_vin);
  pat_hash key;
  memcpy(key.bytes, last_link(l, at)->key.data, PAT_HASH_BYTES);
  lying_log_unlist(l->log, &key, at);
  key.bytes[0] ^= 1;
  last_link(l, at)->key = lying_field(pat_hash_span(&key), l->log->memory);
  lying_log_rewrite(l->log, at);
  lying_log_list(l->log, &key, at);
}
/* The same, with the true proof of the identifier that is linked. */
static void other_identifier_proven(vector_liar *l) {
  uint64_t other = assign(l, 3, (ledger_serial){"vin", 1, "", VIN_1});
  uint64_t at = assign(l, asset_of(l), other_vin);
  l->log->leaves[at].vrf_proofs = l->log->leaves[other].vrf_proofs;
  pat_hash key;
  memcpy(key.bytes, last_link(l, at)->key.data, PAT_HASH_BYTES);
  lying_log_unlist(l->log, &key, at);
  memcpy(key.bytes, last_link(l, other)->key.data, PAT_HASH_BYTES);
  Patina__SubjectLink *link = last_link(l, at);
  link->key = lying_field(pat_hash_span(&key), l->log->memory);
  link->seq = lying_log_subject(l->log, &key)->count;
  link->previous_case = PATINA__SUBJECT_LINK__PREVIOUS_PREVIOUS_INDEX;
  link->previous_index = other;
  lying_log_rewrite(l->log, at);
  lying_log_list(l->log, &key, at);
}
static void identifier_not_linked(vector_liar *l) {
  uint64_t at = assign(l, asset_of(l), other_vin);
  Patina__Entry *entry = l->log->leaves[at].message->statement;
  entry->n_subjects--;
  entry->identifier_count = 0;
  lying_log_rewrite(l->log, at);
}
static void identifier_linked_twice(vector_liar *l) {
  uint64_t at = assign(l, asset_of(l), other_vin);
  Patina__Entry *entry = l->log->leaves[at].message->statement;
  Patina__SubjectLink **links =
      lying_take(l->log->memory, (entry->n_subjects + 1) * sizeof(void *));
  memcpy(links, entry->subjects, entry->n_subjects * sizeof(void *));
  Patina__SubjectLink *more = lying_take(l->log->memory, sizeof *more);
  *more = *links[entry->n_subjects - 1];
  more->key = lying_field(pat_span_make(more->key.data, more->key.len), l->log->memory);
  more->key.data[0] ^= 1;
  links[entry->n_subjects++] = more;
  entry->subjects = links;
  entry->identifier_count = 2;
  lying_log_rewrite(l->log, at);
}

/* The index leaves the newest assignment out of its identifier's history: a look-up would not find
 * it. */
static void assignment_hidden(vector_liar *l) {
  uint64_t at = assign(l, asset_of(l), other_vin);
  pat_hash key;
  memcpy(key.bytes, last_link(l, at)->key.data, PAT_HASH_BYTES);
  lying_log_unlist(l->log, &key, at);
}
static void second_assignment_hidden(vector_liar *l) {
  (void)assign(l, 3, other_vin);
  assignment_hidden(l);
}
static void spans_of_lookup(vector_liar *l) {
  release(l, 3, (ledger_serial){"vin", 1, "", VIN_1},
          lying_log_find(l->log, PAT_KIND_IDENTIFIER_ASSIGNED, 0));
}

static void publish_scheme(vector_liar *l, ledger_draft draft, uint32_t version) {
  Patina__IdentifierScheme *scheme = ledger_scheme_vin(&l->world->memory);
  scheme->version = version;
  ledger_publish_scheme(&draft, scheme);
  (void)vector_lie_logged(l, &draft);
}
static void scheme_by_registrar(vector_liar *l) {
  publish_scheme(l, ledger_by(l->world, REGISTRAR), 2);
}
static void scheme_with_gap(vector_liar *l) { publish_scheme(l, ledger_by_root(l->world), 3); }
static void scheme_next(vector_liar *l) { publish_scheme(l, ledger_by_root(l->world), 2); }
/* The statement names a version that is published only for the moment in which it is made. */
static void scheme_unpublished(vector_liar *l) {
  publish_scheme(l, ledger_by_root(l->world), 2);
  uint64_t published = l->log->count - 2;
  uint64_t at = assign(l, asset_of(l), (ledger_serial){"vin", 2, "", VIN_OTHER});
  (void)at;
  pat_hash key = pat_subject_key(PAT_SUBJECT_SCHEME, PAT_SPAN_LITERAL("vin"));
  lying_log_unlist(l->log, &key, published);
}
/* Published after it was used. */
static void scheme_value_impossible(vector_liar *l) {
  uint64_t at = assign(l, asset_of(l), (ledger_serial){"engine", 1, "", "B234 0002"});
  (void)at;
  pat_hash key = pat_subject_key(PAT_SUBJECT_SCHEME, PAT_SPAN_LITERAL("engine"));
  lying_log_unlist(l->log, &key, lying_log_subject(l->log, &key)->indexes[0]);
}

/* --- streams --------------------------------------------------------------------------------- */

static Patina__DeviceBound *draft_binding(vector_liar *l, ledger_draft *draft) {
  *draft = ledger_by(l->world, INSTALLER);
  return ledger_bind(draft, asset_of(l), NEW_STREAM);
}
static void bind(vector_liar *l) {
  ledger_draft draft;
  (void)draft_binding(l, &draft);
  (void)vector_lie_logged(l, &draft);
}

/* A batch of the new stream; previous is the hash of the log's entry there, or 0: none. */
static uint64_t report(vector_liar *l, ledger_actor_id by, uint64_t seq, uint64_t previous,
                       uint64_t boot) {
  ledger_draft draft = ledger_by(l->world, by);
  const pat_hash *hash = previous == 0 ? NULL : &l->log->leaves[previous].sha256;
  ledger_telemetry(&draft, NEW_STREAM, seq, hash)->boot = boot;
  return vector_lie_logged(l, &draft);
}
static void reported(vector_liar *l) {
  bind(l);
  uint64_t last = report(l, DEVICE, 0, 0, 1);
  last = report(l, DEVICE, 1, last, 1);
  (void)report(l, DEVICE, 5, 0, 2);
}
static void reported_by_installer(vector_liar *l) {
  bind(l);
  (void)report(l, INSTALLER, 0, 0, 1);
}
static void reported_by_other_device(vector_liar *l) {
  bind(l);
  (void)report(l, DEVICE_2, 0, 0, 1);
}
static void reported_with(vector_liar *l, ledger_actor_id other) {
  bind(l);
  ledger_draft draft = ledger_by_two(l->world, DEVICE, other);
  (void)ledger_telemetry(&draft, NEW_STREAM, 0, NULL);
  (void)vector_lie_logged(l, &draft);
}
static void reported_by_two(vector_liar *l) { reported_with(l, INSTALLER); }
/* The device is the first signer: signers stand in the order of their keys' hashes. */
static void reported_beside(vector_liar *l) {
  const ledger_actor *actors = l->world->actors;
  ledger_actor_id other = REGISTRAR;
  while (pat_span_compare(pat_hash_span(&actors[other].key_hash),
                          pat_hash_span(&actors[DEVICE].key_hash)) <= 0)
    other++;
  PAT_ASSERT(other < DEVICE);
  reported_with(l, other);
}
static void seq_repeated(vector_liar *l) {
  bind(l);
  uint64_t last = report(l, DEVICE, 4, 0, 1);
  (void)report(l, DEVICE, 4, last, 1);
}
static void seq_falls(vector_liar *l) {
  bind(l);
  uint64_t last = report(l, DEVICE, 4, 0, 1);
  (void)report(l, DEVICE, 3, last, 1);
}
static void seq_largest(vector_liar *l) {
  bind(l);
  uint64_t last = report(l, DEVICE, UINT64_MAX, 0, 1);
  (void)report(l, DEVICE, 0, last, 1);
}
static void boot_falls(vector_liar *l) {
  bind(l);
  uint64_t last = report(l, DEVICE, 0, 0, 2);
  (void)report(l, DEVICE, 1, last, 1);
}
static void previous_none(vector_liar *l) {
  bind(l);
  (void)report(l, DEVICE, 0, 0, 1);
  (void)report(l, DEVICE, 1, 0, 1);
}
static void previous_other(vector_liar *l) {
  bind(l);
  uint64_t first = report(l, DEVICE, 0, 0, 1);
  (void)report(l, DEVICE, 1, first, 1);
  (void)report(l, DEVICE, 2, first, 1);
}
/* A batch is left out of log and index alike; the next one still names it. */
static void batch_dropped(vector_liar *l) {
  bind(l);
  uint64_t first = report(l, DEVICE, 0, 0, 1);
  ledger_draft lost = ledger_by(l->world, DEVICE);
  (void)ledger_telemetry(&lost, NEW_STREAM, 1, &l->log->leaves[first].sha256);
  pat_hash sha256;
  (void)ledger_seal(&lost, &sha256);
  ledger_draft next = ledger_by(l->world, DEVICE);
  (void)ledger_telemetry(&next, NEW_STREAM, 1, &sha256);
  (void)vector_lie_logged(l, &next);
}
/* Batches are logged in another order than the device made them. */
static void batches_swapped(vector_liar *l) {
  bind(l);
  uint64_t first = report(l, DEVICE, 0, 0, 1);
  ledger_draft second = ledger_by(l->world, DEVICE);
  (void)ledger_telemetry(&second, NEW_STREAM, 1, &l->log->leaves[first].sha256);
  pat_hash sha256;
  const Patina__SignedStatement *kept = ledger_seal(&second, &sha256);
  ledger_draft third = ledger_by(l->world, DEVICE);
  (void)ledger_telemetry(&third, NEW_STREAM, 2, &sha256);
  (void)vector_lie_logged(l, &third);
  (void)lying_log_add(l->log, kept);
}
static void bound_twice(vector_liar *l) {
  bind(l);
  bind(l);
}
/* The device, which has standing for it, opens its own stream again. */
static void bound_twice_by_device(vector_liar *l) {
  ledger_draft grant = ledger_by_root(l->world);
  (void)ledger_grant(&grant, DEVICE, "installer", NULL);
  (void)vector_lie_logged(l, &grant);
  bind(l);
  ledger_draft draft = ledger_by(l->world, DEVICE);
  (void)ledger_bind(&draft, asset_of(l), NEW_STREAM);
  (void)vector_lie_logged(l, &draft);
}
/* Somebody binds another asset's device to the same stream. */
static void bound_elsewhere(vector_liar *l) {
  bind(l);
  ledger_draft draft = ledger_by(l->world, INSTALLER);
  (void)ledger_bind(&draft, 3, NEW_STREAM);
  (void)vector_lie_logged(l, &draft);
}
static void reported_before(vector_liar *l) {
  (void)report(l, DEVICE, 0, 0, 1);
  bind(l);
}
static void stream_hidden(vector_liar *l) {
  bind(l);
  uint8_t id[PAT_STREAM_ID_BYTES];
  memset(id, NEW_STREAM, sizeof id);
  pat_hash key = pat_subject_key(PAT_SUBJECT_STREAM, PAT_SPAN_OF(id));
  lying_log_unlist(l->log, &key, lying_log_subject(l->log, &key)->indexes[0]);
}
/* A device that is no device: the binding names a principal who never was one. */
static void bound_to_keeper(vector_liar *l) {
  ledger_draft draft;
  draft_binding(l, &draft)->device =
      ledger_hash_field(l->world, &l->world->actors[KEEPER].principal);
  (void)vector_lie_logged(l, &draft);
  (void)report(l, KEEPER, 0, 0, 1);
}

#define SCHEMA  VECTOR_WRONG(21, "verify.schema")
#define SPAN    VECTOR_WRONG(20, "verify.span")
#define STREAM  VECTOR_WRONG(24, "verify.chain")
#define MAY_NOT VECTOR_WRONG(17, "verify.standing")

static const vector_lie lies[] = {
    {"history", "liar-registered", registered, VECTOR_MATCHES, "another asset, registered", false},
    {"history", "liar-version-unpublished", version_unpublished, SCHEMA,
     "registered under a version that is not published", false},
    {"history", "liar-class-unpublished", class_unpublished, SCHEMA,
     "registered under a class that is not published", false},
    {"history", "liar-class-by-registrar", class_by_registrar, MAY_NOT,
     "a registrar publishes a class", false},
    {"history", "liar-class-by-one", class_by_one_root_key, MAY_NOT,
     "one root key publishes a class", false},
    {"history", "liar-class-gap", class_with_gap, SCHEMA, "version 3 follows version 1", false},
    {"history", "liar-class-twice", class_twice, SCHEMA, "version 1 follows version 1", false},
    {"history", "liar-class-from-2", class_from_two, SCHEMA, "a class begins with version 2",
     false},
    {"history", "liar-class-later", class_later, VECTOR_MATCHES,
     "a class is published after it was used: no check of a bundle looks at that", false},
    {"history", "liar-class-next", class_next, VECTOR_MATCHES, "version 2 follows version 1",
     false},
    {"history", "liar-not-registered", not_registered, VECTOR_WRONG(21, "verify.chain"),
     "a history that begins without a registration", false},
    {"identified", "liar-assigned", assigned, VECTOR_MATCHES, "an identifier is assigned", false},
    {"identified", "liar-assigned-twice", assigned_twice, VECTOR_MATCHES,
     "an identifier is assigned twice: two spans", false},
    {"identified", "liar-released", released, VECTOR_MATCHES, "an identifier is released", false},
    {"identified", "liar-released-twice", released_twice, SPAN, "an identifier is released twice",
     false},
    {"identified", "liar-released-before", released_before, SPAN,
     "an identifier is released that was never assigned", false},
    {"identified", "liar-released-for-other", released_for_other, SPAN,
     "another asset's identifier is released here", false},
    {"identified", "liar-released-by-other", released_by_other, SPAN,
     "this asset's identifier is released by another's", false},
    {"identified", "liar-released-otherwise", released_otherwise, SPAN,
     "a release names something else than the assignment", false},
    {"identified", "liar-moved", moved, VECTOR_MATCHES, "an identifier that was another asset's",
     false},
    {"identified", "liar-assigned-by-keeper", assigned_by_keeper, MAY_NOT,
     "an identifier is assigned by somebody without standing", false},
    {"identified", "liar-other-identifier", other_identifier, VECTOR_WRONG(19, "verify.identifier"),
     "another identifier is linked than the value's", false},
    {"identified", "liar-other-identifier-proven", other_identifier_proven,
     VECTOR_WRONG(19, "crypto.vrf.proof-invalid"),
     "another identifier is linked and proven than the value's", false},
    {"identified", "liar-identifier-not-linked", identifier_not_linked, VECTOR_WRONG(13, NULL),
     "an identifier is assigned, but not linked", false},
    {"identified", "liar-identifier-twice", identifier_linked_twice, VECTOR_WRONG(13, NULL),
     "two identifiers are linked where one is assigned", false},
    {"identified", "liar-assignment-hidden", assignment_hidden, SPAN,
     "the index says that the identifier has no record", false},
    {"identified", "liar-second-assignment-hidden", second_assignment_hidden, SPAN,
     "the index leaves the newest assignment out", false},
    {"lookup-present", "liar-released-by-other", spans_of_lookup, SPAN,
     "an identifier is released by an asset that does not hold it", false},
    {"identified", "liar-scheme-by-registrar", scheme_by_registrar, MAY_NOT,
     "a registrar publishes a scheme", false},
    {"lookup-present", "liar-scheme-by-registrar", scheme_by_registrar, MAY_NOT,
     "a registrar publishes a scheme", false},
    {"lookup-present", "liar-scheme-gap", scheme_with_gap, SCHEMA, "version 3 follows version 1",
     false},
    {"identified", "liar-scheme-gap", scheme_with_gap, SCHEMA, "version 3 follows version 1",
     false},
    {"identified", "liar-scheme-next", scheme_next, VECTOR_MATCHES, "version 2 follows version 1",
     false},
    {"identified", "liar-scheme-unpublished", scheme_unpublished, SCHEMA,
     "assigned under a version that the index does not tell of", false},
    {"identified", "liar-scheme-none", scheme_value_impossible, SCHEMA,
     "assigned under a scheme that the index does not tell of", false},
    {"devices", "liar-reported", reported, VECTOR_MATCHES, "three batches, with a gap and a start",
     false},
    {"devices", "liar-reported-by-installer", reported_by_installer, STREAM,
     "a batch that the installer signed", false},
    {"devices", "liar-reported-by-other", reported_by_other_device, STREAM,
     "a batch that another device signed", false},
    {"devices", "liar-reported-by-two", reported_by_two, STREAM,
     "a batch that somebody signed beside the device", false},
    {"devices", "liar-reported-beside", reported_beside, STREAM,
     "a batch that the device signed first, and somebody after it", false},
    {"devices", "liar-seq-repeated", seq_repeated, STREAM, "a batch number twice", false},
    {"devices", "liar-seq-falls", seq_falls, STREAM, "a batch number below the one before", false},
    {"devices", "liar-seq-largest", seq_largest, STREAM, "batch number 0 after 2^64 - 1", false},
    {"devices", "liar-boot-falls", boot_falls, STREAM, "an earlier start of the device", false},
    {"devices", "liar-batch-previous-none", previous_none, STREAM,
     "the next batch does not name the one before", false},
    {"devices", "liar-batch-previous-other", previous_other, STREAM,
     "the next batch names another than the one before", false},
    {"devices", "liar-batch-dropped", batch_dropped, STREAM,
     "a batch that the next one names was never logged", false},
    {"devices", "liar-batches-swapped", batches_swapped, STREAM,
     "two batches are logged in the wrong order", false},
    {"devices", "liar-bound-twice", bound_twice, STREAM, "a stream is opened twice", false},
    {"devices", "liar-bound-twice-by-device", bound_twice_by_device, STREAM,
     "a device opens its own stream again", false},
    {"devices", "liar-bound-elsewhere", bound_elsewhere, STREAM,
     "a stream of this asset is opened for another", false},
    {"devices", "liar-reported-before", reported_before, STREAM,
     "a batch stands before its binding", false},
    {"devices", "liar-stream-hidden", stream_hidden, STREAM,
     "the index says that the stream has no record", false},
    {"devices", "liar-bound-to-keeper", bound_to_keeper, VECTOR_MATCHES,
     "a person reports in a device's place: no check of a bundle looks at that", false},
};

void make_lying_asset_vectors(vector_maker *maker) {
  vector_file_begin(maker->run, "lying-asset");
  VECTOR_LIES(maker, lies);
  vector_file_end(maker->run);
}
