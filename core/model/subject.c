#include "core/base/assert.h"
#include "core/model/statement.h"

/* Kinds name at most this many, so that the issued subjects of all signers fit beside them. */
enum { KIND_SUBJECTS_MAX = 16 };
PAT_STATIC_ASSERT(KIND_SUBJECTS_MAX + PAT_STATEMENT_SIGNERS_MAX + PAT_STATEMENT_IDENTIFIERS_MAX <=
                      PAT_ENTRY_SUBJECTS_MAX,
                  "every statement's subjects fit in an entry");

pat_hash pat_subject_key(pat_subject_kind kind, pat_span id) {
  /* The literal's own NUL is part of the prefix. */
  static const char prefix[] = "patina/subject/v1";
  uint8_t kind_byte = (uint8_t)kind;
  const pat_span parts[] = {PAT_SPAN_OF(prefix), {&kind_byte, 1}, id};
  return pat_hash_of_parts(parts, 3);
}

static bool contains(const pat_subject_set *set, const pat_hash *key) {
  for (size_t i = 0; i < set->count; i++) {
    if (pat_hash_equal(&set->keys[i], key)) return true;
  }
  return false;
}

void pat_subject_set_add(pat_subject_set *set, pat_subject_kind kind, pat_span id) {
  pat_hash key = pat_subject_key(kind, id);
  if (contains(set, &key)) return;
  PAT_ASSERT(set->count < PAT_ENTRY_SUBJECTS_MAX - PAT_STATEMENT_IDENTIFIERS_MAX);
  set->keys[set->count] = key;
  set->count++;
}

/* Insertion sort: a set has a handful of keys. */
static void sort_keys(pat_subject_set *set) {
  for (size_t i = 1; i < set->count; i++) {
    pat_hash key = set->keys[i];
    size_t at = i;
    while (at > 0 && pat_span_compare(pat_hash_span(&key), pat_hash_span(&set->keys[at - 1])) < 0) {
      set->keys[at] = set->keys[at - 1];
      at--;
    }
    set->keys[at] = key;
  }
}

void pat_statement_subjects(const pat_statement *statement, const pat_hash *principals,
                            pat_subject_set *ret_set) {
  pat_subject_set set = {.count = 0};
  statement->kind->subjects(statement->message, &statement->sha256, &set);
  PAT_ASSERT(set.count <= KIND_SUBJECTS_MAX);
  for (size_t i = 0; i < statement->message->n_signers; i++) {
    pat_subject_set_add(&set, PAT_SUBJECT_ISSUED, pat_hash_span(&principals[i]));
  }
  sort_keys(&set);
  *ret_set = set;
}
