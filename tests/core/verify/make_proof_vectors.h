/* What the vectors of pages and of promises share: members of their files, receipts of a log in
 * memory, and paths of the index taken apart. */
#ifndef PAT_TESTS_CORE_VERIFY_MAKE_PROOF_VECTORS_H
#define PAT_TESTS_CORE_VERIFY_MAKE_PROOF_VECTORS_H

#include "core/note/proof_file.h"
#include "proto/api.pb-c.h"
#include "tests/core/verify/make_bundle_vectors.h"

/* --- files ----------------------------------------------------------------------------------- */

/* Begins <folder>/<name>.json; end it by vector_file_end. */
void vector_file_begin_in(vector_run *run, const char *folder, const char *name);
/* Begins one vector: `{"id": ...`. */
void vector_put_id(vector_run *run, const char *kind, const char *id);
/* Puts a text in quotes, and members. */
void vector_put_string(vector_run *run, pat_span text);
void vector_put_text(vector_run *run, const char *name, pat_span text);
void vector_put_hex(vector_run *run, const char *name, pat_span bytes);
/* Ends it by what a reader must say: `"word", "check", "rule", "about"}`. */
void vector_put_end(vector_run *run, const vector_verdict *verdict, const char *about);
void make_page_vectors(vector_maker *maker);
void make_promise_vectors(vector_maker *maker);

/* --- receipts -------------------------------------------------------------------------------- */

/* The receipt of a leaf at the log's last commit, without extra bytes; to be changed. */
pat_proof_file vector_receipt(lying_log *log, uint64_t index, pat_arena *memory);
/* The bytes of its file. */
pat_span vector_receipt_text(const pat_proof_file *file, pat_arena *memory);

/* The checkpoint of this head with one line more, signed by the log. */
pat_span vector_extended_note(const lying_log *log, const pat_tlog_head *head, pat_arena *memory);
/* A copy in which a character of the last signature is another one. */
pat_span vector_spoiled_note(pat_span note, pat_arena *memory);

/* --- paths ----------------------------------------------------------------------------------- */

enum { VECTOR_STEPS_MAX = 64 };

/* A path of the index taken apart: what comes in front of the steps, and the steps. */
typedef struct {
  pat_span leaf; /* of a proof of absence; else empty */
  pat_span steps[VECTOR_STEPS_MAX];
  size_t count;
} vector_path;

vector_path vector_path_open(const Patina__SubjectProof *subject);
ProtobufCBinaryData vector_path_close(const vector_path *parts, pat_arena *memory);
/* A proof of absence that begins with the leaf of this key, which is there. */
ProtobufCBinaryData vector_path_beside(lying_log *log, const pat_hash *key, pat_arena *memory);

#endif
