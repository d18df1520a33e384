#include <stdio.h>
#include <stdlib.h>

#include "core/bytes/protobuf.h"
#include "core/envelope/promise.h"
#include "core/index/proof.h"
#include "core/note/proof_file.h"
#include "core/tlog/hash.h"
#include "tests/proto/spec/examples.h"

enum { NOTE_MAX = 4096 };

/* --- the tree -------------------------------------------------------------------------------- */

/* The hash of a perfect node, computed from the leaves. */
static pat_status node_hash(void *context, pat_tlog_position at, pat_hash *ret_hash) {
  const example_log *log = context;
  if (at.level == 0) {
    *ret_hash = log->leaf_hashes[at.index];
    return PAT_OK;
  }
  pat_tlog_range range;
  pat_tlog_range_init(&range);
  uint64_t width = UINT64_C(1) << at.level;
  for (uint64_t i = 0; i < width; i++)
    PAT_TRY(pat_tlog_range_append(&range, &log->leaf_hashes[at.index * width + i]));
  *ret_hash = pat_tlog_range_root(&range);
  return PAT_OK;
}

static pat_tlog_proof inclusion(example_log *log, uint64_t index) {
  pat_tlog_plan plan;
  pat_tlog_proof proof;
  const pat_tlog_source source = {log, node_hash};
  example_must(pat_tlog_inclusion_nodes(index, LEAF_COUNT, &plan));
  example_must(pat_tlog_proof_build(&plan, &source, &proof));
  const pat_hash root = pat_tlog_range_root(&log->head.range);
  example_must(pat_tlog_inclusion_verify(index, LEAF_COUNT, &log->leaf_hashes[index],
                                         pat_tlog_proof_hashes(&proof), &root));
  return proof;
}

static void leaf(example_log *log, example_book *book) {
  example_begin(book, "leaf");
  example_bytes(book, "LogEntry", log->leaves[LEAF_ASSIGNED]);
  example_hash(book, "leaf hash", log->leaf_hashes[LEAF_ASSIGNED]);
}

static void commit(example_log *log, example_book *book) {
  pat_tlog_proof path = inclusion(log, LEAF_COMMIT);
  pat_tlog_range before;
  example_must(pat_tlog_inclusion_before_last(LEAF_COUNT, pat_tlog_proof_hashes(&path), &before));
  example_begin(book, "commit");
  example_bytes(book, "LogEntry", log->leaves[LEAF_COMMIT]);
  example_hash(book, "leaf hash", log->leaf_hashes[LEAF_COMMIT]);
  for (size_t i = 0; i < path.count; i++)
    example_hash(book, "path", path.hashes[i]);
  example_hash(book, "log_root", pat_tlog_range_root(&before));
  example_hash(book, "root", pat_tlog_range_root(&log->head.range));
}

/* --- notes ----------------------------------------------------------------------------------- */

static pat_note_key key_of(const char *name, uint8_t type, const example_key *key) {
  pat_note_key result;
  example_must(pat_note_key_make(pat_span_text(name), type, key->public_key, &result));
  return result;
}

static void write_key(example_book *book, const char *label, const pat_note_key *key) {
  char text[512];
  pat_builder builder;
  pat_span written;
  pat_builder_init(&builder, text, sizeof text);
  pat_note_key_format(key, &builder);
  pat_builder_char(&builder, '\0');
  example_must(pat_builder_finish(&builder, &written));
  example_line(book, label, text);
}

/* The signed and witnessed checkpoint of the whole log. */
static pat_span checkpoint_note(const example_log *log, uint8_t buffer[NOTE_MAX]) {
  const pat_tlog_head head = {LEAF_COUNT, pat_tlog_range_root(&log->head.range)};
  const pat_note_key log_key = key_of(log->origin.text, PAT_NOTE_TYPE_ED25519, &log->log);
  const pat_note_key witness_key =
      key_of("witness.example", PAT_NOTE_TYPE_COSIGNATURE, &log->witness);
  uint8_t text_buffer[1024];
  pat_builder builder;
  pat_span text;
  pat_span note;
  pat_builder_init(&builder, text_buffer, sizeof text_buffer);
  example_must(pat_checkpoint_format(pat_span_text(log->origin.text), &head, &builder));
  example_must(pat_builder_finish(&builder, &text));
  pat_builder_init(&builder, buffer, NOTE_MAX);
  example_must(pat_note_sign(text, &log_key, log->log.secret, &builder));
  example_must(pat_cosignature_sign(text, &witness_key, log->witness.secret, 1767225661, &builder));
  example_must(pat_builder_finish(&builder, &note));
  return note;
}

static void checkpoint(const example_log *log, example_book *book) {
  uint8_t buffer[NOTE_MAX];
  const pat_note_key log_key = key_of(log->origin.text, PAT_NOTE_TYPE_ED25519, &log->log);
  const pat_note_key witness_key =
      key_of("witness.example", PAT_NOTE_TYPE_COSIGNATURE, &log->witness);
  example_begin(book, "checkpoint-keys");
  example_bytes(book, "log seed", PAT_SPAN_OF(log->log.seed));
  write_key(book, "log", &log_key);
  example_bytes(book, "witness seed", PAT_SPAN_OF(log->witness.seed));
  write_key(book, "witness", &witness_key);
  example_begin(book, "checkpoint");
  example_verbatim(book, checkpoint_note(log, buffer));
}

static void receipt(example_log *log, example_book *book) {
  uint8_t buffer[NOTE_MAX];
  uint8_t file_buffer[2 * NOTE_MAX];
  pat_builder builder;
  pat_span text;
  const pat_proof_file file = {.index = LEAF_REGISTERED,
                               .proof = inclusion(log, LEAF_REGISTERED),
                               .checkpoint = checkpoint_note(log, buffer)};
  pat_builder_init(&builder, file_buffer, sizeof file_buffer);
  pat_proof_file_encode(&file, &builder);
  example_must(pat_builder_finish(&builder, &text));
  example_begin(book, "receipt");
  example_verbatim(book, text);
}

static void promise(example_log *log, example_book *book) {
  Patina__Promise message = PATINA__PROMISE__INIT;
  Patina__SignedPromise signed_promise;
  message.origin = log->origin.text;
  message.statement_sha256 =
      example_field(pat_hash_span(&log->submissions[LEAF_REGISTERED].statement.sha256));
  message.index = LEAF_REGISTERED;
  message.leaf_hash = example_field(pat_hash_span(&log->leaf_hashes[LEAF_REGISTERED]));
  message.accepted_at_ms = UINT64_C(1767225660000);
  message.publish_by_ms = UINT64_C(1767225720000);
  example_must(pat_promise_sign(&message, log->promise.secret, &log->arena, &signed_promise));
  example_begin(book, "promise");
  example_bytes(book, "Promise",
                pat_span_make(signed_promise.promise.data, signed_promise.promise.len));
  example_bytes(book, "signature",
                pat_span_make(signed_promise.signature.data, signed_promise.signature.len));
}

/* --- the index ------------------------------------------------------------------------------- */

static void small_map(example_book *book) {
  static const uint8_t short_key[] = {0x12};
  static const uint8_t short_value[] = {0xaa};
  static const uint8_t long_key[] = {0x12, 0x34};
  static const uint8_t long_value[] = {0xbb};
  const pat_hash left = pat_index_leaf_hash(PAT_SPAN_OF(short_key), PAT_SPAN_OF(short_value));
  const pat_hash right = pat_index_leaf_hash(PAT_SPAN_OF(long_key), PAT_SPAN_OF(long_value));
  uint32_t bit = 8; /* "12" is read as 12 00 FF ..., so it parts from 12 34 in the second byte */
  while (pat_index_key_bit(PAT_SPAN_OF(short_key), bit) ==
         pat_index_key_bit(PAT_SPAN_OF(long_key), bit))
    bit++;
  example_begin(book, "index-small");
  example_hash(book, "empty", pat_index_empty_root());
  example_hash(book, "leaf 12", left);
  example_hash(book, "leaf 1234", right);
  example_number(book, "bit", bit);
  example_hash(book, "root", pat_index_inner_hash(bit, &left, &right));
}

static pat_span prove(example_log *log, const pat_hash *key, uint8_t *buffer, size_t size,
                      bool *ret_present) {
  pat_builder builder;
  pat_span proof;
  pat_builder_init(&builder, buffer, size);
  pat_index_tree_prove(&log->index, key, &builder, ret_present);
  example_must(pat_builder_finish(&builder, &proof));
  return proof;
}

static void log_index(example_log *log, example_book *book) {
  uint8_t buffer[PAT_INDEX_PROOF_BYTES_MAX];
  uint8_t value_bytes[PAT_INDEX_VALUE_BYTES];
  bool present = false;
  pat_index_value value;
  const pat_hash root = pat_index_tree_root(&log->index);
  const pat_hash asset =
      pat_subject_key(PAT_SUBJECT_ASSET, example_run(log, 0xd0, PAT_ASSET_ID_BYTES));
  const pat_hash other =
      pat_subject_key(PAT_SUBJECT_ASSET, example_run(log, 0xd1, PAT_ASSET_ID_BYTES));
  if (!pat_index_tree_get(&log->index, &asset, &value)) abort();
  pat_index_value_encode(&value, value_bytes);
  example_begin(book, "index-log");
  example_number(book, "key_count", log->index.key_count);
  example_hash(book, "index_root", root);
  example_hash(book, "K", asset);
  example_hash(book, "sub-log 0",
               pat_index_sublog_leaf(LEAF_REGISTERED, &log->leaf_hashes[LEAF_REGISTERED]));
  example_hash(book, "sub-log 1",
               pat_index_sublog_leaf(LEAF_ASSIGNED, &log->leaf_hashes[LEAF_ASSIGNED]));
  example_bytes(book, "value", PAT_SPAN_OF(value_bytes));
  pat_span proof = prove(log, &asset, buffer, sizeof buffer, &present);
  example_must(pat_index_presence_verify(&root, &asset, &value, proof));
  example_bytes(book, "presence", proof);
  example_hash(book, "K'", other);
  proof = prove(log, &other, buffer, sizeof buffer, &present);
  if (present) abort();
  example_must(pat_index_absence_verify(&root, &other, proof));
  example_bytes(book, "absence", proof);
}

void examples_of_log(example_log *log, example_book *book) {
  leaf(log, book);
  commit(log, book);
  checkpoint(log, book);
  receipt(log, book);
  promise(log, book);
  small_map(book);
  log_index(log, book);
}
