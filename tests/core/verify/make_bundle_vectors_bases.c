/* The logs behind the vectors, and the bundles of them that are whole and true. */
#include <string.h>

#include "core/base/assert.h"
#include "tests/core/verify/make_bundle_vectors.h"
#include "tests/support/ledger_catalog.h"

#define VIN_1       "1M8GDM9AXKP042788"
#define VIN_EUROPE  "YS3DD78N4X7055320"
#define VIN_UNKNOWN "WVWZZZ1JZ3W386752"

/* Assets are numbered: the id is filled with the number. */
enum {
  HISTORY = 1,
  SELF_DECLARED = 2,
  MOVED_FROM = 3,
  PAINTING = 4,
  MOVED_TO = 5,
  SEEN_BY_DEVICE = 6,
  VERSIONS = 7,
  DEVICES = 8,
  GRANTS = 9,
  NOBODY = 0x99,
};

/* Sizes of the log at which bundles are made. */
static struct {
  uint64_t registered;
  uint64_t changed;
  uint64_t identified;
  uint64_t two_versions;
  uint64_t all;
} sizes;

/* --- what is logged -------------------------------------------------------------------------- */

static uint64_t size_of(const ledger_world *world) { return world->head.range.size; }

static void pad_to(ledger_world *world, uint64_t size) {
  PAT_ASSERT(size_of(world) <= size);
  while (size_of(world) < size)
    (void)ledger_run(world, NULL, 0);
}

static pat_hash register_asset(ledger_world *world, uint8_t asset, ledger_actor_id by) {
  ledger_said said[] = {{"make", SAID_OPEN, ledger_text(world, "Saab")},
                        {"options", SAID_SLOT, ledger_text(world, "tow bar")}};
  ledger_draft draft = ledger_by(world, by);
  (void)ledger_register(&draft, asset, LEDGER_SAID(said));
  return ledger_accept(&draft);
}

static pat_hash inspect(ledger_world *world, uint8_t asset, ledger_actor_id by) {
  ledger_said said[] = {{"odometer", SAID_SLOT, ledger_number(world, 61240, "KMT")},
                        {"result", SAID_OPEN, ledger_text(world, "good")}};
  ledger_draft draft = ledger_by(world, by);
  draft.message.occurred = (char *)"2025-12";
  (void)ledger_attest(&draft, asset, LEDGER_SAID(said));
  return ledger_accept(&draft);
}

static pat_hash change(ledger_world *world, uint8_t asset, uint64_t version, const char *colour) {
  ledger_said said[] = {{"colour", SAID_SLOT, ledger_text(world, colour)},
                        {"tags", SAID_OPEN, ledger_text(world, "seen")}};
  ledger_draft draft = ledger_by(world, INSPECTOR);
  Patina__AttributesChanged *body = ledger_change(&draft, asset, LEDGER_SAID(said));
  body->expected_version = version;
  return ledger_accept(&draft);
}

static pat_hash assign(ledger_world *world, uint8_t asset, ledger_serial serial) {
  ledger_draft draft = ledger_by_two(world, REGISTRAR, REGISTRAR_2);
  (void)ledger_assign(&draft, asset, serial);
  return ledger_accept(&draft);
}

static void release(ledger_world *world, uint8_t asset, ledger_serial serial, pat_hash assignment) {
  ledger_draft draft = ledger_by(world, REGISTRAR);
  (void)ledger_release(&draft, asset, serial, &assignment);
  (void)ledger_accept(&draft);
}

/* Changes, attestations, corrections and retractions. */
static void log_changes(ledger_world *world) {
  (void)change(world, HISTORY, 0, "red");
  pat_hash second = change(world, HISTORY, 1, "blue");
  pat_hash inspection = inspect(world, HISTORY, INSPECTOR);
  ledger_said said[] = {{"odometer", SAID_SLOT, ledger_number(world, 16240, "KMT")}};
  ledger_draft correction = ledger_by(world, INSPECTOR);
  Patina__Corrected *body = ledger_correct(&correction, &inspection, LEDGER_SAID(said));
  body->note = ledger_slot(&correction, "note", ledger_text(world, "digits swapped"));
  (void)ledger_accept(&correction);
  ledger_draft retraction = ledger_by(world, REGISTRAR);
  (void)ledger_retract(&retraction, &second);
  (void)ledger_accept(&retraction);
  ledger_said story[] = {{"text", SAID_SLOT, ledger_text(world, "found in a barn")}};
  ledger_draft told = ledger_by(world, KEEPER);
  ledger_attest(&told, HISTORY, LEDGER_SAID(story))->claim = (char *)"story";
  (void)ledger_accept(&told);
}

/* Identifiers that are assigned, released, moved, and in conflict. */
static void log_identifiers(ledger_world *world) {
  const ledger_serial vin = {"vin", 1, "", VIN_1};
  const ledger_serial moved = {"vin", 1, "", VIN_EUROPE};
  const ledger_serial chassis = {"chassis", 1, "Saab", "AB 123"};
  const ledger_serial engine = {"engine", 1, "", "B234 0001"};
  (void)assign(world, HISTORY, vin);
  pat_hash first = assign(world, MOVED_FROM, moved);
  (void)assign(world, HISTORY, chassis);
  (void)assign(world, MOVED_FROM, chassis);
  (void)assign(world, MOVED_FROM, engine);
  release(world, MOVED_FROM, moved, first);
  pat_hash again = assign(world, MOVED_TO, moved);
  release(world, MOVED_TO, moved, again);
  (void)assign(world, MOVED_TO, moved);
}

static pat_hash report(ledger_world *world, uint64_t seq, const pat_hash *previous) {
  ledger_draft draft = ledger_by(world, DEVICE);
  (void)ledger_telemetry(&draft, 1, seq, previous);
  return ledger_accept(&draft);
}

static void log_devices(ledger_world *world) {
  ledger_said read[] = {{"odometer", SAID_SLOT, ledger_number(world, 900, "KMT")}};
  ledger_draft binding = ledger_by(world, INSTALLER);
  Patina__DeviceBound *body = ledger_bind(&binding, DEVICES, 1);
  ledger_draft sample = ledger_by(world, INSTALLER);
  Patina__Attested *fields = ledger_attest(&sample, DEVICES, LEDGER_SAID(read));
  body->n_readings = 1;
  body->readings = fields->fields;
  body->readings[0]->slot = ledger_slot(&binding, "odometer", read[0].value);
  (void)ledger_accept(&binding);
  pat_hash last = report(world, 0, NULL);
  last = report(world, 1, &last);
  last = report(world, 2, &last);
  (void)report(world, 7, &last); /* a gap: a finding, not a failure */
  ledger_draft other = ledger_by(world, INSTALLER);
  Patina__DeviceBound *bound = ledger_bind(&other, DEVICES, 2);
  bound->device = ledger_hash_field(world, &world->actors[DEVICE_2].principal);
  (void)ledger_accept(&other);
  ledger_said story[] = {{"text", SAID_SLOT, ledger_text(world, "stood beside it")}};
  ledger_draft told = ledger_by(world, DEVICE_2);
  ledger_attest(&told, SEEN_BY_DEVICE, LEDGER_SAID(story))->claim = (char *)"story";
  (void)ledger_accept(&told);
}

/* Second versions of a class and of two schemes. A long engine number fits the first alone. */
static void log_versions(ledger_world *world) {
  Patina__AssetClass *schema = ledger_class_vehicle(&world->memory);
  schema->version = 2;
  schema->n_attributes--;
  ledger_draft published = ledger_by_root(world);
  ledger_publish_class(&published, schema);
  (void)ledger_accept(&published);
  Patina__IdentifierScheme *schemes[] = {ledger_scheme_engine(&world->memory),
                                         ledger_scheme_vin(&world->memory)};
  schemes[0]->normalisation = PATINA__NORMALISATION__NORMALISATION_UPPER_TRIM;
  schemes[0]->length_max = 10;
  for (size_t i = 0; i < 2; i++) {
    schemes[i]->version = 2;
    ledger_draft draft = ledger_by_root(world);
    ledger_publish_scheme(&draft, schemes[i]);
    (void)ledger_accept(&draft);
  }
  ledger_said said[] = {{"make", SAID_OPEN, ledger_text(world, "Volvo")}};
  ledger_draft draft = ledger_by(world, REGISTRAR);
  ledger_register(&draft, VERSIONS, LEDGER_SAID(said))->class_version = 2;
  (void)ledger_accept(&draft);
  (void)assign(world, VERSIONS, (ledger_serial){"engine", 2, "", "b234 0001"});
  (void)assign(world, VERSIONS, (ledger_serial){"vin", 2, "", VIN_1});
}

/* Standing that is withdrawn and given again, and used before and after. */
static void log_grants(ledger_world *world) {
  (void)register_asset(world, GRANTS, REGISTRAR);
  (void)inspect(world, GRANTS, INSPECTOR);
  ledger_draft given = ledger_by_root(world);
  (void)ledger_grant(&given, INSTALLER, "inspector", "vehicle");
  pat_hash grant = ledger_accept(&given);
  (void)inspect(world, GRANTS, INSTALLER);
  ledger_draft taken = ledger_by_root(world);
  (void)ledger_withdraw(&taken, INSTALLER, &grant);
  (void)ledger_accept(&taken);
  ledger_draft again = ledger_by_root(world);
  (void)ledger_grant(&again, INSTALLER, "inspector", NULL);
  (void)ledger_accept(&again);
  (void)change(world, GRANTS, 0, "green");
  (void)inspect(world, GRANTS, INSTALLER);
}

static void log_painting(ledger_world *world) {
  ledger_said said[] = {{"title", SAID_OPEN, ledger_text(world, "Still life")}};
  ledger_draft draft = ledger_by(world, KEEPER);
  ledger_register(&draft, PAINTING, LEDGER_SAID(said))->class_name = (char *)"painting";
  (void)ledger_accept(&draft);
}

static void log_all(ledger_world *world) {
  (void)register_asset(world, HISTORY, REGISTRAR);
  sizes.registered = size_of(world);
  (void)register_asset(world, SELF_DECLARED, KEEPER);
  log_changes(world);
  pad_to(world, 63);
  pad_to(world, 65);
  sizes.changed = size_of(world);
  (void)register_asset(world, MOVED_FROM, REGISTRAR);
  (void)register_asset(world, MOVED_TO, REGISTRAR);
  (void)register_asset(world, SEEN_BY_DEVICE, KEEPER);
  (void)register_asset(world, DEVICES, REGISTRAR);
  log_painting(world);
  log_identifiers(world);
  sizes.identified = size_of(world);
  log_devices(world);
  world->now_ms += LEDGER_DAY_MS;
  pad_to(world, 127);
  pad_to(world, 129);
  log_versions(world);
  sizes.two_versions = size_of(world);
  log_grants(world);
  pad_to(world, 257);
  sizes.all = size_of(world);
}

/* --- bases ----------------------------------------------------------------------------------- */

static uint8_t *asset_id(vector_maker *maker, uint8_t number) {
  uint8_t *id = lying_take(maker->memory, PAT_ASSET_ID_BYTES);
  memset(id, number, PAT_ASSET_ID_BYTES);
  return id;
}

/* True where the asset, or one of the identifiers that were looked up, has entries. */
static bool is_recorded(const vector_base *base, const Patina__ProofBundle *bundle) {
  if (base->request.asset != NULL) {
    pat_hash key =
        pat_subject_key(PAT_SUBJECT_ASSET, pat_span_make(base->request.asset, PAT_ASSET_ID_BYTES));
    return lying_log_subject(base->log, &key) != NULL;
  }
  bool recorded = false;
  for (size_t i = 0; i < bundle->n_entries; i++) {
    const Patina__Statement *say = base->log->leaves[bundle->entries[i]->entry->index].say;
    recorded = recorded || say->body_case == PATINA__STATEMENT__BODY_IDENTIFIER_ASSIGNED;
  }
  return recorded;
}

static vector_base *add_base(vector_maker *maker, const vector_base *from, uint64_t size) {
  PAT_ASSERT(maker->base_count < VECTOR_BASES_MAX);
  vector_base *base = &maker->bases[maker->base_count++];
  *base = *from;
  base->log = lying_log_cut(from->log, size, maker->memory);
  if (base->request.earlier > 0) base->earlier = lying_log_head(base->log, base->request.earlier);
  const Patina__ProofBundle *bundle = lying_bundle_make(base->log, &base->request, maker->memory);
  base->bytes = lying_encode(&bundle->base, maker->memory);
  base->recorded = is_recorded(base, bundle);
  return base;
}

typedef struct {
  const char *name;
  uint8_t asset;
  const uint64_t *size;
  const char *about;
} asset_base;

static const asset_base asset_bases[] = {
    {"minimal", HISTORY, &sizes.registered, "one registration, by a registrar"},
    {"self-declared", SELF_DECLARED, &sizes.changed, "registered by someone without standing"},
    {"history", HISTORY, &sizes.changed, "changes, attestations, a correction and a retraction"},
    {"identified", HISTORY, &sizes.identified, "a VIN, and a chassis number in conflict"},
    {"moved-from", MOVED_FROM, &sizes.identified, "a VIN that now is another asset's"},
    {"moved-to", MOVED_TO, &sizes.identified, "a VIN that was another asset's before"},
    {"painting", PAINTING, &sizes.all, "of another class, self-declared"},
    {"devices", DEVICES, &sizes.all, "two bindings, one with telemetry and a gap"},
    {"versions", VERSIONS, &sizes.all, "second versions of its class and its schemes"},
    {"grants", GRANTS, &sizes.all, "standing withdrawn and given again"},
    {"absent", NOBODY, &sizes.all, "an asset that nobody registered: nothing is recorded"},
};

static void make_asset_bases(vector_maker *maker, const vector_base *plain) {
  for (size_t i = 0; i < sizeof asset_bases / sizeof *asset_bases; i++) {
    vector_base base = *plain;
    base.name = asset_bases[i].name;
    base.about = asset_bases[i].about;
    base.request.asset = asset_id(maker, asset_bases[i].asset);
    (void)add_base(maker, &base, *asset_bases[i].size);
  }
}

typedef struct {
  const char *name;
  const char *scheme;
  const char *scope;
  const char *value;
  const uint64_t *size;
  const char *about;
} lookup_base;

static const lookup_base lookup_bases[] = {
    {"lookup-present", "vin", "", "1m8 gdm9axkp-042788", &sizes.identified, "one assignment"},
    {"lookup-moved", "vin", "", VIN_EUROPE, &sizes.identified, "assigned three times"},
    {"lookup-conflict", "chassis", "Saab", "ab123", &sizes.identified, "two live assignments"},
    {"lookup-absent", "vin", "", VIN_UNKNOWN, &sizes.identified, "nothing recorded"},
    {"lookup-two-versions", "vin", "", VIN_1, &sizes.all, "recorded under both versions"},
    {"lookup-absent-twice", "vin", "", VIN_UNKNOWN, &sizes.all, "absent under both versions"},
    {"lookup-first-only", "engine", "", "B234 0001-22", &sizes.all,
     "too long for the second version: absent under the first"},
    {"lookup-impossible", "vin", "", "short", &sizes.all, "fits no version"},
    {"lookup-no-scope", "vin", "Saab", VIN_1, &sizes.all, "the scope fits no version"},
};

static void make_lookup_bases(vector_maker *maker, const vector_base *plain) {
  for (size_t i = 0; i < sizeof lookup_bases / sizeof *lookup_bases; i++) {
    vector_base base = *plain;
    base.name = lookup_bases[i].name;
    base.about = lookup_bases[i].about;
    base.request.scheme = lookup_bases[i].scheme;
    base.request.scope = lookup_bases[i].scope;
    base.request.value = lookup_bases[i].value;
    (void)add_base(maker, &base, *lookup_bases[i].size);
  }
}

/* A small bundle at sizes around powers of two. */
static void make_size_bases(vector_maker *maker, const vector_base *plain) {
  static const struct {
    const char *name;
    uint64_t size;
  } all[] = {{"size-2", 2},     {"size-63", 63},   {"size-64", 64},   {"size-65", 65},
             {"size-127", 127}, {"size-128", 128}, {"size-129", 129}, {"size-255", 255},
             {"size-256", 256}, {"size-257", 257}};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    vector_base base = *plain;
    base.name = all[i].name;
    base.about = "the same asset at this size of the log";
    base.request.asset = asset_id(maker, SELF_DECLARED);
    (void)add_base(maker, &base, all[i].size);
  }
}

/* Other ways to make the same bundles. */
static void make_variant_bases(vector_maker *maker, const vector_base *plain) {
  vector_base withheld = *plain;
  withheld.name = "withheld";
  withheld.about = "restricted values are not disclosed";
  withheld.request.asset = asset_id(maker, HISTORY);
  withheld.request.withhold = true;
  (void)add_base(maker, &withheld, sizes.identified);
  vector_base in_leaf = withheld;
  in_leaf.name = "in-leaf";
  in_leaf.about = "statements of public kinds stand in their leaves alone";
  in_leaf.request.withhold = false;
  in_leaf.request.bare_public = true;
  (void)add_base(maker, &in_leaf, sizes.changed);
  vector_base seen = *plain;
  seen.name = "seen";
  seen.about = "a device that is bound to another asset tells of this one; its binding is whole";
  seen.request.asset = asset_id(maker, SEEN_BY_DEVICE);
  (void)add_base(maker, &seen, sizes.all);
  seen.name = "seen-bare";
  seen.about = "a device that is bound to another asset tells of this one; its binding is bare";
  seen.request.bare_bindings = true;
  (void)add_base(maker, &seen, sizes.all);
}

/* Earlier checkpoints, and auditors. */
static void make_trust_bases(vector_maker *maker, const vector_base *plain) {
  vector_base base = *plain;
  base.name = "earlier";
  base.about = "continues a checkpoint that the reader holds";
  base.request.asset = asset_id(maker, HISTORY);
  base.request.earlier = sizes.registered;
  (void)add_base(maker, &base, sizes.changed);
  base.name = "audited";
  base.about = "cosigned by the auditor whom the policy asks for";
  base.policy = "policy-audited.txt";
  base.request.earlier = 0;
  base.request.witness_count = 1;
  base.confirmed = true;
  (void)add_base(maker, &base, sizes.changed);
  base.name = "witnessed";
  base.about = "cosigned by both, where the policy asks for one of them: not confirmed";
  base.policy = "policy-any.txt";
  base.request.witness_count = 2;
  base.confirmed = false;
  (void)add_base(maker, &base, sizes.changed);
}

/* Nobody may retract. */
static void admit_no_retractions(Patina__Policy *policy) {
  size_t kept = 0;
  for (size_t i = 0; i < policy->n_kinds; i++) {
    if (policy->kinds[i]->kind != PAT_KIND_RETRACTED) policy->kinds[kept++] = policy->kinds[i];
  }
  policy->n_kinds = kept;
}

static void make_one_root_base(vector_maker *maker) {
  const ledger_options options = {
      .root_keys = 1, .root_threshold = 1, .adjust = admit_no_retractions};
  maker->other_world = ledger_world_new(options);
  (void)register_asset(maker->other_world, HISTORY, REGISTRAR);
  (void)inspect(maker->other_world, HISTORY, INSPECTOR);
  vector_base base = {.name = "one-root",
                      .about = "another log: its root has one key, its policy no retractions"};
  base.log = lying_log_of(maker->other_world, maker->memory);
  base.request.asset = asset_id(maker, HISTORY);
  (void)add_base(maker, &base, size_of(maker->other_world));
}

/* --- files ----------------------------------------------------------------------------------- */

static void put_key(pat_builder *out, const char *before, const pat_note_key *key) {
  pat_builder_text(out, before);
  pat_note_key_format(key, out);
  pat_builder_char(out, '\n');
}

/* The reader's policies. quorum NULL: one that does not know the log of most vectors. */
static const struct {
  const char *name;
  const char *quorum;
} policies[VECTOR_POLICY_COUNT] = {
    {"policy.txt", "quorum none\n"},
    {"policy-audited.txt", "quorum auditor\n"},
    {"policy-any.txt", "group one any auditor witness\nquorum one\n"},
    {"policy-stranger.txt", NULL},
};

static pat_span make_policy(vector_maker *maker, const char *quorum) {
  uint8_t secret[PAT_SIGN_SECRET_BYTES];
  pat_builder out;
  pat_builder_init(&out, lying_take(maker->memory, 4096), 4096);
  pat_note_key key = lying_log_key(maker->world, secret);
  pat_note_key other = lying_log_key(maker->other_world, secret);
  if (quorum != NULL) put_key(&out, "log ", &key);
  put_key(&out, "log ", &other);
  pat_note_key auditor = lying_witness_key(0, secret);
  pat_note_key witness = lying_witness_key(1, secret);
  put_key(&out, "witness auditor ", &auditor);
  put_key(&out, "witness witness ", &witness);
  pat_builder_text(&out, quorum == NULL ? "quorum none\n" : quorum);
  pat_span bytes;
  PAT_ASSERT(pat_is_ok(pat_builder_finish(&out, &bytes)));
  return bytes;
}

static void put_policies(vector_maker *maker) {
  for (size_t i = 0; i < VECTOR_POLICY_COUNT; i++) {
    maker->policies[i] = make_policy(maker, policies[i].quorum);
    vector_put_file(maker->run, policies[i].name, maker->policies[i]);
  }
}

pat_span vector_policy(const vector_maker *maker, const vector_base *base) {
  const char *name = base->policy == NULL ? "policy.txt" : base->policy;
  size_t i = 0;
  while (i < VECTOR_POLICY_COUNT && strcmp(policies[i].name, name) != 0)
    i++;
  PAT_ASSERT(i < VECTOR_POLICY_COUNT);
  return maker->policies[i];
}

static void put_bases(vector_maker *maker) {
  vector_file_begin(maker->run, "bases");
  for (size_t i = 0; i < maker->base_count; i++) {
    const vector_base *base = &maker->bases[i];
    char path[128];
    int size = snprintf(path, sizeof path, "bases/%s.patina", base->name);
    PAT_ASSERT(size > 0 && (size_t)size < sizeof path);
    vector_put_file(maker->run, path, base->bytes);
    vector_case whole = {.id = "whole", .about = base->about, .base = base};
    vector_add(maker, &whole, base->bytes);
  }
  vector_file_end(maker->run);
}

void make_bundle_bases(vector_maker *maker) {
  maker->world = ledger_world_new((ledger_options){0});
  log_all(maker->world);
  vector_base plain = {.name = NULL};
  plain.log = lying_log_of(maker->world, maker->memory);
  make_asset_bases(maker, &plain);
  make_lookup_bases(maker, &plain);
  make_size_bases(maker, &plain);
  make_variant_bases(maker, &plain);
  make_trust_bases(maker, &plain);
  make_one_root_base(maker);
  put_policies(maker);
  put_bases(maker);
}
