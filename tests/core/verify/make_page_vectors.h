/* Pages of the index, true ones and mutants, for proofs/pages.json. */
#ifndef PAT_TESTS_CORE_VERIFY_MAKE_PAGE_VECTORS_H
#define PAT_TESTS_CORE_VERIFY_MAKE_PAGE_VECTORS_H

#include "tests/core/verify/make_proof_vectors.h"

enum { PAGE_PAGES_MAX = 4, PAGE_ENTRIES = 4 /* of one page of a walk */ };

/* A page under construction. */
typedef struct {
  pat_proof_file file;
  Patina__IndexExtra extra; /* its subject may be taken away */
  Patina__SubjectProof *subject;
  bool no_extra;
  bool extra_longer; /* one byte behind it */
  bool text_changed; /* the file's first line is another one */
} vector_page;

/* What is served to one reader. */
typedef struct {
  vector_mutant tool; /* for the helpers that change fields */
  pat_arena *memory;
  vector_maker *maker;
  lying_log *log; /* a copy: to be lied in */
  pat_hash key;
  vector_page pages[PAGE_PAGES_MAX];
  size_t count;
  const char *policy; /* NULL: policy.txt */
} page_scene;

/* What is served at first. */
typedef enum {
  PAGE_WHOLE,  /* one page with all entries of an asset */
  PAGE_ABSENT, /* the proof that another asset has none */
  PAGE_WALK    /* the asset's entries, PAGE_ENTRIES on a page */
} page_start;

/* What is done to it, and what a reader must say. */
typedef struct {
  const char *id;
  page_start start;
  void (*change)(page_scene *scene);
  vector_verdict verdict;
  const char *about;
} page_change;

/* Makes a page of the log as it is. */
vector_page page_of(page_scene *scene, lying_log *log, uint64_t from, uint64_t entry_count);
/* Makes all pages anew, after the log was changed. */
void page_walk_again(page_scene *scene);
void page_whole_again(page_scene *scene);

void page_changes(vector_maker *maker, const page_change *changes, size_t count);

/* The two halves of the list: what is wrong with one page, and with several or with the log. */
void make_page_mutants(vector_maker *maker);
void make_page_lies(vector_maker *maker);

#endif
