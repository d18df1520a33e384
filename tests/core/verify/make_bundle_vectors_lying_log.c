/* Lies that need the operator's key: commits and leaves that are wrong, under a checkpoint of
 * his and with proofs that fit. */
#include <string.h>

#include "core/base/assert.h"
#include "core/bytes/builder.h"
#include "tests/core/verify/make_bundle_vectors.h"

/* --- commits --------------------------------------------------------------------------------- */

static uint64_t last_of(const vector_liar *l) { return l->log->count - 1; }

static Patina__IndexCommit *commit_of(vector_liar *l) {
  return l->log->leaves[last_of(l)].message->commit;
}
static void rewrite_commit(vector_liar *l) { lying_log_rewrite(l->log, last_of(l)); }

static void covered_below(vector_liar *l) {
  commit_of(l)->covered_size--;
  rewrite_commit(l);
}
static void covered_above(vector_liar *l) {
  commit_of(l)->covered_size++;
  rewrite_commit(l);
}
static void flip_field(vector_liar *l, ProtobufCBinaryData *field) {
  *field = lying_field(pat_span_make(field->data, field->len), l->log->memory);
  field->data[0] ^= 1;
  rewrite_commit(l);
}
static void log_root(vector_liar *l) { flip_field(l, &commit_of(l)->log_root); }
static void index_root(vector_liar *l) { flip_field(l, &commit_of(l)->index_root); }
static void log_root_short(vector_liar *l) {
  commit_of(l)->log_root.len--;
  rewrite_commit(l);
}
static void previous_itself(vector_liar *l) {
  commit_of(l)->previous_index = commit_of(l)->covered_size;
  rewrite_commit(l);
}
static void previous_none(vector_liar *l) {
  commit_of(l)->previous_case = PATINA__INDEX_COMMIT__PREVIOUS__NOT_SET;
  rewrite_commit(l);
}
static void epoch_none(vector_liar *l) {
  commit_of(l)->epoch = 0;
  rewrite_commit(l);
}

/* An older commit at the end, or what it said of the index. */
static const lying_leaf *older_commit(vector_liar *l) {
  uint64_t at = vector_asset_entry(l, 0) - 1;
  PAT_ASSERT(l->log->leaves[at].say == NULL);
  return &l->log->leaves[at];
}
static void stale_commit(vector_liar *l) {
  lying_log_put(l->log, last_of(l), older_commit(l)->bytes);
}
static void stale_index(vector_liar *l) {
  commit_of(l)->index_root = older_commit(l)->message->commit->index_root;
  rewrite_commit(l);
}
static void not_a_commit(vector_liar *l) {
  lying_log_put(l->log, last_of(l), l->log->leaves[vector_asset_entry(l, 0)].bytes);
}
static void empty_leaf(vector_liar *l) { lying_log_put(l->log, last_of(l), PAT_SPAN_EMPTY); }

/* Bytes behind a leaf. */
static pat_span with(vector_liar *l, pat_span bytes, pat_span more) {
  pat_builder out;
  pat_builder_init(&out, lying_take(l->log->memory, bytes.size + more.size),
                   bytes.size + more.size);
  pat_builder_span(&out, bytes);
  pat_builder_span(&out, more);
  pat_span made;
  PAT_ASSERT(pat_is_ok(pat_builder_finish(&out, &made)));
  return made;
}
static void newer_commit(vector_liar *l) {
  lying_log_put(l->log, last_of(l), PAT_SPAN_LITERAL("\x1a\x03new"));
}
static void commit_and_more(vector_liar *l) {
  pat_span bytes = l->log->leaves[last_of(l)].bytes;
  lying_log_put(l->log, last_of(l), with(l, bytes, PAT_SPAN_LITERAL("\x1a\x03new")));
}
static void commit_and_number(vector_liar *l) {
  pat_span bytes = l->log->leaves[last_of(l)].bytes;
  lying_log_put(l->log, last_of(l), with(l, bytes, PAT_SPAN_LITERAL("\x18\x01")));
}

/* --- leaves ---------------------------------------------------------------------------------- */

/* The newest entry of the asset. */
static uint64_t newest(vector_liar *l) {
  pat_hash key = vector_asset_key(l);
  return vector_asset_entry(l, lying_log_subject(l->log, &key)->count - 1);
}
static Patina__Entry *entry_at(vector_liar *l, uint64_t index) {
  return l->log->leaves[index].message->statement;
}
static Patina__Entry *entry_of(vector_liar *l) { return entry_at(l, newest(l)); }
static void rewrite(vector_liar *l) { lying_log_rewrite(l->log, newest(l)); }

static void newer_leaf(vector_liar *l) {
  lying_log_put(l->log, newest(l), PAT_SPAN_LITERAL("\x1a\x03new"));
}
static void leaf_and_more(vector_liar *l) {
  pat_span bytes = l->log->leaves[newest(l)].bytes;
  lying_log_put(l->log, newest(l), with(l, bytes, PAT_SPAN_LITERAL("\x1a\x03new")));
}
static void leaf_cut(vector_liar *l) {
  pat_span bytes = l->log->leaves[newest(l)].bytes;
  lying_log_put(l->log, newest(l), pat_span_slice(bytes, 0, bytes.size - 1));
}
static void leaf_longer(vector_liar *l) {
  pat_span bytes = l->log->leaves[newest(l)].bytes;
  lying_log_put(l->log, newest(l), with(l, bytes, PAT_SPAN_LITERAL("\x00")));
}
static void leaf_empty(vector_liar *l) { lying_log_put(l->log, newest(l), PAT_SPAN_EMPTY); }
static void links_swapped(vector_liar *l) {
  Patina__SubjectLink *first = entry_of(l)->subjects[0];
  entry_of(l)->subjects[0] = entry_of(l)->subjects[1];
  entry_of(l)->subjects[1] = first;
  rewrite(l);
}
static void links_none(vector_liar *l) {
  entry_of(l)->n_subjects = 0;
  rewrite(l);
}
static void link_key_short(vector_liar *l) {
  entry_of(l)->subjects[0]->key.len--;
  rewrite(l);
}
static void link_previous_at_0(vector_liar *l) {
  entry_of(l)->subjects[0]->seq = 0;
  rewrite(l);
}
static void link_no_previous(vector_liar *l) {
  entry_of(l)->subjects[0]->previous_case = PATINA__SUBJECT_LINK__PREVIOUS__NOT_SET;
  rewrite(l);
}
static void signature_short(vector_liar *l) {
  entry_of(l)->signatures[0].len--;
  rewrite(l);
}
static void signatures_none(vector_liar *l) {
  entry_of(l)->n_signatures = 0;
  rewrite(l);
}
static void identifiers_all(vector_liar *l) {
  entry_of(l)->identifier_count = (uint32_t)entry_of(l)->n_subjects;
  rewrite(l);
}
static void hash_short(vector_liar *l) {
  entry_of(l)->statement_sha256.len--;
  rewrite(l);
}

/* --- statements ------------------------------------------------------------------------------ */

/* Other bytes for the newest statement, with a leaf that names their hash. */
static void set_statement(vector_liar *l, pat_span bytes) {
  lying_leaf *leaf = &l->log->leaves[newest(l)];
  leaf->statement = bytes;
  pat_hash sha256 = pat_hash_of(bytes);
  leaf->message->statement->statement_sha256 = lying_field(pat_hash_span(&sha256), l->log->memory);
  rewrite(l);
}
static pat_span statement_of(vector_liar *l) { return l->log->leaves[newest(l)].statement; }

/* Its fields before the body: version, nonce, signers and times. The body follows. */
static void newer_kind(vector_liar *l) {
  Patina__Statement say = *l->log->leaves[newest(l)].say;
  say.body_case = PATINA__STATEMENT__BODY__NOT_SET;
  pat_span header = lying_encode(&say.base, l->log->memory);
  set_statement(l, with(l, header, PAT_SPAN_LITERAL("\xf2\x02\x03new")));
}
static void newer_member(vector_liar *l) {
  set_statement(l, with(l, statement_of(l), PAT_SPAN_LITERAL("\xfa\x07\x03new")));
}
static void no_body(vector_liar *l) {
  Patina__Statement say = *l->log->leaves[newest(l)].say;
  say.body_case = PATINA__STATEMENT__BODY__NOT_SET;
  set_statement(l, lying_encode(&say.base, l->log->memory));
}
static void newer_statement(vector_liar *l) {
  Patina__Statement say = *l->log->leaves[newest(l)].say;
  say.version = 2;
  set_statement(l, lying_encode(&say.base, l->log->memory));
}
static void short_nonce(vector_liar *l) {
  Patina__Statement say = *l->log->leaves[newest(l)].say;
  say.nonce.len--;
  set_statement(l, lying_encode(&say.base, l->log->memory));
}
static void statement_longer(vector_liar *l) {
  set_statement(l, with(l, statement_of(l), PAT_SPAN_LITERAL("\x00")));
}
static void private_in_clear(vector_liar *l) {
  entry_of(l)->statement = lying_field(statement_of(l), l->log->memory);
  rewrite(l);
}
static void public_not_in_clear(vector_liar *l) {
  uint64_t at = lying_log_find(l->log, PAT_KIND_STANDING_GRANTED, 0);
  entry_at(l, at)->statement.len = 0;
  lying_log_rewrite(l->log, at);
}

/* --- links ----------------------------------------------------------------------------------- */

static size_t link_at(vector_liar *l, uint64_t index, const pat_hash *key) {
  const Patina__Entry *entry = entry_at(l, index);
  size_t at = 0;
  while (memcmp(entry->subjects[at]->key.data, key->bytes, PAT_HASH_BYTES) != 0) {
    at++;
    PAT_ASSERT(at < entry->n_subjects);
  }
  return at;
}
static Patina__SubjectLink *asset_link(vector_liar *l) {
  pat_hash key = vector_asset_key(l);
  return entry_of(l)->subjects[link_at(l, newest(l), &key)];
}
static void not_linked(vector_liar *l) {
  pat_hash key = vector_asset_key(l);
  Patina__Entry *entry = entry_of(l);
  vector_drop((void **)entry->subjects, &entry->n_subjects, link_at(l, newest(l), &key));
  rewrite(l);
}
/* One more link, in its place by key. */
static void linked_more(vector_liar *l) {
  Patina__Entry *entry = entry_of(l);
  pat_hash key = {{0xff}};
  Patina__SubjectLink *link = lying_take(l->log->memory, sizeof *link);
  patina__subject_link__init(link);
  link->key = lying_field(pat_hash_span(&key), l->log->memory);
  Patina__SubjectLink **links =
      lying_take(l->log->memory, (entry->n_subjects + 1) * sizeof(void *));
  size_t at = 0;
  size_t count = entry->n_subjects - entry->identifier_count;
  while (at < count && memcmp(entry->subjects[at]->key.data, key.bytes, PAT_HASH_BYTES) < 0) {
    links[at] = entry->subjects[at];
    at++;
  }
  links[at] = link;
  for (size_t i = at; i < entry->n_subjects; i++)
    links[i + 1] = entry->subjects[i];
  entry->subjects = links;
  entry->n_subjects++;
  rewrite(l);
}
static void linked_to_other(vector_liar *l) {
  Patina__SubjectLink *link = asset_link(l);
  link->key = lying_field(pat_span_make(link->key.data, link->key.len), l->log->memory);
  link->key.data[31] ^= 1;
  rewrite(l);
}
static void seq_other(vector_liar *l) {
  asset_link(l)->seq++;
  rewrite(l);
}
static void previous_other(vector_liar *l) {
  asset_link(l)->previous_index--;
  rewrite(l);
}
/* Only the subject that is not in the bundle is wrong: what its own readers see. */
static void issued_seq_other(vector_liar *l) {
  pat_hash key = pat_subject_key(
      PAT_SUBJECT_ISSUED,
      pat_span_make(l->log->leaves[newest(l)].signatures[0]->principal.data, PAT_HASH_BYTES));
  entry_of(l)->subjects[link_at(l, newest(l), &key)]->seq++;
  rewrite(l);
}

/* --- signatures ------------------------------------------------------------------------------ */

static void signature_of_other_log(vector_liar *l) {
  lying_leaf *leaf = &l->log->leaves[newest(l)];
  pat_statement statement;
  PAT_ASSERT(pat_is_ok(pat_statement_decode(leaf->statement, l->log->memory, &statement, NULL)));
  pat_hash principal;
  memcpy(principal.bytes, leaf->signatures[0]->principal.data, PAT_HASH_BYTES);
  const ledger_actor *signer = NULL;
  for (int id = 0; id < ACTOR_COUNT; id++) {
    if (pat_hash_equal(&l->world->actors[id].principal, &principal)) signer = &l->world->actors[id];
  }
  PAT_ASSERT(signer != NULL);
  uint8_t *bytes = lying_take(l->log->memory, PAT_SIGNATURE_BYTES);
  PAT_ASSERT(pat_is_ok(pat_submission_sign(l->maker->other_world->origin.text, &statement,
                                           &principal, signer->secret, bytes)));
  leaf->message->statement->signatures[0] = (ProtobufCBinaryData){PAT_SIGNATURE_BYTES, bytes};
  Patina__Signature *said = lying_take(l->log->memory, sizeof *said);
  *said = *leaf->signatures[0];
  said->signature = leaf->message->statement->signatures[0];
  leaf->signatures = lying_take(l->log->memory, sizeof *leaf->signatures);
  leaf->signatures[0] = said;
  rewrite(l);
}
static void signature_spoilt(vector_liar *l) {
  signature_of_other_log(l);
  entry_of(l)->signatures[0].data[0] ^= 1;
  l->log->leaves[newest(l)].signatures[0]->signature = entry_of(l)->signatures[0];
  rewrite(l);
}
static void signature_twice(vector_liar *l) {
  Patina__Entry *entry = entry_of(l);
  ProtobufCBinaryData *two = lying_take(l->log->memory, 2 * sizeof *two);
  two[0] = entry->signatures[0];
  two[1] = entry->signatures[0];
  entry->signatures = two;
  entry->n_signatures = 2;
  rewrite(l);
}

#define FORM  VECTOR_WRONG(11, "entry.form")
#define CHAIN VECTOR_WRONG(18, "verify.chain")
#define NEWER "bytes.newer-format"

static const vector_lie lies[] = {
    {"history", "liar-covered-below", covered_below, VECTOR_WRONG(10, NULL),
     "the commit covers one leaf less", true},
    {"history", "liar-covered-above", covered_above, VECTOR_WRONG(10, "verify.view"),
     "the commit covers itself", true},
    {"history", "liar-log-root", log_root, VECTOR_WRONG(10, "verify.view"),
     "the commit names another root of the log", true},
    {"history", "liar-log-root-short", log_root_short, VECTOR_WRONG(10, "entry.form"),
     "the commit's root of the log has 31 bytes", true},
    {"history", "liar-index-root", index_root, VECTOR_WRONG(22, "index.proof-root"),
     "the commit names another root of the index", true},
    {"history", "liar-previous-itself", previous_itself, VECTOR_WRONG(10, "entry.form"),
     "the commit follows itself", true},
    {"history", "liar-previous-none", previous_none, VECTOR_WRONG(10, "entry.form"),
     "a later commit that follows none", true},
    {"history", "liar-epoch-none", epoch_none, VECTOR_WRONG(10, "entry.form"),
     "epoch 0 that follows another", true},
    {"history", "liar-stale-commit", stale_commit, VECTOR_WRONG(10, "verify.view"),
     "an older commit at the end of a fresh checkpoint", true},
    {"history", "liar-stale-index", stale_index, VECTOR_WRONG(22, "index.proof-root"),
     "a fresh commit with an older root of the index", true},
    {"history", "liar-no-commit", not_a_commit, VECTOR_WRONG(10, NULL),
     "a statement's leaf at the end", true},
    {"history", "liar-empty-leaf", empty_leaf, VECTOR_WRONG(10, NULL), "an empty leaf at the end",
     true},
    {"history", "liar-newer-commit", newer_commit, VECTOR_UNKNOWN(10, NEWER),
     "a leaf of a newer kind at the end", true},
    {"history", "liar-commit-and-more", commit_and_more, VECTOR_UNKNOWN(10, NEWER),
     "a commit with a newer member", true},
    {"history", "liar-commit-and-number", commit_and_number,
     VECTOR_WRONG(10, "bytes.protobuf.unknown-field"),
     "a commit with an unknown number: no newer format has that", true},
    {"history", "liar-newer-leaf", newer_leaf, VECTOR_UNKNOWN(11, NEWER),
     "a leaf of a newer kind in the asset's history", false},
    {"history", "liar-leaf-and-more", leaf_and_more, VECTOR_UNKNOWN(11, NEWER),
     "a leaf with a newer member", false},
    {"history", "liar-leaf-cut", leaf_cut, VECTOR_WRONG(11, "bytes.protobuf.length"),
     "a leaf without its last byte", false},
    {"history", "liar-leaf-longer", leaf_longer, VECTOR_WRONG(11, "bytes.protobuf.tag"),
     "a byte behind a leaf", false},
    {"history", "liar-leaf-empty", leaf_empty, VECTOR_WRONG(11, "entry.form"), "an empty leaf",
     false},
    {"history", "liar-links-swapped", links_swapped, FORM, "links out of order", false},
    {"history", "liar-links-none", links_none, FORM, "no links", false},
    {"history", "liar-link-key-short", link_key_short, FORM, "a link with a key of 31 bytes",
     false},
    {"history", "liar-link-previous-at-0", link_previous_at_0, FORM,
     "the first entry of a subject follows another", false},
    {"history", "liar-link-no-previous", link_no_previous, FORM, "a later entry follows none",
     false},
    {"history", "liar-signature-short", signature_short, FORM, "a signature of 63 bytes", false},
    {"history", "liar-signatures-none", signatures_none, FORM, "no signatures", false},
    {"history", "liar-identifiers-all", identifiers_all, FORM, "every link is an identifier's",
     false},
    {"history", "liar-hash-short", hash_short, FORM, "a statement's hash of 31 bytes", false},
    {"history", "liar-newer-kind", newer_kind, VECTOR_UNKNOWN(12, NEWER),
     "a statement of a newer kind", false},
    {"history", "liar-newer-member", newer_member, VECTOR_UNKNOWN(12, NEWER),
     "a statement with a newer member", false},
    {"history", "liar-no-body", no_body, VECTOR_WRONG(12, "statement.body"),
     "a statement that says nothing", false},
    {"history", "liar-newer-statement", newer_statement, VECTOR_UNKNOWN(12, "statement.version"),
     "a statement of version 2", false},
    {"history", "liar-short-nonce", short_nonce, VECTOR_WRONG(12, "statement.nonce"),
     "a statement with a nonce of 15 bytes", false},
    {"history", "liar-statement-longer", statement_longer, VECTOR_WRONG(12, "bytes.protobuf.tag"),
     "a byte behind a statement", false},
    {"history", "liar-private-in-clear", private_in_clear, VECTOR_WRONG(12, "entry.statement"),
     "a private statement stands in its leaf", false},
    {"history", "liar-public-not-in-clear", public_not_in_clear,
     VECTOR_WRONG(12, "entry.statement"), "a public statement does not stand in its leaf", false},
    {"history", "liar-not-linked", not_linked, VECTOR_WRONG(13, "entry.subjects"),
     "a subject is signed but not linked", false},
    {"history", "liar-linked-more", linked_more, VECTOR_WRONG(13, "entry.subjects"),
     "a subject is linked but not signed", false},
    {"identified", "liar-linked-more", linked_more, VECTOR_WRONG(13, "entry.subjects"),
     "a subject is linked but not signed, beside an identifier", false},
    {"history", "liar-linked-to-other", linked_to_other, VECTOR_WRONG(13, NULL),
     "another asset is linked than was signed", false},
    {"history", "liar-seq", seq_other, CHAIN, "a number too high by one", false},
    {"history", "liar-previous", previous_other, CHAIN, "a link to another entry before", false},
    {"history", "liar-issued-seq", issued_seq_other, VECTOR_MATCHES,
     "a wrong number in a history that is not in the bundle: for an auditor to see", false},
    {"history", "liar-other-log", signature_of_other_log,
     VECTOR_WRONG(13, "crypto.signature-invalid"), "signed for another log", false},
    {"history", "liar-signature-spoilt", signature_spoilt,
     VECTOR_WRONG(13, "crypto.signature-invalid"), "a signature that does not verify", false},
    {"history", "liar-signature-twice", signature_twice, VECTOR_WRONG(13, "entry.signatures"),
     "two signatures of one signer", false},
};

void make_lying_log_vectors(vector_maker *maker) {
  vector_file_begin(maker->run, "lying-log");
  VECTOR_LIES(maker, lies);
  vector_file_end(maker->run);
}
