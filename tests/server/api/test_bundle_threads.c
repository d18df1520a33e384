/* Bundles, look-ups and index pages read by several threads while others write, over the real
 * sequencer and store: each is whole at one checkpoint. What was read is checked afterwards, as a
 * reader would. */
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "core/bytes/protobuf.h"
#include "core/bytes/text.h"
#include "core/crypto/base32.h"
#include "core/note/proof_file.h"
#include "core/tlog/hash.h"
#include "core/verify/bundle.h"
#include "server/api/handlers.h"
#include "server/main/ledger_reads.h"
#include "server/sys/mem.h"
#include "tests/server/api/bundle_check.h"
#include "tests/server/sequencer/writer_support.h"

enum {
  ASSET = 1,
  WRITERS = 2,
  WRITES = 24, /* of each writer */
  READERS = 3,
  READS = 12, /* of each reader: a bundle, a look-up and an index page */
  CHECK_BYTES = 64 * 1024 * 1024,
};

typedef struct {
  writer *at;
  pat_ledger_context context;
  pat_ledger_port port;
  pat_api api;
  pat_policy policy;
  char vkey[600];
  atomic_uint reads; /* done, of all readers */
} served;

/* One writer's calls, one after the other. */
typedef struct {
  const served *to;
  writer_call *calls[WRITES];
  pat_thread thread;
} many_writes;

/* What one reader got. */
typedef struct {
  served *from;
  pat_status status; /* of the first failure */
  pat_blob bundles[READS];
  pat_blob lookups[READS];
  pat_blob pages[READS];
  pat_thread thread;
} many_reads;

static pat_span span_of(ProtobufCBinaryData field) { return pat_span_make(field.data, field.len); }

/* --- the ledger ------------------------------------------------------------------------------ */

static void make_policy(served *from) {
  pat_builder builder;
  pat_span text = PAT_SPAN_EMPTY;
  pat_builder_init(&builder, from->vkey, sizeof from->vkey);
  pat_builder_text(&builder, "log ");
  pat_note_key_format(&from->at->log->log_key, &builder);
  pat_builder_text(&builder, "\nquorum none\n");
  assert_ok(pat_builder_finish(&builder, &text));
  assert_ok(pat_policy_parse(text, &from->policy, NULL));
}

static void serve(writer *at, served *from) {
  seq_log *log = at->log;
  *from = (served){.at = at};
  from->context = (pat_ledger_context){.store = log->store,
                                       .sequencer = at->sequencer,
                                       .published = &log->published,
                                       .keys = &log->keys,
                                       .origin = log->world->origin.text,
                                       .genesis = pat_committer_genesis(log->committer)};
  pat_ledger_port_init(&from->context, &from->port);
  from->api = (pat_api){.port = &from->port, .env = &at->clock.env};
  make_policy(from);
}

/* --- writing --------------------------------------------------------------------------------- */

/* Every third one names an identifier that nobody had: its bundle's closure grows. */
static Patina__SignedStatement *one_write(ledger_world *world, size_t who, size_t number) {
  char text[40];
  (void)snprintf(text, sizeof text, "DEMO-%zu-%zu", who, number);
  ledger_draft draft = ledger_by(world, number % 3 == 0 ? REGISTRAR : KEEPER);
  if (number % 3 == 0) {
    (void)ledger_assign(&draft, ASSET, (ledger_serial){"engine", 1, "", text});
  } else {
    ledger_said told[] = {{"text", SAID_SLOT, ledger_text(world, text)}};
    ledger_attest(&draft, ASSET, LEDGER_SAID(told))->claim = (char *)"story";
  }
  return ledger_seal(&draft, NULL);
}

static void write_main(void *context) {
  many_writes *mine = context;
  for (size_t i = 0; i < WRITES; i++) {
    /* In step with the readers, so that each of them meets many checkpoints. */
    while (atomic_load(&mine->to->reads) < i * READERS * READS / WRITES / 2)
      (void)sched_yield();
    /* A full queue is no failure: the client comes again. */
    while (pat_is_rule(writer_submit(mine->calls[i]), PAT_RULE_SEQUENCER_QUEUE))
      ;
  }
}

static void prepare(writer *at, many_writes *writes) {
  Patina__SignedStatement *first = seq_vehicle(at->log->world, ASSET);
  writer_call *call = writer_call_of(at, &first, 1);
  assert_ok(writer_submit(call));
  writer_call_clear(call);
  for (size_t who = 0; who < WRITERS; who++) {
    for (size_t i = 0; i < WRITES; i++) {
      Patina__SignedStatement *envelope = one_write(at->log->world, who, i);
      writes[who].calls[i] = writer_call_of(at, &envelope, 1);
    }
  }
}

/* --- reading --------------------------------------------------------------------------------- */

static pat_status read_bundle(many_reads *mine, size_t number) {
  uint8_t id[PAT_ASSET_ID_BYTES];
  char text[PAT_BASE32_ASSET_TEXT_BYTES];
  memset(id, ASSET, sizeof id);
  pat_base32_asset_encode(id, text);
  PAT_CLEANUP(pat_api_response_clear) pat_api_response response = {.status = 0};
  pat_api_request request = {.accept = PAT_API_MEDIA_BUNDLE, .request_id = ""};
  request.path_values[0] = pat_span_text(text);
  PAT_TRY(pat_api_bundle_get(&mine->from->api, &request, &response, NULL));
  mine->bundles[number] = pat_blob_take(&response.body);
  return PAT_OK;
}

static pat_status read_lookup(many_reads *mine, size_t number) {
  char body[100];
  (void)snprintf(body, sizeof body, "{\"scheme\":\"engine\",\"value\":\"DEMO-0-%zu\"}", number);
  PAT_CLEANUP(pat_api_response_clear) pat_api_response response = {.status = 0};
  pat_api_request request = {.accept = PAT_API_MEDIA_PROTOBUF,
                             .body = pat_span_text(body),
                             .body_media = PAT_API_MEDIA_JSON,
                             .request_id = ""};
  PAT_TRY(pat_api_lookup_post(&mine->from->api, &request, &response, NULL));
  mine->lookups[number] = pat_blob_take(&response.body);
  return PAT_OK;
}

static pat_status read_page(many_reads *mine, size_t number) {
  pat_hash key = pat_subject_key(PAT_SUBJECT_CLASS, PAT_SPAN_LITERAL("vehicle"));
  char hex[2 * PAT_HASH_BYTES + 1];
  PAT_TRY(pat_hex_encode(pat_hash_span(&key), hex, sizeof hex));
  PAT_CLEANUP(pat_api_response_clear) pat_api_response response = {.status = 0};
  pat_api_request request = {.accept = PAT_API_MEDIA_TEXT, .request_id = ""};
  request.path_values[0] = pat_span_text(hex);
  PAT_TRY(pat_api_index_get(&mine->from->api, &request, &response, NULL));
  mine->pages[number] = pat_blob_take(&response.body);
  return PAT_OK;
}

static pat_status read_all(many_reads *mine) {
  for (size_t i = 0; i < READS; i++) {
    PAT_TRY(read_bundle(mine, i));
    PAT_TRY(read_lookup(mine, i));
    PAT_TRY(read_page(mine, i));
    atomic_fetch_add(&mine->from->reads, 1);
  }
  return PAT_OK;
}

static void read_main(void *context) {
  many_reads *mine = context;
  mine->status = read_all(mine);
  if (!pat_is_ok(mine->status)) atomic_store(&mine->from->reads, READERS * READS);
}

/* --- checking -------------------------------------------------------------------------------- */

static pat_bundle_report check_bundle(const served *from, pat_span bytes, pat_arena *arena) {
  pat_bundle_question question = {.policy = &from->policy};
  pat_bundle_report report;
  (void)pat_bundle_verify(bytes, &question, arena, &report);
  if (report.word != PAT_WORD_MATCHES) {
    fail_msg("V%d: %s at %zu %s", (int)report.check, pat_rule_id((pat_rule)report.status.rule),
             report.error.offset, report.error.place);
  }
  bundle_check_whole(report.bundle, arena);
  return report;
}

static void check_lookup(const served *from, pat_span bytes, pat_arena *arena) {
  ProtobufCMessage *decoded = NULL;
  assert_ok(
      pat_protobuf_decode(&patina__lookup_response__descriptor, bytes, arena, 0, &decoded, NULL));
  const Patina__LookupResponse *found = (const Patina__LookupResponse *)decoded;
  assert_string_equal(found->checkpoint, found->proof->checkpoint);
  size_t size = 0;
  assert_ok(pat_protobuf_size(&found->proof->base, &size));
  pat_builder builder;
  pat_span bundle = PAT_SPAN_EMPTY;
  void *room = pat_arena_take(arena, size);
  assert_non_null(room);
  pat_builder_init(&builder, room, size);
  assert_ok(pat_protobuf_encode(&found->proof->base, &builder));
  assert_ok(pat_builder_finish(&builder, &bundle));
  pat_bundle_report report = check_bundle(from, bundle, arena);
  assert_int_equal(report.recorded, found->answers[0]->history->n_spans > 0);
}

static void check_page(const served *from, pat_span bytes, pat_arena *arena) {
  pat_proof_file file;
  ProtobufCMessage *message = NULL;
  assert_ok(pat_proof_file_decode(bytes, arena, &file, NULL));
  assert_ok(
      pat_protobuf_decode(&patina__index_extra__descriptor, file.extra, arena, 0, &message, NULL));
  const Patina__IndexExtra *extra = (const Patina__IndexExtra *)message;
  pat_hash leaf = pat_tlog_leaf_hash(span_of(extra->commit));
  pat_policy_verdict verdict;
  assert_ok(pat_proof_file_verify(&file, &leaf, &from->policy, &verdict, NULL));
  uint64_t covered = 0;
  pat_hash root = bundle_check_root(extra->commit, arena, &covered);
  assert_int_equal(covered, verdict.checkpoint.head.size - 1);
  bundle_check_subject(extra->subject, &root);
}

/* A reader never sees an older ledger after a newer one. Gives how many different ones it saw. */
static size_t check_reads(const served *from, many_reads *mine, void *memory) {
  uint64_t size = 0;
  size_t moments = 0;
  pat_arena arena;
  assert_ok(mine->status);
  for (size_t i = 0; i < READS; i++) {
    pat_arena_init(&arena, memory, CHECK_BYTES);
    pat_bundle_report report = check_bundle(from, pat_blob_span(mine->bundles[i]), &arena);
    assert_true(report.verdict.checkpoint.head.size >= size);
    moments += report.verdict.checkpoint.head.size > size;
    size = report.verdict.checkpoint.head.size;
    pat_arena_init(&arena, memory, CHECK_BYTES);
    check_lookup(from, pat_blob_span(mine->lookups[i]), &arena);
    pat_arena_init(&arena, memory, CHECK_BYTES);
    check_page(from, pat_blob_span(mine->pages[i]), &arena);
    pat_blob_clear(&mine->bundles[i]);
    pat_blob_clear(&mine->lookups[i]);
    pat_blob_clear(&mine->pages[i]);
  }
  return moments;
}

static void run(many_writes *writes, many_reads *reads) {
  for (size_t i = 0; i < WRITERS; i++)
    assert_ok(pat_thread_start("writer", write_main, &writes[i], &writes[i].thread));
  for (size_t i = 0; i < READERS; i++)
    assert_ok(pat_thread_start("reader", read_main, &reads[i], &reads[i].thread));
  for (size_t i = 0; i < WRITERS; i++)
    pat_thread_join(&writes[i].thread);
  for (size_t i = 0; i < READERS; i++)
    pat_thread_join(&reads[i].thread);
}

static void test_bundle_threads__each_holds_at_one_checkpoint(void **state) {
  writer *at = *state;
  static served from;
  static many_writes writes[WRITERS];
  static many_reads reads[READERS];
  serve(at, &from);
  prepare(at, writes);
  for (size_t i = 0; i < WRITERS; i++)
    writes[i].to = &from;
  for (size_t i = 0; i < READERS; i++)
    reads[i] = (many_reads){.from = &from};
  run(writes, reads);
  void *memory = pat_mem_resize(NULL, CHECK_BYTES, 1);
  size_t moments = 0;
  for (size_t i = 0; i < READERS; i++)
    moments += check_reads(&from, &reads[i], memory);
  pat_mem_free(memory);
  print_message("%zu checkpoints seen by %d readers\n", moments, READERS);
  assert_true(moments > 2 * READERS); /* else next to nothing was written meanwhile */
  for (size_t i = 0; i < WRITERS * WRITES; i++) {
    writer_assert_recorded(writes[i / WRITES].calls[i % WRITES]);
    writer_call_clear(writes[i / WRITES].calls[i % WRITES]);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      writer_test(test_bundle_threads__each_holds_at_one_checkpoint),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
