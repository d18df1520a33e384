/* A log in the hand of an operator who lies. It begins as what an honest world logged; then a test
 * appends what the rules refuse, edits leaves, leaves entries out of the index, and signs whatever
 * it likes with the log's own key. The trees and proofs over it are right; so what is caught is
 * the lie, not a slip. What cannot happen in a test stops the program. */
#ifndef PAT_TESTS_SUPPORT_LYING_LOG_H
#define PAT_TESTS_SUPPORT_LYING_LOG_H

#include "core/index/tree.h"
#include "core/note/checkpoint.h"
#include "proto/log.pb-c.h"
#include "tests/support/ledger_draft.h"

enum {
  LYING_LEAVES_MAX = 1280,
  LYING_SUBJECTS_MAX = 1024,
  LYING_WITNESSES_MAX = 2,
};

/* A leaf with what the operator keeps beside it. */
typedef struct {
  pat_span bytes; /* canonical LogEntry */
  pat_hash hash;
  Patina__LogEntry *message;    /* what the bytes say */
  pat_span statement;           /* empty: a commit */
  const Patina__Statement *say; /* what it says; NULL: a commit */
  pat_hash sha256;              /* of the statement */
  Patina__Signature **signatures;
  size_t signature_count;
  ProtobufCBinaryData *vrf_proofs;
  size_t vrf_count;
  ProtobufCBinaryData *disclosures; /* by slot */
  size_t disclosure_count;
} lying_leaf;

/* What the index lists for one subject. */
typedef struct {
  pat_hash key;
  uint64_t *indexes;
  size_t count;
} lying_subject;

typedef struct {
  ledger_world *world; /* keys; borrowed */
  pat_arena *memory;   /* borrowed */
  lying_leaf *leaves;
  size_t count;
  lying_subject *subjects;
  size_t subject_count;
  pat_index_tree index; /* of the last commit */
  uint64_t covered;     /* leaves below that commit */
  uint64_t misheard;    /* the index lists another leaf hash for this entry; 0: for none */
} lying_log;

/* Zeroed memory; stops the program where there is none. */
void *lying_take(pat_arena *memory, size_t size);

/* What a world has logged so far, to its last commit.
 * in    world, memory  borrowed for the log's life */
lying_log *lying_log_of(ledger_world *world, pat_arena *memory);
/* One to lie in: leaves and lists of its own, in memory. */
lying_log *lying_log_copy(const lying_log *log, pat_arena *memory);
/* The same log as it was when it had size leaves, the last of them a commit. */
lying_log *lying_log_cut(const lying_log *log, uint64_t size, pat_arena *memory);

/* Drops the last leaf, a commit, so that more can be appended. */
void lying_log_reopen(lying_log *log);
/* Logs a sealed statement without asking any rule. Its links are right, and its subjects list it.
 * gives its index */
uint64_t lying_log_append(lying_log *log, const Patina__SignedStatement *envelope);
/* Appends an IndexCommit over what the lists say. */
void lying_log_close(lying_log *log);
/* Reopen, append, close. */
uint64_t lying_log_add(lying_log *log, const Patina__SignedStatement *envelope);

/* Writes a leaf anew from its message, after that was changed. Lists keep naming its index. */
void lying_log_rewrite(lying_log *log, uint64_t index);
/* Puts other bytes into a leaf, whatever they are; its message stays as it was. */
void lying_log_put(lying_log *log, uint64_t index, pat_span bytes);
/* The hash that the index gives to an entry: of a place that the commit does not cover, zeros. */
pat_hash lying_log_listed_hash(const lying_log *log, uint64_t index);
/* Makes the last commit anew, after lists or leaves were changed: all before it is as it stands. */
void lying_log_recommit(lying_log *log);

/* Begins a log of this world's name with nothing in it. */
lying_log *lying_log_empty(ledger_world *world, pat_arena *memory);

/* The list of a subject; NULL where there is none. Its indexes may be changed in place after
 * lying_log_own. */
lying_subject *lying_log_subject(const lying_log *log, const pat_hash *key);
/* Adds an entry to a list, or takes one out, wherever it stands in order. A list that becomes empty
 * is no longer there. */
void lying_log_list(lying_log *log, const pat_hash *key, uint64_t index);
void lying_log_unlist(lying_log *log, const pat_hash *key, uint64_t index);
/* Gives the subject a list of its own, to be changed; it must be there. */
lying_subject *lying_log_own(lying_log *log, const pat_hash *key);
/* True where the list of this subject has the entry. */
bool lying_log_lists(const lying_log *log, const pat_hash *key, uint64_t index);

/* The index of the first entry of this kind at or after from; stops the program where there is
 * none. */
uint64_t lying_log_find(const lying_log *log, pat_kind_number kind, uint64_t from);

/* The tree. */
pat_tlog_head lying_log_head(const lying_log *log, uint64_t size);
pat_tlog_proof lying_log_inclusion(const lying_log *log, uint64_t index);
pat_tlog_proof lying_log_consistency(const lying_log *log, uint64_t older);

/* The operator's key for this world, and the keys of auditor.example and witness.example. Names are
 * borrowed from the world, or static. */
pat_note_key lying_log_key(const ledger_world *world, uint8_t ret_secret[PAT_SIGN_SECRET_BYTES]);
pat_note_key lying_witness_key(size_t which, uint8_t ret_secret[PAT_SIGN_SECRET_BYTES]);

/* The policy of who trusts the operator's key for this world and asks for no witness. */
pat_span lying_log_policy(const ledger_world *world, pat_arena *memory);

/* A checkpoint of this head, signed by the log and by so many of the witnesses, at the world's
 * time. NUL-terminated. */
char *lying_log_note(const lying_log *log, const pat_tlog_head *head, size_t witness_count,
                     pat_arena *memory);

/* Encodes a message into the arena; stops the program where it cannot be. */
pat_span lying_encode(const ProtobufCMessage *message, pat_arena *memory);
/* A field of these bytes. */
ProtobufCBinaryData lying_field(pat_span bytes, pat_arena *memory);

#endif
