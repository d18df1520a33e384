/* Writes the seeds of the corpora from the library itself, so that they stay valid when a format
 * moves: corpus/<target>/made-<name>. What is beside them was found, and is kept by hand.
 *
 * usage: make_corpus CORPUS VECTORS           writes them; VECTORS is tests/vectors
 *        make_corpus --check CORPUS VECTORS   fails where one differs from what would be written */
#include <dirent.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/assert.h"
#include "core/crypto/base32.h"
#include "core/crypto/base64.h"
#include "core/envelope/key_text.h"
#include "core/envelope/promise.h"
#include "core/index/bucket.h"
#include "core/index/proof.h"
#include "core/index/tree.h"
#include "proto/api.pb-c.h"
#include "tests/fuzz/fuzz_support.h"
#include "tests/fuzz/scene.h"
#include "tests/support/ledger_catalog.h"
#include "tests/support/lying_bundle.h"

enum { PATH_BYTES = 1024, SEED_BYTES_MAX = 1 << 16 };

static const char *folder;
static bool checking;
static unsigned made;
static unsigned different;

/* --- files ----------------------------------------------------------------------------------- */

static void write_seed(const char *path, pat_span seed) {
  FILE *file = fopen(path, "wb");
  PAT_ASSERT(file != NULL);
  PAT_ASSERT(fwrite(seed.data, 1, seed.size, file) == seed.size);
  PAT_ASSERT(fclose(file) == 0);
}

static void check_seed(const char *path, pat_span seed) {
  static uint8_t buffer[SEED_BYTES_MAX];
  FILE *file = fopen(path, "rb");
  size_t size = file == NULL ? 0 : fread(buffer, 1, sizeof buffer, file);
  bool same = file != NULL && pat_span_equal(pat_span_make(buffer, size), seed);
  if (file != NULL) (void)fclose(file);
  if (same) return;
  fprintf(stderr, "%s: differs\n", path);
  different++;
}

static void put(const char *target, const char *name, pat_span seed) {
  char path[PATH_BYTES];
  PAT_ASSERT(seed.size > 0);
  PAT_ASSERT(seed.size <= SEED_BYTES_MAX);
  (void)snprintf(path, sizeof path, "%s/%s", folder, target);
  if (!checking) (void)mkdir(path, 0777);
  (void)snprintf(path, sizeof path, "%s/%s/made-%s", folder, target, name);
  made++;
  if (checking) check_seed(path, seed);
  if (!checking) write_seed(path, seed);
}

static void put_message(const char *target, const char *name, const ProtobufCMessage *message) {
  put(target, name, fuzz_encode(message, fuzz_arena()));
}

/* Behind a byte that chooses. */
static void put_chosen(const char *target, const char *name, uint8_t choice, pat_span seed) {
  static uint8_t buffer[SEED_BYTES_MAX];
  pat_builder builder;
  pat_span bytes = PAT_SPAN_EMPTY;
  pat_builder_init(&builder, buffer, sizeof buffer);
  pat_builder_u8(&builder, choice);
  pat_builder_span(&builder, seed);
  PAT_ASSERT(pat_is_ok(pat_builder_finish(&builder, &bytes)));
  put(target, name, bytes);
}

/* --- statements ------------------------------------------------------------------------------ */

static void put_batch(const char *name, const scene_statement *statements, size_t count) {
  Patina__SignedStatement *envelopes[SCENE_STATEMENTS];
  Patina__SubmitRequest request = PATINA__SUBMIT_REQUEST__INIT;
  for (size_t i = 0; i < count; i++)
    envelopes[i] = statements[i].envelope;
  request.n_statements = count;
  request.statements = envelopes;
  put_message("ledger", name, &request.base);
}

static void put_statements(ledger_world *world) {
  scene_statement statements[SCENE_STATEMENTS];
  scene_statements(world, statements);
  for (size_t i = 0; i < SCENE_STATEMENTS; i++) {
    const Patina__SignedStatement *envelope = statements[i].envelope;
    put("statement", statements[i].name, fuzz_span(envelope->statement));
    put_message("submission", statements[i].name, &envelope->base);
    if (i % 6 == 0) put_message("draft", statements[i].name, &envelope->base);
    put_batch(statements[i].name, &statements[i], 1);
  }
  put_batch("history", statements, 8);
  put_batch("devices", statements + 8, 3);
  put_batch("catalog", statements + 11, 2);
  put_batch("principals", statements + 13, 4);
  scene_statement twice[] = {statements[0], statements[0], statements[1], statements[1]};
  put_batch("twice", twice, 4);
  put_message("genesis", "scene", &world->genesis->base);
}

static void put_leaves(const ledger_world *world) {
  for (uint64_t index = 0; index < world->head.range.size; index += 5) {
    char name[32];
    (void)snprintf(name, sizeof name, "leaf-%u", (unsigned)index);
    put("entry", name, ledger_leaf(world, index));
  }
}

/* What comes after the scene: every statement alone in its batch, and the commits. */
static void put_next_leaves(void) {
  ledger_world *world = scene_open();
  scene_statement statements[SCENE_STATEMENTS];
  scene_statements(world, statements);
  for (size_t i = 0; i < SCENE_STATEMENTS; i++) {
    uint64_t index = world->head.range.size;
    (void)ledger_run(world, &statements[i].envelope, 1);
    put("replay", statements[i].name, ledger_leaf(world, index));
    if (i == 0) put("replay", "commit", ledger_leaf(world, index + 1));
  }
  ledger_world_close(world);
}

static void put_disclosures(ledger_world *world) {
  static const char *const names[] = {"text", "number", "date",     "flag",
                                      "code", "asset",  "evidence", "readings"};
  Patina__Value *values[SCENE_VALUES];
  scene_values(world, values);
  for (size_t i = 0; i < SCENE_VALUES; i++) {
    bool readings = i == SCENE_VALUES - 1;
    Patina__Disclosure disclosure = PATINA__DISCLOSURE__INIT;
    disclosure.salt = ledger_fill(world, 3, PAT_SALT_BYTES);
    disclosure.name = (char *)(uintptr_t)(readings ? "readings" : "colour");
    disclosure.value = values[i];
    put_chosen("disclosure", names[i], readings ? 1 : 0,
               fuzz_encode(&disclosure.base, fuzz_arena()));
  }
}

static void put_catalog(ledger_world *world) {
  pat_arena *memory = &world->memory;
  put_chosen("catalog", "class-vehicle", 0,
             fuzz_encode(&ledger_class_vehicle(memory)->base, fuzz_arena()));
  put_chosen("catalog", "class-painting", 0,
             fuzz_encode(&ledger_class_painting(memory)->base, fuzz_arena()));
  put_chosen("catalog", "scheme-vin", 1,
             fuzz_encode(&ledger_scheme_vin(memory)->base, fuzz_arena()));
  put_chosen("catalog", "scheme-chassis", 1,
             fuzz_encode(&ledger_scheme_chassis(memory)->base, fuzz_arena()));
  put_chosen("catalog", "scheme-engine", 1,
             fuzz_encode(&ledger_scheme_engine(memory)->base, fuzz_arena()));
  put_chosen("catalog", "policy", 2, fuzz_encode(&ledger_policy(memory)->base, fuzz_arena()));
}

static void put_records(const ledger_world *world) {
  const ledger_record *subject = NULL;
  const ledger_record *head = NULL;
  for (size_t i = 0; i < world->store.capacity; i++) {
    const ledger_record *record = &world->store.records[i];
    if (record->key.bytes.data == NULL) continue;
    if (record->key.table == PAT_LEDGER_META) head = record;
    if (record->key.table != PAT_LEDGER_SUBJECT) continue;
    if (subject == NULL || pat_span_compare(record->key.bytes, subject->key.bytes) < 0)
      subject = record;
  }
  PAT_ASSERT(head != NULL);
  PAT_ASSERT(subject != NULL);
  put_chosen("record", "head", 0, head->value);
  put_chosen("record", "subject", 1, subject->value);
}

/* --- keys, proofs and texts ------------------------------------------------------------------ */

static void put_promise(ledger_world *world) {
  const uint8_t seed[PAT_SIGN_SEED_BYTES] = {0x77};
  uint8_t key[PAT_PUBLIC_KEY_BYTES];
  uint8_t secret[PAT_SIGN_SECRET_BYTES];
  pat_sign_keypair_from_seed(seed, key, secret);
  Patina__Promise promise = PATINA__PROMISE__INIT;
  promise.origin = world->origin.text;
  promise.statement_sha256 = ledger_fill(world, 1, PAT_HASH_BYTES);
  promise.index = 7;
  promise.leaf_hash = ledger_fill(world, 2, PAT_HASH_BYTES);
  promise.accepted_at_ms = LEDGER_START_MS;
  promise.publish_by_ms = LEDGER_START_MS + 1000;
  Patina__SignedPromise signed_promise;
  PAT_ASSERT(pat_is_ok(pat_promise_sign(&promise, secret, &world->memory, &signed_promise)));
  put_message("promise", "signed", &signed_promise.base);
}

static void put_keys(void) {
  static const char *const headers[] = {PAT_KEY_TEXT_SECRET, PAT_KEY_TEXT_PUBLIC, PAT_KEY_TEXT_VRF};
  static const char *const names[] = {"secret", "public", "vrf"};
  for (size_t i = 0; i < 3; i++) {
    uint8_t buffer[PAT_KEY_TEXT_BYTES_MAX];
    pat_key_text key = {.name = "a key", .bytes = {1, 2, 3}};
    pat_builder builder;
    pat_builder_init(&builder, buffer, sizeof buffer);
    PAT_ASSERT(pat_is_ok(pat_key_text_encode(&key, headers[i], &builder)));
    put("key_text", names[i], pat_span_make(buffer, pat_builder_size(&builder)));
  }
}

static void put_texts(void) {
  const uint8_t id[PAT_ASSET_ID_BYTES] = {0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0xf0};
  char text[PAT_BASE32_ASSET_TEXT_BYTES];
  pat_base32_asset_encode(id, text);
  put("base32", "written", pat_span_text(text));
  for (size_t i = 0; i < PAT_BASE32_ASSET_SYMBOLS; i++) {
    if (text[i] == '0') text[i] = 'o';
    if (text[i] == '1') text[i] = 'L';
  }
  put("base32", "typed", pat_span_text(text));
  put("base32", "id", PAT_SPAN_OF(id));
  put("base64", "whole", PAT_SPAN_LITERAL("AAEC"));
  put("base64", "one", PAT_SPAN_LITERAL("/w=="));
  put("base64", "two", PAT_SPAN_LITERAL("+/8="));
  put("base64", "hex", PAT_SPAN_LITERAL("00ff7f"));
  put("config", "all",
      PAT_SPAN_LITERAL("# a comment\ndirectory = /var/lib/patina\nlisten=127.0.0.1\nport = 8080\n"
                       "http_threads = 64\nlog_level = info\nstore = memory\n"));
  put("config", "flag", PAT_SPAN_LITERAL("--http-threads=64"));
  put("config", "unknown", PAT_SPAN_LITERAL("prot = 8080\n"));
}

static void put_typed(void) {
  put("readings", "known",
      PAT_SPAN_LITERAL("time,signal,value\n# a day\n2021-05-25T10:00:00Z,odometer,120000.5\n"
                       "2021-05-25T10:00:00.500Z,speed,unreadable\n1621936801000,1,2000\n"));
  put("readings", "unknown", PAT_SPAN_LITERAL("1621936800000,0,-17\r\n1621936801000,31,0"));
  put("readings", "number", PAT_SPAN_LITERAL("12.50 KMT"));
  put("readings", "code", PAT_SPAN_LITERAL("aat:300033618"));
  put("readings", "evidence",
      PAT_SPAN_LITERAL("sha256:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f;"
                       "image/jpeg;77"));
  put("draft", "register",
      PAT_SPAN_LITERAL("{\"statement\":{\"assetRegistered\":{\"asset\":"
                       "\"AgICAgICAgICAgICAgICAg==\",\"className\":\"vehicle\","
                       "\"classVersion\":1,\"attributes\":[{\"name\":\"make\",\"open\":"
                       "{\"text\":\"Saab\"}},{\"name\":\"options\"}]}},\"values\":["
                       "{\"name\":\"options\",\"value\":{\"text\":\"sun roof\"}}]}"));
  put("draft", "retract",
      PAT_SPAN_LITERAL("{\"statement\":{\"occurred\":\"2020?\",\"retracted\":{\"asset\":"
                       "\"AgICAgICAgICAgICAgICAg==\",\"target\":"
                       "\"AwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM=\",\"reason\":"
                       "\"CORRECTION_REASON_DID_NOT_OCCUR\"}},\"values\":[{\"name\":"
                       "\"note\",\"value\":{\"text\":\"never\"}}]}"));
}

static void put_sources(void) {
  put_chosen("import_rows", "comma", 0,
             PAT_SPAN_LITERAL("id,title\r\n1,\"a \"\"b\"\", c\"\r\n2,\"two\nlines\"\r\n3,"));
  put_chosen("import_rows", "semicolon", 5, PAT_SPAN_LITERAL("a;b\nM\xfcller;\x80\n"));
  put_chosen("import_rows", "broken", 0,
             PAT_SPAN_LITERAL("a,b\n\"x\"y,1\n2,\"never closed\n3,4\n"));
  put_chosen(
      "import_rows", "objects", 0x80,
      PAT_SPAN_LITERAL("\xef\xbb\xbf[ {\"a\": \"}\\\"{\"}, {\"b\": [1, {\"c\": 2}]},{}\n]\n"));
  put_chosen(
      "provenance", "forward", 0,
      PAT_SPAN_LITERAL("Possibly John Smith [1801-1877], London, by 1860 [1]; by descent to his "
                       "son, until 1902. (Galerie X, Paris, c. 1905); purchased by the museum, "
                       "May 1938.\n\nNotes:\n[1] A label says so."));
  put_chosen("provenance", "newest-first", 1,
             PAT_SPAN_LITERAL("Museum, 1938\nDealer, New York, 1930s; late 19th century\n"));
  put_chosen("provenance", "date", 0, PAT_SPAN_LITERAL("19380512"));
  put_chosen("provenance", "words", 0, PAT_SPAN_LITERAL("from 1908 until c. 1911"));
}

static void put_vrf(const ledger_world *world) {
  static const char *const alphas[] = {"", "vin",
                                       "a longer input, with room for a key of 32 bytes"};
  static const char *const names[] = {"empty", "short", "long"};
  for (size_t i = 0; i < 3; i++) {
    uint8_t seed[256];
    uint8_t proof[PAT_VRF_PROOF_BYTES];
    uint8_t output[PAT_VRF_OUTPUT_BYTES];
    pat_builder builder;
    pat_span alpha = pat_span_text(alphas[i]);
    PAT_ASSERT(pat_is_ok(pat_vrf_prove(world->vrf_secret, alpha, proof, output)));
    pat_builder_init(&builder, seed, sizeof seed);
    pat_builder_span(&builder, PAT_SPAN_OF(proof));
    pat_builder_span(&builder, alpha);
    put("vrf", names[i], pat_span_make(seed, pat_builder_size(&builder)));
  }
}

static void put_index_proofs(void) {
  enum { KEYS = 24 }; /* the map of fuzz_index_proof.c */
  static pat_index_node nodes[PAT_INDEX_NODES_FOR(KEYS)];
  pat_index_tree tree;
  pat_index_tree_init(&tree, nodes, PAT_INDEX_NODES_FOR(KEYS));
  for (unsigned i = 0; i < KEYS; i++) {
    const uint8_t number = (uint8_t)i;
    pat_hash key = pat_hash_of(pat_span_make(&number, 1));
    pat_index_value value = {.count = 1u + number, .root = {{number}}};
    PAT_ASSERT(pat_is_ok(pat_index_tree_put(&tree, &key, &value)));
  }
  for (unsigned i = KEYS - 3; i < KEYS + 3; i++) {
    const uint8_t number = (uint8_t)i;
    uint8_t proof[PAT_INDEX_PROOF_BYTES_MAX];
    char name[32];
    pat_builder builder;
    bool present = false;
    pat_hash key = pat_hash_of(pat_span_make(&number, 1));
    pat_builder_init(&builder, proof, sizeof proof);
    pat_index_tree_prove(&tree, &key, &builder, &present);
    (void)snprintf(name, sizeof name, "%s-%u", present ? "presence" : "absence", number);
    put_chosen("index_proof", name, number, pat_span_make(proof, pat_builder_size(&builder)));
  }
}

static void put_index_bucket(void) {
  enum { LEAVES = 3 };
  pat_index_leaf leaves[LEAVES];
  uint8_t record[PAT_INDEX_BUCKET_BYTES(LEAVES)];
  pat_builder builder;
  for (unsigned i = 0; i < LEAVES; i++) {
    pat_hash key = {{(uint8_t)(i + 1)}};
    pat_index_value value = {.count = 1u + i, .root = {{(uint8_t)i}}};
    leaves[i] = pat_index_leaf_make(&key, &value);
  }
  pat_index_bucket bucket = pat_index_bucket_make(leaves, LEAVES);
  pat_builder_init(&builder, record, sizeof record);
  pat_index_bucket_encode(&bucket, &builder);
  put_chosen("index_proof", "bucket", 0, pat_span_make(record, pat_builder_size(&builder)));
}

/* --- histories ------------------------------------------------------------------------------- */

static void put_vector(const json_t *vector) {
  static uint8_t bytes[SEED_BYTES_MAX];
  size_t size = 0;
  pat_span text = pat_span_text(json_string_value(json_object_get(vector, "input")));
  PAT_ASSERT(pat_is_ok(pat_base64_decode(text, bytes, sizeof bytes, &size, NULL)));
  put("fold", json_string_value(json_object_get(vector, "name")), pat_span_make(bytes, size));
}

static void put_histories(const char *vectors) {
  char path[PATH_BYTES];
  (void)snprintf(path, sizeof path, "%s/fold", vectors);
  DIR *directory = opendir(path);
  PAT_ASSERT(directory != NULL);
  const struct dirent *entry = NULL;
  while ((entry = readdir(directory)) != NULL) {
    if (entry->d_name[0] == '.') continue;
    PAT_ASSERT(snprintf(path, sizeof path, "%s/fold/%s", vectors, entry->d_name) < PATH_BYTES);
    json_t *file = json_load_file(path, 0, NULL);
    PAT_ASSERT(file != NULL);
    size_t i = 0;
    const json_t *vector = NULL;
    json_array_foreach(json_object_get(file, "vectors"), i, vector) put_vector(vector);
    json_decref(file);
  }
  (void)closedir(directory);
}

/* --- bundles --------------------------------------------------------------------------------- */

static void put_bundle(lying_log *log, const char *name, const lying_request *request) {
  put_message("bundle", name, &lying_bundle_make(log, request, fuzz_arena())->base);
}

/* Small ones, and a few that are spoiled where blind changes seldom lead. */
static void put_bundles(ledger_world *world) {
  static const uint8_t car[PAT_ASSET_ID_BYTES] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
  static const uint8_t absent[PAT_ASSET_ID_BYTES] = {9};
  lying_log *log = lying_log_of(world, &world->memory);
  const lying_request about = {.asset = car};
  put_bundle(log, "asset", &about);
  put_bundle(log, "bare", &(lying_request){.asset = car, .bare_public = true, .withhold = true});
  put_bundle(log, "earlier", &(lying_request){.asset = absent, .earlier = 2});
  put_bundle(log, "absent", &(lying_request){.asset = absent});
  put_bundle(log, "look-up",
             &(lying_request){.scheme = "chassis", .scope = "Saab", .value = "AB123"});
  put_bundle(log, "nothing",
             &(lying_request){.scheme = "chassis", .scope = "Saab", .value = "AB124"});
  Patina__ProofBundle *bundle = lying_bundle_make(log, &about, fuzz_arena());
  bundle->n_subjects--;
  put("bundle", "subject-missing", lying_encode(&bundle->base, &world->memory));
  bundle->n_subjects++;
  bundle->entries[bundle->n_entries - 1]->entry->statement.len = 0;
  put("bundle", "statement-missing", lying_encode(&bundle->base, &world->memory));
}

/* --- pages of the index ---------------------------------------------------------------------- */

static void put_page(lying_log *log, const char *name, const pat_hash *key, size_t from) {
  Patina__IndexExtra extra = PATINA__INDEX_EXTRA__INIT;
  pat_arena *arena = log->memory;
  Patina__SubjectProof *subject = lying_bundle_subject(log, key, arena);
  extra.commit = lying_field(log->leaves[log->count - 1].bytes, arena);
  extra.subject = subject;
  if (from > 0) { /* one entry before it, or two: one peak */
    pat_hash peak = {{(uint8_t)from}};
    subject->peaks = lying_take(arena, sizeof *subject->peaks);
    subject->peaks[0] = lying_field(pat_hash_span(&peak), arena);
    subject->n_peaks = 1;
    subject->from = from;
  }
  put_message("page", name, &extra.base);
}

static void put_pages(ledger_world *world) {
  static const uint8_t car[PAT_ASSET_ID_BYTES] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
  lying_log *log = lying_log_of(world, &world->memory);
  pat_hash asset = pat_subject_key(PAT_SUBJECT_ASSET, PAT_SPAN_OF(car));
  pat_hash policy = pat_subject_key(PAT_SUBJECT_POLICY, PAT_SPAN_LITERAL("test"));
  pat_hash nobody = {{7}};
  put_page(log, "asset", &asset, 0);
  put_page(log, "asset-later", &asset, 2);
  put_page(log, "one", &policy, 0);
  put_page(log, "absent", &nobody, 0);
}

int main(int argument_count, char **arguments) {
  checking = argument_count == 4 && strcmp(arguments[1], "--check") == 0;
  if (!checking && argument_count != 3) return 2;
  folder = arguments[argument_count - 2];
  ledger_world *world = scene_open();
  put_leaves(world);
  put_next_leaves();
  put_records(world);
  put_statements(world);
  put_disclosures(world);
  put_catalog(world);
  put_promise(world);
  put_keys();
  put_texts();
  put_typed();
  put_sources();
  put_vrf(world);
  put_index_proofs();
  put_index_bucket();
  put_bundles(world);
  put_pages(world);
  put_histories(arguments[argument_count - 1]);
  ledger_world_close(world);
  printf("%u seeds, %u different\n", made, different);
  return different == 0 ? 0 : 1;
}
