/* V7, V8, V10: checkpoints and commits, and whether they continue what the reader saw. */
#include <string.h>

#include "core/base/assert.h"
#include "core/note/cosignature.h"
#include "tests/core/verify/make_bundle_vectors.h"

/* --- checkpoints ----------------------------------------------------------------------------- */

/* Another character of base 64 in the last signature line, amid the signature. */
static void spoil_last_line(vector_mutant *m) {
  size_t size = strlen(m->bundle->checkpoint);
  char *note = (char *)lying_field(pat_span_make(m->bundle->checkpoint, size + 1), m->memory).data;
  char *at = note + size - 40;
  *at = *at == 'A' ? 'B' : 'A';
  m->bundle->checkpoint = note;
}

static void drop_last_line(vector_mutant *m) {
  char *end = strrchr(m->bundle->checkpoint, '\n');
  *end = '\0';
  end = strrchr(m->bundle->checkpoint, '\n');
  end[1] = '\0';
}

static void stranger_policy(vector_mutant *m) { m->made.policy = "policy-stranger.txt"; }
static void audited_policy(vector_mutant *m) { m->made.policy = "policy-audited.txt"; }
static void any_policy(vector_mutant *m) { m->made.policy = "policy-any.txt"; }
static void no_checkpoint(vector_mutant *m) { m->bundle->checkpoint = (char *)""; }

/* A note of this text, signed by whom a bit of signers names: 1 the log, 2 the auditor, 4 the
 * witness. */
static char *sign_note(vector_mutant *m, pat_span text, unsigned signers) {
  uint8_t secret[PAT_SIGN_SECRET_BYTES];
  char *note = lying_take(m->memory, 8192);
  pat_builder out;
  pat_builder_init(&out, note, 8191);
  pat_builder_span(&out, text);
  pat_builder_char(&out, '\n');
  if ((signers & 1) != 0) {
    pat_note_key key = lying_log_key(m->base->log->world, secret);
    uint8_t signature[PAT_SIGNATURE_BYTES];
    pat_sign(secret, text, signature);
    pat_note_signature_format(&key, PAT_SPAN_OF(signature), &out);
  }
  for (size_t i = 0; i < LYING_WITNESSES_MAX; i++) {
    if ((signers & (2u << i)) == 0) continue;
    pat_note_key key = lying_witness_key(i, secret);
    PAT_ASSERT(pat_is_ok(
        pat_cosignature_sign(text, &key, secret, m->base->log->world->now_ms / 1000, &out)));
  }
  pat_span made;
  PAT_ASSERT(pat_is_ok(pat_builder_finish(&out, &made)));
  return note;
}

/* The checkpoint's text as it stands. */
static pat_span note_text(const vector_mutant *m) {
  const char *end = strstr(m->bundle->checkpoint, "\n\n");
  return pat_span_make(m->bundle->checkpoint, (size_t)(end + 1 - m->bundle->checkpoint));
}

static void sign_by_auditor_alone(vector_mutant *m) {
  m->bundle->checkpoint = sign_note(m, note_text(m), 2);
}
static void cosign_by_witness(vector_mutant *m) {
  m->bundle->checkpoint = sign_note(m, note_text(m), 1 | 4);
}

/* This text in the place of the checkpoint's, signed by the log. */
static void sign_text(vector_mutant *m, const char *format, const char *size, const char *more) {
  char root[64];
  const char *at = strchr(strchr(m->bundle->checkpoint, '\n') + 1, '\n') + 1;
  size_t root_size = (size_t)(strchr(at, '\n') - at);
  PAT_ASSERT(root_size < sizeof root);
  memcpy(root, at, root_size);
  root[root_size] = '\0';
  char text[1024];
  pat_builder out;
  pat_builder_init(&out, text, sizeof text);
  pat_builder_text(&out, m->base->log->world->origin.text);
  pat_builder_text(&out, format);
  pat_builder_text(&out, size);
  pat_builder_char(&out, '\n');
  pat_builder_text(&out, root);
  pat_builder_text(&out, more);
  pat_builder_char(&out, '\n');
  pat_span made;
  PAT_ASSERT(pat_is_ok(pat_builder_finish(&out, &made)));
  m->bundle->checkpoint = sign_note(m, made, 1);
}

static void leading_zero(vector_mutant *m) { sign_text(m, "\n0", "65", ""); }
static void extension_line(vector_mutant *m) { sign_text(m, "\n", "65", "\nmore"); }
static void size_words(vector_mutant *m) { sign_text(m, "\n", "many", ""); }
static void size_too_large(vector_mutant *m) { sign_text(m, "\n", "9223372036854775808", ""); }
static void size_largest(vector_mutant *m) { sign_text(m, "\n", "9223372036854775807", ""); }
static void root_short(vector_mutant *m) { sign_text(m, "\n65\nAAAA\n", "", ""); }
static void none_with_root(vector_mutant *m) { sign_text(m, "\n", "0", ""); }
static void one_more(vector_mutant *m) { sign_text(m, "\n", "66", ""); }
static void one_less(vector_mutant *m) { sign_text(m, "\n", "64", ""); }

static void sign_head(vector_mutant *m, pat_tlog_head head) {
  m->bundle->checkpoint = lying_log_note(m->base->log, &head, 0, m->memory);
}

static void empty_log(vector_mutant *m) { sign_head(m, (pat_tlog_head){0, pat_tlog_empty_root()}); }
static void other_root(vector_mutant *m) {
  pat_tlog_head head = lying_log_head(m->base->log, m->base->log->count);
  head.root.bytes[31] ^= 1;
  sign_head(m, head);
}
static void other_log(vector_mutant *m) {
  const vector_base *other = vector_base_named(m->maker, "one-root");
  pat_tlog_head head = lying_log_head(other->log, other->log->count);
  m->bundle->checkpoint = lying_log_note(other->log, &head, 0, m->memory);
}

/* Lines of strangers: as many as a note may have, or one more. */
static void add_lines(vector_mutant *m, size_t count) {
  size_t size = strlen(m->bundle->checkpoint);
  char *note = lying_take(m->memory, size + count * 128);
  pat_builder out;
  pat_builder_init(&out, note, size + count * 128 - 1);
  pat_builder_text(&out, m->bundle->checkpoint);
  for (size_t i = 0; i < count; i++) {
    pat_builder_text(&out, "\xe2\x80\x94 stranger AAAAAAAAAAAAAAAAAAAAAAAA\n");
  }
  pat_span made;
  PAT_ASSERT(pat_is_ok(pat_builder_finish(&out, &made)));
  m->bundle->checkpoint = note;
}

static void one_stranger(vector_mutant *m) { add_lines(m, 1); }
static void most_strangers(vector_mutant *m) { add_lines(m, PAT_NOTE_SIGNATURES_MAX - 1); }
static void too_many_strangers(vector_mutant *m) { add_lines(m, PAT_NOTE_SIGNATURES_MAX); }

/* --- commits --------------------------------------------------------------------------------- */

static void no_commit(vector_mutant *m) { m->bundle->commit = NULL; }
static void empty_commit(vector_mutant *m) {
  m->bundle->commit->leaf.len = 0;
  m->bundle->commit->n_inclusion = 0;
}
static void commit_path_flipped(vector_mutant *m) {
  ProtobufCBinaryData *hash = &m->bundle->commit->inclusion[0];
  *hash = vector_flipped(m, *hash, 7);
}
static void commit_path_longer(vector_mutant *m) {
  Patina__CommitProof *commit = m->bundle->commit;
  ProtobufCBinaryData *longer = lying_take(m->memory, (commit->n_inclusion + 1) * sizeof *longer);
  memcpy(longer, commit->inclusion, commit->n_inclusion * sizeof *longer);
  longer[commit->n_inclusion] = longer[0];
  commit->inclusion = longer;
  commit->n_inclusion++;
}
static void commit_path_shorter(vector_mutant *m) { m->bundle->commit->n_inclusion--; }
static void commit_of_before(vector_mutant *m) {
  const lying_log *log = m->base->log;
  m->bundle->commit->leaf = lying_field(log->leaves[log->count - 2].bytes, m->memory);
}
static void commit_is_entry(vector_mutant *m) {
  m->bundle->commit->leaf = m->bundle->entries[0]->leaf;
}
static void commit_flipped(vector_mutant *m) {
  m->bundle->commit->leaf = vector_flipped(m, m->bundle->commit->leaf, 20);
}

/* --- earlier checkpoints --------------------------------------------------------------------- */

static void earlier_none(vector_mutant *m) { m->bundle->earlier = NULL; }
static void earlier_unasked(vector_mutant *m) { m->made.no_earlier = true; }
static void earlier_other_size(vector_mutant *m) {
  uint64_t size = m->base->earlier.size + 4;
  pat_tlog_proof proof = lying_log_consistency(m->base->log, size);
  m->bundle->earlier->size = size;
  m->bundle->earlier->n_hashes = proof.count;
  m->bundle->earlier->hashes =
      lying_take(m->memory, proof.count * sizeof *m->bundle->earlier->hashes);
  for (size_t i = 0; i < proof.count; i++)
    m->bundle->earlier->hashes[i] = lying_field(pat_hash_span(&proof.hashes[i]), m->memory);
}
static void earlier_size_none(vector_mutant *m) { m->bundle->earlier->size = 0; }
static void earlier_flipped(vector_mutant *m) {
  ProtobufCBinaryData *hash = &m->bundle->earlier->hashes[1];
  *hash = vector_flipped(m, *hash, 0);
}
static void earlier_shorter(vector_mutant *m) { m->bundle->earlier->n_hashes--; }
static void earlier_longer(vector_mutant *m) {
  Patina__EarlierCheckpoint *earlier = m->bundle->earlier;
  ProtobufCBinaryData *longer = lying_take(m->memory, (earlier->n_hashes + 1) * sizeof *longer);
  memcpy(longer, earlier->hashes, earlier->n_hashes * sizeof *longer);
  longer[earlier->n_hashes] = longer[0];
  earlier->hashes = longer;
  earlier->n_hashes++;
}
static void earlier_far_too_long(vector_mutant *m) {
  while (m->bundle->earlier->n_hashes < PAT_CONSISTENCY_HASHES_MAX + 5)
    earlier_longer(m);
}
static void earlier_forked(vector_mutant *m) {
  m->made.earlier = m->base->earlier;
  m->made.earlier.root.bytes[0] ^= 1;
}
static void earlier_same(vector_mutant *m) {
  m->made.earlier = lying_log_head(m->base->log, m->base->log->count);
}
static void earlier_same_forked(vector_mutant *m) {
  earlier_same(m);
  m->made.earlier.root.bytes[31] ^= 0x80;
}
static void earlier_beyond(vector_mutant *m) {
  earlier_same(m);
  m->made.earlier.size++;
}

static const vector_change changes[] = {
    {"history", "note-spoilt", spoil_last_line, VECTOR_WRONG(7, "note.signature-wrong"),
     "the log's signature does not verify"},
    {"history", "note-unknown-log", stranger_policy, VECTOR_UNPROVEN(7, "policy.log"),
     "the policy does not know the log"},
    {"audited", "note-unknown-log", stranger_policy, VECTOR_UNPROVEN(7, "policy.log"),
     "the policy knows the auditor, but not the log"},
    {"audited", "note-by-auditor-alone", sign_by_auditor_alone, VECTOR_UNPROVEN(7, "note.unsigned"),
     "the log did not sign"},
    {"audited", "note-without-auditor", drop_last_line, VECTOR_UNPROVEN(7, "policy.quorum-missing"),
     "the auditor's line is gone"},
    {"audited", "note-by-witness", cosign_by_witness, VECTOR_UNPROVEN(7, "policy.quorum-missing"),
     "another witness cosigned than the policy asks for"},
    {"audited", "note-cosignature-spoilt", spoil_last_line, VECTOR_WRONG(7, "note.signature-wrong"),
     "the auditor's line does not verify"},
    {"history", "note-not-audited", audited_policy, VECTOR_UNPROVEN(7, "policy.quorum-missing"),
     "nobody cosigned, but the policy asks for the auditor"},
    {"history", "note-not-witnessed", any_policy, VECTOR_UNPROVEN(7, "policy.quorum-missing"),
     "nobody cosigned, but the policy asks for one of two"},
    {"witnessed", "note-by-one", drop_last_line, VECTOR_MATCHES,
     "one of two cosigned: the auditor, who is not needed"},
    {"witnessed", "note-by-other", cosign_by_witness, VECTOR_MATCHES, "the other of two cosigned"},
    {"witnessed", "note-cosignature-spoilt", spoil_last_line,
     VECTOR_WRONG(7, "note.signature-wrong"),
     "enough cosigned, but the line of a known witness does not verify"},
    {"history", "note-none", no_checkpoint, VECTOR_WRONG(7, "note.form"), "no checkpoint"},
    {"history", "note-leading-zero", leading_zero, VECTOR_WRONG(7, "checkpoint.size"),
     "the size is written 065"},
    {"history", "note-size-words", size_words, VECTOR_WRONG(7, "checkpoint.size"),
     "the size is no number"},
    {"history", "note-size-2-63", size_too_large, VECTOR_WRONG(7, "checkpoint.size"),
     "the size is 2^63"},
    {"history", "note-size-largest", size_largest, VECTOR_WRONG(10, NULL),
     "the size is 2^63 - 1, the path that of a small log"},
    {"history", "note-root-short", root_short, VECTOR_WRONG(7, "checkpoint.root"),
     "the root has three bytes"},
    {"history", "note-extension", extension_line, VECTOR_WRONG(7, "checkpoint.extension"),
     "a fourth line"},
    {"history", "note-size-0-root", none_with_root, VECTOR_WRONG(7, "checkpoint.empty-root"),
     "size 0 with a root of something"},
    {"history", "note-size-0", empty_log, VECTOR_WRONG(10, NULL),
     "a true checkpoint of an empty log"},
    {"history", "note-size-above", one_more, VECTOR_WRONG(10, NULL), "a size too large by one"},
    {"history", "note-size-below", one_less, VECTOR_WRONG(10, NULL), "a size too small by one"},
    {"history", "note-other-root", other_root, VECTOR_WRONG(10, "tlog.inclusion-root"),
     "a root with another last bit, signed"},
    {"history", "note-other-log", other_log, VECTOR_WRONG(10, NULL),
     "the true checkpoint of another log that the policy knows"},
    {"history", "note-stranger", one_stranger, VECTOR_MATCHES, "a line of somebody unknown"},
    {"history", "note-lines-most", most_strangers, VECTOR_MATCHES, "64 lines"},
    {"history", "note-lines-more", too_many_strangers, VECTOR_UNKNOWN(7, "note.signatures"),
     "65 lines"},
    {"history", "commit-none", no_commit, VECTOR_UNPROVEN(10, "verify.missing"), "no commit"},
    {"history", "commit-empty", empty_commit, VECTOR_WRONG(10, NULL),
     "a commit without leaf and path"},
    {"history", "commit-path-flipped", commit_path_flipped, VECTOR_WRONG(10, "tlog.inclusion-root"),
     "a bit of the commit's path"},
    {"history", "commit-path-longer", commit_path_longer, VECTOR_WRONG(10, "tlog.inclusion-length"),
     "one hash too many in the commit's path"},
    {"history", "commit-path-shorter", commit_path_shorter,
     VECTOR_WRONG(10, "tlog.inclusion-length"), "one hash too few in the commit's path"},
    {"history", "commit-of-before", commit_of_before, VECTOR_WRONG(10, "tlog.inclusion-root"),
     "the leaf of the commit before"},
    {"history", "commit-is-entry", commit_is_entry, VECTOR_WRONG(10, "tlog.inclusion-root"),
     "the genesis in the place of the commit"},
    {"history", "commit-flipped", commit_flipped, VECTOR_WRONG(10, "tlog.inclusion-root"),
     "a bit of the commit"},
    {"earlier", "earlier-none", earlier_none, VECTOR_UNPROVEN(8, "verify.missing"),
     "no proof from the checkpoint that the reader holds"},
    {"earlier", "earlier-unasked", earlier_unasked, VECTOR_MATCHES,
     "a proof for which the reader did not ask"},
    {"earlier", "earlier-other-size", earlier_other_size, VECTOR_UNPROVEN(8, "verify.missing"),
     "a true proof from another checkpoint than the reader's"},
    {"earlier", "earlier-size-0", earlier_size_none, VECTOR_UNPROVEN(8, "verify.missing"),
     "a proof from nothing"},
    {"earlier", "earlier-flipped", earlier_flipped, VECTOR_WRONG(8, "tlog.consistency-root"),
     "a bit of the proof"},
    {"earlier", "earlier-shorter", earlier_shorter, VECTOR_WRONG(8, "tlog.consistency-length"),
     "one hash too few"},
    {"earlier", "earlier-longer", earlier_longer, VECTOR_WRONG(8, "tlog.consistency-length"),
     "one hash too many"},
    {"earlier", "earlier-far-too-long", earlier_far_too_long,
     VECTOR_WRONG(8, "tlog.consistency-length"), "70 hashes"},
    {"earlier", "earlier-forked", earlier_forked, VECTOR_WRONG(8, "tlog.consistency-root"),
     "the reader saw another root: the log was rewritten"},
    {"history", "earlier-same", earlier_same, VECTOR_MATCHES, "the very checkpoint that he holds"},
    {"history", "earlier-same-forked", earlier_same_forked, VECTOR_WRONG(8, "verify.fork"),
     "the same size with another root"},
    {"history", "earlier-beyond", earlier_beyond, VECTOR_WRONG(8, "verify.rollback"),
     "the reader has seen more than this"},
    {"earlier", "earlier-same", earlier_same, VECTOR_MATCHES,
     "the very checkpoint, and a proof from another that is not asked for"},
};

void make_note_vectors(vector_maker *maker) {
  vector_file_begin(maker->run, "note");
  VECTOR_CHANGES(maker, changes);
  vector_file_end(maker->run);
}
