/* Where the vectors of tests/vectors/bundle come from: bundles of many shapes, and mutants of them
 * as splices, each with the answer that proto/SPEC.md (section 9.4) gives. No verifier is asked:
 * the answers are written here by hand, or follow from what was changed. */
#ifndef PAT_TESTS_CORE_VERIFY_MAKE_BUNDLE_VECTORS_H
#define PAT_TESTS_CORE_VERIFY_MAKE_BUNDLE_VECTORS_H

#include <stdio.h>

#include "tests/support/lying_bundle.h"

/* Where the vectors go, and what became of them. */
typedef struct {
  const char *root;
  bool check; /* compare in place of writing */
  size_t files;
  size_t different;
  size_t vectors;
  size_t named;
  FILE *stream; /* of the recipe file under way */
  char *text;
  size_t size;
  size_t in_file;
  char name[64];
} vector_run;

typedef enum { MATCHES, NOT_PROVEN, DOES_NOT_MATCH, COULD_NOT_CHECK } vector_word;

/* What a reader must answer. */
typedef struct {
  vector_word word;
  unsigned check;   /* number of the V that failed; 0: none */
  const char *rule; /* NULL: not said */
} vector_verdict;

/* An earlier checkpoint that the reader holds. size 0: none. */
typedef pat_tlog_head vector_earlier;

/* One shape of bundle, whole. */
typedef struct {
  const char *name;
  const char *about;
  const char *policy; /* NULL: policy.txt */
  lying_log *log;     /* the true log that it is of */
  lying_request request;
  vector_earlier earlier;
  pat_span bytes;
  bool confirmed; /* an auditor was needed */
  bool recorded;  /* false: the log proves that nothing is recorded */
} vector_base;

enum { VECTOR_BASES_MAX = 64, VECTOR_POLICY_COUNT = 4 };
typedef struct {
  vector_run *run;
  pat_arena *memory;         /* of the bases: never reset */
  pat_arena *work;           /* of one mutant: reset after each */
  ledger_world *world;       /* the log of most bases */
  ledger_world *other_world; /* one root key; registered with the same asset ids */
  vector_base bases[VECTOR_BASES_MAX];
  size_t base_count;
  pat_span policies[VECTOR_POLICY_COUNT];
} vector_maker;

/* A mutant to be written. */
typedef struct {
  const char *id; /* unique; "<base>/<what>" is made of it */
  const char *about;
  const vector_base *base;
  const char *policy;     /* NULL: as the base */
  vector_earlier earlier; /* size 0: as the base */
  bool no_earlier;        /* the reader holds none, whatever the base says */
  bool unrecorded;        /* the lie is that nothing is recorded */
  vector_verdict verdict;
} vector_case;

/* --- files ----------------------------------------------------------------------------------- */

/* Begins and ends recipes/<name>.json; writes or compares <root>/<path>. */
void vector_file_begin(vector_run *run, const char *name);
void vector_file_end(vector_run *run);
void vector_put_file(vector_run *run, const char *path, pat_span bytes);
/* Adds one recipe: what leads from the base's bytes to these. */
void vector_add(vector_maker *maker, const vector_case *made, pat_span bytes);

/* At this place of the base so many bytes are replaced by these. */
typedef struct {
  size_t at;
  size_t remove;
  pat_span insert;
} vector_splice;

/* The splices that make new of old, ascending, not overlapping. Checked by applying them.
 * gives how many; they lie in the arena and borrow from new */
size_t vector_diff(pat_span old, pat_span new, pat_arena *arena, vector_splice **ret_splices);

/* --- mutants --------------------------------------------------------------------------------- */

/* A bundle that is being changed, in the work memory. */
typedef struct {
  vector_maker *maker;
  const vector_base *base;
  Patina__ProofBundle *bundle;
  pat_arena *memory;
  vector_case made; /* its policy and earlier checkpoint may be set too */
} vector_mutant;

/* What is done to a base, and what a reader must say of it. */
typedef struct {
  const char *base;
  const char *id;
  void (*change)(vector_mutant *mutant);
  vector_verdict verdict;
  const char *about;
} vector_change;

void vector_changes(vector_maker *maker, const vector_change *changes, size_t count);
#define VECTOR_CHANGES(maker, list) \
  vector_changes((maker), (list), sizeof(list) / sizeof((list)[0]))

#define VECTOR_MATCHES \
  { MATCHES, 0, NULL }
#define VECTOR_WRONG(check, rule) \
  { DOES_NOT_MATCH, (check), (rule) }
#define VECTOR_UNKNOWN(check, rule) \
  { COULD_NOT_CHECK, (check), (rule) }
#define VECTOR_UNPROVEN(check, rule) \
  { NOT_PROVEN, (check), (rule) }

/* A field's copy: a bit of this byte flipped, or bytes added or (below 0) taken off at its end. */
ProtobufCBinaryData vector_flipped(vector_mutant *mutant, ProtobufCBinaryData field, size_t byte);
ProtobufCBinaryData vector_resized(vector_mutant *mutant, ProtobufCBinaryData field, int more);
/* Takes item number at out of a list of pointers, or puts one in front of it. */
void vector_drop(void **items, size_t *count, size_t at);
void *vector_insert(vector_mutant *mutant, void *items, size_t *count, size_t at, void *item);

/* The first entry of the bundle at or after place at whose statement is of this kind. */
size_t vector_entry_of(const vector_mutant *mutant, pat_kind_number kind, size_t at);
/* The place of a subject in the bundle. */
size_t vector_subject_of(const vector_mutant *mutant, pat_subject_kind kind, pat_span id);
size_t vector_subject_named(const vector_mutant *mutant, pat_subject_kind kind, const char *name);
/* The place of the bundle's asset. */
size_t vector_asset(const vector_mutant *mutant);

/* --- liars ----------------------------------------------------------------------------------- */

/* An operator who lies: a log of his own, of which a bundle is made in the end. */
typedef struct {
  vector_maker *maker;
  ledger_world *world;
  lying_log *log;
  lying_request request;
} vector_liar;

/* A lie, and what a reader must say of the bundle made of it. The last commit is made anew after
 * the lie, unless committed is set: then the lie is in the commit itself. */
typedef struct {
  const char *base;
  const char *id;
  void (*lie)(vector_liar *liar);
  vector_verdict verdict;
  const char *about;
  bool committed;
} vector_lie;

void vector_lies(vector_maker *maker, const vector_lie *lies, size_t count);
#define VECTOR_LIES(maker, list) vector_lies((maker), (list), sizeof(list) / sizeof((list)[0]))

/* Seals a draft and logs it without asking any rule. gives its index */
uint64_t vector_lie_logged(vector_liar *liar, ledger_draft *draft);
/* The subject of the asset that is asked for, and the index of entry n of its history. */
pat_hash vector_asset_key(const vector_liar *liar);
uint64_t vector_asset_entry(const vector_liar *liar, size_t n);
pat_hash vector_principal_key(const vector_liar *liar, ledger_actor_id who);

/* --- the parts ------------------------------------------------------------------------------- */

const vector_base *vector_base_named(const vector_maker *maker, const char *name);
/* The text of the base's policy. */
pat_span vector_policy(const vector_maker *maker, const vector_base *base);
/* The base's bundle, decoded anew in the work memory, to be changed; then written as a vector. */
Patina__ProofBundle *vector_open(vector_maker *maker, const vector_base *base);
void vector_bundle(vector_maker *maker, const vector_case *made, const Patina__ProofBundle *bundle);

void make_bundle_bases(vector_maker *maker);
void make_form_vectors(vector_maker *maker);
void make_note_vectors(vector_maker *maker);
void make_entry_vectors(vector_maker *maker);
void make_subject_vectors(vector_maker *maker);
void make_path_vectors(vector_maker *maker);
void make_lookup_vectors(vector_maker *maker);
void make_closure_vectors(vector_maker *maker);
void make_lying_log_vectors(vector_maker *maker);
void make_lying_index_vectors(vector_maker *maker);
void make_lying_people_vectors(vector_maker *maker);
void make_lying_asset_vectors(vector_maker *maker);
void make_lying_signer_vectors(vector_maker *maker);
void make_lying_places_vectors(vector_maker *maker);
void make_lying_keys_vectors(vector_maker *maker);
void make_flip_vectors(vector_maker *maker);

#endif
