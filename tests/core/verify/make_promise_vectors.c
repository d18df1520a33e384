/* Promises, kept and broken ones, for proofs/promises.json (V27 to V30). */
#include <string.h>

#include "core/base/assert.h"
#include "core/crypto/dsse.h"
#include "core/envelope/promise.h"
#include "tests/core/verify/make_proof_vectors.h"

/* What one reader holds. */
typedef struct {
  pat_arena *memory;
  vector_mutant tool; /* for the helpers that change fields */
  vector_maker *maker;
  lying_log *log; /* a copy: to be lied in */
  Patina__Promise promise;
  ProtobufCBinaryData body; /* if not empty: in place of the promise's own bytes */
  const char *type;         /* that the signature is for */
  int signature_more;       /* bytes added to it, or taken off */
  bool signature_flipped;
  bool longer; /* a byte behind the signed promise */
  uint8_t secret[PAT_SIGN_SECRET_BYTES];
  uint8_t key[PAT_PUBLIC_KEY_BYTES];
  bool no_key;
  const char *origin;
  bool no_statement;
  pat_hash statement;
  bool has_receipt;
  pat_proof_file receipt;
  const pat_hash *leaf; /* that the receipt is for; NULL: not said */
  bool has_commit;
  pat_proof_file commit;
  bool receipt_spoiled; /* its first line */
  const char *policy;
} promise_scene;

typedef struct {
  const char *id;
  void (*change)(promise_scene *scene);
  vector_verdict verdict;
  const char *about;
} promise_change;

/* --- the scene ------------------------------------------------------------------------------- */

static uint64_t place_of(const promise_scene *s) {
  return lying_log_find(s->log, PAT_KIND_ATTESTED, 0);
}
static uint64_t last_of(const promise_scene *s) { return s->log->count - 1; }
static uint64_t time_of(const promise_scene *s) {
  return s->log->leaves[last_of(s)].message->commit->time_ms;
}

/* A receipt of this leaf, with the leaf. */
static pat_proof_file receipt_of(promise_scene *s, uint64_t index) {
  pat_proof_file file = vector_receipt(s->log, index, s->memory);
  file.extra = s->log->leaves[index].bytes;
  return file;
}
static void hold_receipt(promise_scene *s, uint64_t index) {
  s->has_receipt = true;
  s->receipt = receipt_of(s, index);
}
static void hold_commit(promise_scene *s) {
  s->has_commit = true;
  s->commit = receipt_of(s, last_of(s));
}

static void begin(promise_scene *s) {
  const vector_base *base = vector_base_named(s->maker, "history");
  s->log = lying_log_copy(base->log, s->memory);
  const lying_leaf *leaf = &s->log->leaves[place_of(s)];
  pat_hash seed = pat_hash_of(PAT_SPAN_LITERAL("promise key"));
  pat_sign_keypair_from_seed(seed.bytes, s->key, s->secret);
  s->type = PAT_PROMISE_TYPE;
  s->origin = s->log->world->origin.text;
  s->statement = leaf->sha256;
  patina__promise__init(&s->promise);
  s->promise.origin = s->log->world->origin.text;
  s->promise.statement_sha256 = lying_field(pat_hash_span(&leaf->sha256), s->memory);
  s->promise.index = place_of(s);
  s->promise.leaf_hash = lying_field(pat_hash_span(&leaf->hash), s->memory);
  s->promise.accepted_at_ms = leaf->message->statement->logged_at_ms;
  s->promise.publish_by_ms = leaf->message->statement->logged_at_ms + 5000;
  hold_receipt(s, place_of(s));
}

/* --- V27 to V29 ------------------------------------------------------------------------------ */

static void hash_shorter(promise_scene *s) {
  s->promise.statement_sha256 = vector_resized(&s->tool, s->promise.statement_sha256, -1);
}
static void hash_longer(promise_scene *s) {
  s->promise.statement_sha256 = vector_resized(&s->tool, s->promise.statement_sha256, 1);
}
static void leaf_shorter(promise_scene *s) {
  s->promise.leaf_hash = vector_resized(&s->tool, s->promise.leaf_hash, -1);
}
static void leaf_longer(promise_scene *s) {
  s->promise.leaf_hash = vector_resized(&s->tool, s->promise.leaf_hash, 1);
}
static void signature_shorter(promise_scene *s) { s->signature_more = -1; }
static void signature_longer(promise_scene *s) { s->signature_more = 1; }
static void signature_none(promise_scene *s) { s->signature_more = -PAT_SIGNATURE_BYTES; }
static void origin_none(promise_scene *s) { s->promise.origin = (char *)""; }
static void origin_of(promise_scene *s, size_t size) {
  char *origin = lying_take(s->memory, size + 1);
  memset(origin, 'a', size);
  s->promise.origin = origin;
}
static void origin_254(promise_scene *s) { origin_of(s, PAT_ORIGIN_BYTES_MAX - 1); }
static void origin_255(promise_scene *s) { origin_of(s, PAT_ORIGIN_BYTES_MAX); }
static void origin_256(promise_scene *s) { origin_of(s, PAT_ORIGIN_BYTES_MAX + 1); }
static void body_longer(promise_scene *s, uint8_t byte, size_t count) {
  s->body = vector_resized(
      &s->tool, lying_field(lying_encode(&s->promise.base, s->memory), s->memory), (int)count);
  memset(s->body.data + s->body.len - count, byte, count);
}
static void field_unknown(promise_scene *s) {
  body_longer(s, 0, 2);
  s->body.data[s->body.len - 2] = 7 << 3 | 2; /* field 7, empty */
}
static void field_truncated(promise_scene *s) { body_longer(s, 0x3a, 1); }
static void not_canonical(promise_scene *s) { /* publish_by_ms twice */
  body_longer(s, 0, 2);
  s->body.data[s->body.len - 2] = 6 << 3;
  s->body.data[s->body.len - 1] = 1;
}
static void body_none(promise_scene *s) {
  static uint8_t nothing[] = {0x0a};
  s->body = (ProtobufCBinaryData){1, nothing};
}
static void behind(promise_scene *s) { s->longer = true; }
static void key_none(promise_scene *s) { s->no_key = true; }
static void key_other(promise_scene *s) {
  pat_hash seed = pat_hash_of(PAT_SPAN_LITERAL("another key"));
  uint8_t secret[PAT_SIGN_SECRET_BYTES];
  pat_sign_keypair_from_seed(seed.bytes, s->key, secret);
}
static void signature_flipped(promise_scene *s) { s->signature_flipped = true; }
static void type_other(promise_scene *s) {
  s->type = "application/vnd.patina.statement-digest.v1+protobuf";
}
static void origin_other(promise_scene *s) { s->origin = "example.org/another"; }
static void origin_not_said(promise_scene *s) { s->origin = NULL; }
static void statement_other(promise_scene *s) { s->statement.bytes[0] ^= 1; }
static void statement_not_said(promise_scene *s) { s->no_statement = true; }

/* --- V30: a receipt of the place ------------------------------------------------------------- */

static void receipt_none(promise_scene *s) { s->has_receipt = false; }
static void receipt_without_leaf(promise_scene *s) { s->receipt.extra = PAT_SPAN_EMPTY; }
static void receipt_leaf_said(promise_scene *s) {
  s->receipt.extra = PAT_SPAN_EMPTY;
  s->leaf = &s->log->leaves[place_of(s)].hash;
}
/* Where the leaf's hash is given, nobody looks at the extra bytes. */
static void receipt_leaf_said_besides(promise_scene *s) {
  s->leaf = &s->log->leaves[place_of(s)].hash;
  s->receipt.extra = PAT_SPAN_LITERAL("anything");
}
static void receipt_extra_other(promise_scene *s) {
  s->receipt.extra = PAT_SPAN_LITERAL("anything");
}
/* The operator promised one leaf and logged another in its place. */
static void replaced(promise_scene *s) {
  s->promise.leaf_hash = vector_flipped(&s->tool, s->promise.leaf_hash, 0);
}
static void replaced_leaf_said(promise_scene *s) {
  receipt_leaf_said(s);
  replaced(s);
}
static void replaced_not_shown(promise_scene *s) {
  receipt_without_leaf(s);
  replaced(s);
}
static void receipt_elsewhere(promise_scene *s) { s->receipt = receipt_of(s, place_of(s) - 1); }
static void receipt_index(promise_scene *s) { s->receipt.index++; }
static void promise_index(promise_scene *s) { s->promise.index++; }
static void receipt_beyond(promise_scene *s) {
  s->promise.index = s->receipt.index = s->log->count;
}
static void receipt_path(promise_scene *s) { s->receipt.proof.hashes[1].bytes[0] ^= 1; }
static void receipt_path_shorter(promise_scene *s) { s->receipt.proof.count--; }
static void receipt_form(promise_scene *s) { s->receipt_spoiled = true; }
static void receipt_note(promise_scene *s) {
  s->receipt.checkpoint = vector_spoiled_note(s->receipt.checkpoint, s->memory);
}
static void receipt_extension(promise_scene *s) {
  pat_tlog_head head = lying_log_head(s->log, s->log->count);
  s->receipt.checkpoint = vector_extended_note(s->log, &head, s->memory);
}
static void receipt_other_log(promise_scene *s) {
  lying_log *log = vector_base_named(s->maker, "one-root")->log;
  pat_tlog_head head = lying_log_head(log, log->count);
  s->receipt.checkpoint = pat_span_text(lying_log_note(log, &head, 0, s->memory));
}
static void stranger(promise_scene *s) { s->policy = "policy-stranger.txt"; }
static void audited(promise_scene *s) { s->policy = "policy-audited.txt"; }

/* --- V30: a later commit --------------------------------------------------------------------- */

/* Promised for the first place that the log does not have, until before its last commit. */
static void late(promise_scene *s) {
  s->has_receipt = false;
  hold_commit(s);
  s->promise.index = s->log->count;
  s->promise.publish_by_ms = time_of(s) - 1;
}
static void late_far(promise_scene *s) {
  late(s);
  s->promise.index = (uint64_t)1 << 63;
}
static void in_time(promise_scene *s) {
  late(s);
  s->promise.publish_by_ms = time_of(s);
}
static void covered(promise_scene *s) {
  late(s);
  s->promise.index = s->log->count - 1;
}
static void late_but_kept(promise_scene *s) {
  hold_commit(s);
  s->promise.publish_by_ms = time_of(s) - 1;
}
static void late_commit_before(promise_scene *s) {
  late(s);
  s->commit.index--;
}
static void late_not_a_commit(promise_scene *s) {
  late(s);
  uint64_t at = place_of(s);
  lying_log_put(s->log, last_of(s), s->log->leaves[at].bytes);
  hold_commit(s);
}
static void late_no_leaf(promise_scene *s) {
  late(s);
  s->commit.extra = PAT_SPAN_EMPTY;
}
static void late_path(promise_scene *s) {
  late(s);
  s->commit.proof.hashes[0].bytes[0] ^= 1;
}
static void late_other_root(promise_scene *s) {
  late(s);
  lying_log_recommit(s->log);
  Patina__IndexCommit *commit = s->log->leaves[last_of(s)].message->commit;
  commit->log_root = vector_flipped(&s->tool, commit->log_root, 0);
  lying_log_rewrite(s->log, last_of(s));
  hold_commit(s);
}
static void late_other_place(promise_scene *s) {
  late(s);
  lying_log_recommit(s->log);
  s->log->leaves[last_of(s)].message->commit->covered_size++;
  lying_log_rewrite(s->log, last_of(s));
  hold_commit(s);
}
static void late_note(promise_scene *s) {
  late(s);
  s->commit.checkpoint = vector_spoiled_note(s->commit.checkpoint, s->memory);
}
static void late_stranger(promise_scene *s) {
  late(s);
  stranger(s);
}

/* --- vectors --------------------------------------------------------------------------------- */

static pat_span sign(promise_scene *s) {
  if (s->body.len == 0) s->body = lying_field(lying_encode(&s->promise.base, s->memory), s->memory);
  pat_dsse_payload payload = {pat_span_text(s->type), pat_span_make(s->body.data, s->body.len)};
  uint8_t scratch[2048];
  uint8_t signature[PAT_SIGNATURE_BYTES];
  PAT_ASSERT(pat_is_ok(pat_dsse_sign(s->secret, payload, scratch, sizeof scratch, signature)));
  if (s->signature_flipped) signature[3] ^= 1;
  Patina__SignedPromise signed_promise = PATINA__SIGNED_PROMISE__INIT;
  signed_promise.promise = s->body;
  signed_promise.signature =
      vector_resized(&s->tool, lying_field(PAT_SPAN_OF(signature), s->memory), s->signature_more);
  ProtobufCBinaryData bytes = lying_field(lying_encode(&signed_promise.base, s->memory), s->memory);
  if (s->longer) bytes = vector_resized(&s->tool, bytes, 1);
  return pat_span_make(bytes.data, bytes.len);
}

static void put_receipt(promise_scene *s, const char *name, const pat_proof_file *file) {
  pat_span text = vector_receipt_text(file, s->memory);
  pat_span from =
      pat_span_slice(text, s->receipt_spoiled ? 1 : 0, text.size - (s->receipt_spoiled ? 1 : 0));
  vector_put_text(s->maker->run, name, from);
}

static void put(promise_scene *s, const promise_change *change) {
  vector_run *run = s->maker->run;
  vector_put_id(run, "promise", change->id);
  if (s->policy != NULL) vector_put_text(run, "policy", pat_span_text(s->policy));
  vector_put_hex(run, "promise", sign(s));
  if (!s->no_key) vector_put_hex(run, "key", PAT_SPAN_OF(s->key));
  if (s->origin != NULL) vector_put_text(run, "origin", pat_span_text(s->origin));
  if (!s->no_statement) vector_put_hex(run, "statement", pat_hash_span(&s->statement));
  if (s->has_receipt) put_receipt(s, "receipt", &s->receipt);
  if (s->leaf != NULL) vector_put_hex(run, "leaf", pat_hash_span(s->leaf));
  if (s->has_commit) put_receipt(s, "commit", &s->commit);
  vector_put_end(run, &change->verdict, change->about);
}

#define FORM           VECTOR_WRONG(27, "promise.form")
#define SIGNATURE      VECTOR_WRONG(28, "crypto.signature-invalid")
#define BROKEN(rule)   VECTOR_WRONG(30, rule)
#define OPEN           VECTOR_UNPROVEN(30, "verify.missing")
#define DISTRUST(rule) VECTOR_UNPROVEN(30, rule)

static const promise_change changes[] = {
    {"kept", NULL, VECTOR_MATCHES, "the promised leaf stands in its place"},
    {"kept-without-leaf", receipt_without_leaf, VECTOR_MATCHES, "the receipt brings no leaf"},
    {"kept-leaf-said", receipt_leaf_said, VECTOR_MATCHES, "the leaf's hash is given beside it"},
    {"kept-leaf-said-besides", receipt_leaf_said_besides, VECTOR_MATCHES,
     "the leaf's hash is given: the receipt's extra bytes are not looked at"},
    {"kept-late", late_but_kept, VECTOR_MATCHES,
     "a late commit beside the receipt: the receipt decides"},
    {"kept-origin-not-said", origin_not_said, VECTOR_MATCHES, "the log's name is not compared"},
    {"kept-statement-not-said", statement_not_said, VECTOR_MATCHES,
     "the statement is not compared"},
    {"hash-shorter", hash_shorter, FORM, "a statement's hash of 31 bytes"},
    {"hash-longer", hash_longer, FORM, "a statement's hash of 33 bytes"},
    {"leaf-shorter", leaf_shorter, FORM, "a leaf hash of 31 bytes"},
    {"leaf-longer", leaf_longer, FORM, "a leaf hash of 33 bytes"},
    {"signature-shorter", signature_shorter, FORM, "a signature of 63 bytes"},
    {"signature-longer", signature_longer, FORM, "a signature of 65 bytes"},
    {"signature-none", signature_none, FORM, "no signature"},
    {"origin-none", origin_none, FORM, "no origin"},
    {"origin-254", origin_254, VECTOR_WRONG(28, "submission.other-log"), "254 bytes of origin"},
    {"origin-255", origin_255, VECTOR_WRONG(28, "submission.other-log"), "255 bytes of origin"},
    {"origin-256", origin_256, FORM, "256 bytes of origin"},
    {"field-unknown", field_unknown, FORM, "a field that promises do not have"},
    {"field-truncated", field_truncated, FORM, "a field that is cut short"},
    {"not-canonical", not_canonical, FORM, "a field twice"},
    {"body-none", body_none, FORM, "what is signed is no promise"},
    {"behind", behind, FORM, "a byte behind the signed promise"},
    {"key-none", key_none, VECTOR_UNKNOWN(28, "verify.missing"), "the promise key is not known"},
    {"key-other", key_other, SIGNATURE, "another promise key"},
    {"signature-flipped", signature_flipped, SIGNATURE, "a bit of the signature"},
    {"type-other", type_other, SIGNATURE, "signed as something else"},
    {"origin-other", origin_other, VECTOR_WRONG(28, "submission.other-log"),
     "the promise of another log"},
    {"statement-other", statement_other, VECTOR_WRONG(29, "verify.receipt"),
     "the promise of another statement"},
    {"receipt-none", receipt_none, OPEN, "nothing shows whether it was kept"},
    {"receipt-extra-other", receipt_extra_other, BROKEN("tlog.inclusion-root"),
     "the receipt's leaf is not that of its place"},
    {"replaced", replaced, BROKEN("verify.fork"), "another leaf stands in the promised place"},
    {"replaced-leaf-said", replaced_leaf_said, BROKEN("verify.fork"),
     "another leaf stands there, whose hash is given"},
    {"replaced-not-shown", replaced_not_shown, BROKEN("tlog.inclusion-root"),
     "another leaf stands there, and the receipt does not say which"},
    {"receipt-elsewhere", receipt_elsewhere, BROKEN("verify.receipt"),
     "the receipt of another place"},
    {"receipt-index", receipt_index, BROKEN("verify.receipt"), "the receipt names the next place"},
    {"promise-index", promise_index, BROKEN("verify.receipt"), "the promise names the next place"},
    {"receipt-beyond", receipt_beyond, BROKEN("tlog.inclusion-index"),
     "a place that the checkpoint does not have"},
    {"receipt-path", receipt_path, BROKEN("tlog.inclusion-root"), "a bit of the path"},
    {"receipt-path-shorter", receipt_path_shorter, BROKEN("tlog.inclusion-length"),
     "a hash too few"},
    {"receipt-form", receipt_form, BROKEN("proof.form"), "no receipt's first line"},
    {"receipt-note", receipt_note, BROKEN("note.signature-wrong"),
     "the log's signature is another"},
    {"receipt-extension", receipt_extension, BROKEN("checkpoint.extension"),
     "the checkpoint has one line more"},
    {"receipt-other-log", receipt_other_log, BROKEN("verify.receipt"),
     "the checkpoint of another trusted log"},
    {"receipt-stranger", stranger, DISTRUST("policy.log"),
     "the checkpoint of a log that the reader does not trust"},
    {"receipt-not-audited", audited, DISTRUST("policy.quorum-missing"), "no auditor cosigned"},
    {"late", late, BROKEN("verify.rollback"), "its time is over, and its place is still free"},
    {"late-far", late_far, BROKEN("verify.rollback"), "the same, for a place that no log has"},
    {"in-time", in_time, OPEN, "a commit of the very time that was promised"},
    {"covered", covered, OPEN,
     "a late commit that covers the place: what stands there is not shown"},
    {"late-commit-before", late_commit_before, BROKEN("verify.view"),
     "of the leaf before the last"},
    {"late-not-a-commit", late_not_a_commit, BROKEN("verify.view"), "the last leaf is no commit"},
    {"late-no-leaf", late_no_leaf, BROKEN("tlog.inclusion-root"), "the commit is not shown"},
    {"late-path", late_path, BROKEN("tlog.inclusion-root"), "a bit of the commit's path"},
    {"late-log-root", late_other_root, BROKEN("verify.view"), "the commit names another log"},
    {"late-covers-more", late_other_place, BROKEN("verify.view"), "the commit names another place"},
    {"late-note", late_note, BROKEN("note.signature-wrong"), "the log's signature is another"},
    {"late-stranger", late_stranger, DISTRUST("policy.log"),
     "a late commit of a log that the reader does not trust"},
};

void make_promise_vectors(vector_maker *maker) {
  vector_file_begin_in(maker->run, "proofs", "promises");
  for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
    pat_arena_reset_to(maker->work, 0);
    promise_scene scene = {.maker = maker, .memory = maker->work, .tool = {.memory = maker->work}};
    begin(&scene);
    if (changes[i].change != NULL) changes[i].change(&scene);
    put(&scene, &changes[i]);
  }
  pat_arena_reset_to(maker->work, 0);
  vector_file_end(maker->run);
}
