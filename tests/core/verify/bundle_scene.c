#include "tests/core/verify/bundle_scene.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/assert.h"
#include "core/bytes/builder.h"

enum { MEMORY_BYTES = 512 * 1024 * 1024 };

bundle_scene scene;
static size_t mark;

/* --- the log --------------------------------------------------------------------------------- */

static void trust(const char *quorum, pat_policy *ret_policy) {
  enum { POLICY_BYTES = 2048 };
  uint8_t secret[PAT_SIGN_SECRET_BYTES];
  pat_builder builder;
  pat_builder_init(&builder, lying_take(&scene.arena, POLICY_BYTES), POLICY_BYTES);
  pat_builder_span(&builder, PAT_SPAN_LITERAL("log "));
  pat_note_key key = lying_log_key(scene.world, secret);
  pat_note_key_format(&key, &builder);
  static const char *const names[] = {"\nwitness auditor.example ", "\nwitness other "};
  for (size_t i = 0; i < LYING_WITNESSES_MAX; i++) {
    key = lying_witness_key(i, secret);
    pat_builder_span(&builder, pat_span_text(names[i]));
    pat_note_key_format(&key, &builder);
  }
  pat_builder_span(&builder, PAT_SPAN_LITERAL("\nquorum "));
  pat_builder_span(&builder, pat_span_text(quorum));
  pat_builder_span(&builder, PAT_SPAN_LITERAL("\n"));
  pat_span text;
  PAT_ASSERT(pat_is_ok(pat_builder_finish(&builder, &text)));
  PAT_ASSERT(pat_is_ok(pat_policy_parse(text, ret_policy, NULL)));
}

static void register_car(uint8_t car) {
  const ledger_said made[] = {{"make", SAID_OPEN, ledger_text(scene.world, "VW")}};
  ledger_draft draft = ledger_by(scene.world, REGISTRAR);
  ledger_register(&draft, car, LEDGER_SAID(made));
  ledger_accept(&draft);
}

static pat_hash assign(uint8_t car, ledger_serial serial) {
  ledger_draft draft = ledger_by(scene.world, REGISTRAR);
  ledger_assign(&draft, car, serial);
  return ledger_accept(&draft);
}

static void send_batches(void) {
  ledger_draft draft = ledger_by(scene.world, INSTALLER);
  ledger_bind(&draft, 1, 7);
  ledger_accept(&draft);
  draft = ledger_by(scene.world, DEVICE);
  ledger_telemetry(&draft, 7, 1, NULL);
  pat_hash first = ledger_accept(&draft);
  draft = ledger_by(scene.world, DEVICE);
  ledger_telemetry(&draft, 7, 2, &first);
  ledger_accept(&draft);
}

static void populate(void) {
  const ledger_serial chassis = {"chassis", 1, "ford", "ABC123"};
  register_car(1);
  register_car(2);
  assign(1, (ledger_serial){"vin", 1, "", "1M8GDM9AXKP042788"});
  scene.chassis = assign(1, chassis);
  const ledger_said passed[] = {{"result", SAID_OPEN, ledger_text(scene.world, "pass")}};
  ledger_draft draft = ledger_by(scene.world, INSPECTOR);
  ledger_attest(&draft, 1, LEDGER_SAID(passed));
  ledger_accept(&draft);
  send_batches();
  draft = ledger_by(scene.world, REGISTRAR);
  ledger_release(&draft, 1, chassis, &scene.chassis);
  ledger_accept(&draft);
  assign(2, chassis);
}

int scene_open(void **state) {
  (void)state;
  void *memory = malloc(MEMORY_BYTES);
  PAT_ASSERT(memory != NULL);
  pat_arena_init(&scene.arena, memory, MEMORY_BYTES);
  scene.world = ledger_world_new((ledger_options){.root_keys = 0});
  memset(scene.car, 1, sizeof scene.car);
  memset(scene.other, 2, sizeof scene.other);
  memset(scene.absent, 9, sizeof scene.absent);
  populate();
  scene.log = lying_log_of(scene.world, &scene.arena);
  trust("none", &scene.policy);
  trust("other", &scene.witnessed);
  trust("auditor.example", &scene.audited);
  mark = pat_arena_mark(&scene.arena);
  return 0;
}

int scene_close(void **state) {
  (void)state;
  ledger_world_close(scene.world);
  free(scene.arena.base);
  return 0;
}

int scene_reset(void **state) {
  (void)state;
  pat_arena_reset_to(&scene.arena, mark);
  return 0;
}

/* --- bundles --------------------------------------------------------------------------------- */

Patina__ProofBundle *scene_bundle(void) {
  const lying_request request = {.asset = scene.car};
  return lying_bundle_make(scene.log, &request, &scene.arena);
}

Patina__ProofBundle *scene_lookup(const char *scheme, const char *value) {
  const char *scope = strcmp(scheme, "chassis") == 0 ? "ford" : "";
  const lying_request request = {.scheme = scheme, .scope = scope, .value = value};
  return lying_bundle_make(scene.log, &request, &scene.arena);
}

pat_bundle_report scene_ask(pat_span bytes, const pat_policy *policy,
                            const pat_tlog_head *earlier) {
  const pat_bundle_question question = {.policy = policy, .earlier = earlier};
  pat_bundle_report report;
  pat_status status = pat_bundle_verify(bytes, &question, &scene.arena, &report);
  assert_int_equal(status.rule, report.status.rule);
  return report;
}

pat_bundle_report scene_verify(const Patina__ProofBundle *bundle) {
  return scene_ask(lying_encode(&bundle->base, &scene.arena), &scene.policy, NULL);
}

void scene_refused(const Patina__ProofBundle *bundle, pat_word word, pat_check check,
                   pat_rule rule) {
  pat_bundle_report report = scene_verify(bundle);
  assert_string_equal(pat_rule_id((pat_rule)report.status.rule), pat_rule_id(rule));
  assert_string_equal(pat_word_text(report.word), pat_word_text(word));
  assert_int_equal(report.check, check);
}

void scene_lie(lying_log *log, pat_word word, pat_check check, pat_rule rule) {
  const lying_request request = {.asset = scene.car};
  scene_refused(lying_bundle_make(log, &request, &scene.arena), word, check, rule);
}

void scene_matches(const Patina__ProofBundle *bundle) {
  pat_bundle_report report = scene_verify(bundle);
  assert_string_equal(pat_rule_id((pat_rule)report.status.rule), "ok");
  assert_string_equal(pat_word_text(report.word), "matches");
  assert_int_equal(report.check, PAT_CHECK_NONE);
}

lying_log *scene_open_lie(void) {
  lying_log *log = lying_log_copy(scene.log, &scene.arena);
  lying_log_reopen(log);
  return log;
}

/* --- parts of a bundle ----------------------------------------------------------------------- */

Patina__ProvenEntry *scene_entry(const Patina__ProofBundle *bundle, pat_kind_number kind) {
  uint64_t index = lying_log_find(scene.log, kind, 0);
  return bundle->entries[lying_bundle_entry_at(bundle, index)];
}

Patina__SubjectProof *scene_subject(const Patina__ProofBundle *bundle, pat_subject_kind kind,
                                    pat_span id) {
  pat_hash key = pat_subject_key(kind, id);
  return bundle->subjects[lying_bundle_subject_at(bundle, &key)];
}

void scene_drop(void *items, size_t *count, size_t at) {
  void **pointers = items;
  PAT_ASSERT(at < *count);
  for (size_t i = at + 1; i < *count; i++) {
    pointers[i - 1] = pointers[i];
  }
  (*count)--;
}

ProtobufCBinaryData scene_flipped(ProtobufCBinaryData field, size_t byte) {
  ProtobufCBinaryData copy = lying_field(pat_span_make(field.data, field.len), &scene.arena);
  copy.data[byte] ^= 1;
  return copy;
}
