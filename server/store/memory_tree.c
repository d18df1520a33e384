#include "server/store/memory_tree.h"

#include <stdatomic.h>

#include "core/base/assert.h"
#include "server/sys/mem.h"

/* NOLINTBEGIN(misc-no-recursion): functions here recurse over the height of a balanced tree, which
 * is at most 1.44 log2(size), under 64 for any memory. */

typedef struct {
  atomic_size_t references;
  size_t key_size;
  size_t value_size;
  uint8_t bytes[]; /* key, value */
} record;

struct pat_memory_tree {
  atomic_size_t references;
  unsigned height; /* 1 for a leaf */
  record *record;
  const pat_memory_tree *left;
  const pat_memory_tree *right;
};

typedef const pat_memory_tree tree;

/* A change under way. Once an allocation has failed its trees are meaningless and are given up. */
typedef struct {
  bool failed;
} change;

/* --- references ------------------------------------------------------------------------------ */

static record *record_retain(record *of) {
  atomic_fetch_add(&of->references, 1);
  return of;
}

static void record_release(record *of) {
  if (of != NULL && atomic_fetch_sub(&of->references, 1) == 1) pat_mem_free(of);
}

static record *record_new(pat_span key, pat_span value) {
  record *made = pat_mem_new(sizeof *made + key.size + value.size);
  if (made == NULL) return NULL;
  atomic_init(&made->references, 1);
  made->key_size = key.size;
  made->value_size = value.size;
  pat_span_copy(made->bytes, key.size, key);
  pat_span_copy(made->bytes + key.size, value.size, value);
  return made;
}

static pat_span key_of(tree *node) {
  return pat_span_make(node->record->bytes, node->record->key_size);
}

static pat_span value_of(tree *node) {
  return pat_span_make(node->record->bytes + node->record->key_size, node->record->value_size);
}

/* Maps are const to their readers; only the count of references changes, and it is atomic. */
static pat_memory_tree *mutable(tree *node) { return (pat_memory_tree *)(uintptr_t)node; }

tree *pat_memory_tree_retain(tree *map) {
  if (map != NULL) atomic_fetch_add(&mutable(map)->references, 1);
  return map;
}

void pat_memory_tree_release(tree *map) {
  if (map == NULL || atomic_fetch_sub(&mutable(map)->references, 1) != 1) return;
  pat_memory_tree_release(map->left);
  pat_memory_tree_release(map->right);
  record_release(map->record);
  pat_mem_free(mutable(map));
}

/* --- balance --------------------------------------------------------------------------------- */

static unsigned height(tree *node) { return node == NULL ? 0 : node->height; }

/* Takes over the references to left and right; takes a new one to the record. */
static tree *make(change *state, tree *left, record *middle, tree *right) {
  pat_memory_tree *node = state->failed ? NULL : pat_mem_new(sizeof *node);
  if (node == NULL) {
    state->failed = true;
    pat_memory_tree_release(left);
    pat_memory_tree_release(right);
    return NULL;
  }
  atomic_init(&node->references, 1);
  node->height = 1 + (height(left) > height(right) ? height(left) : height(right));
  node->record = record_retain(middle);
  node->left = left;
  node->right = right;
  return node;
}

static tree *keep(tree *node) { return pat_memory_tree_retain(node); }

static tree *rotate_right(change *state, tree *left, record *middle, tree *right) {
  tree *made = NULL;
  if (height(left->left) >= height(left->right)) {
    tree *lower = make(state, keep(left->right), middle, right);
    made = make(state, keep(left->left), left->record, lower);
  } else {
    tree *inner = left->right;
    PAT_ASSERT(inner != NULL);
    tree *first = make(state, keep(left->left), left->record, keep(inner->left));
    tree *second = make(state, keep(inner->right), middle, right);
    made = make(state, first, inner->record, second);
  }
  pat_memory_tree_release(left);
  return made;
}

static tree *rotate_left(change *state, tree *left, record *middle, tree *right) {
  tree *made = NULL;
  if (height(right->right) >= height(right->left)) {
    tree *lower = make(state, left, middle, keep(right->left));
    made = make(state, lower, right->record, keep(right->right));
  } else {
    tree *inner = right->left;
    PAT_ASSERT(inner != NULL);
    tree *first = make(state, left, middle, keep(inner->left));
    tree *second = make(state, keep(inner->right), right->record, keep(right->right));
    made = make(state, first, inner->record, second);
  }
  pat_memory_tree_release(right);
  return made;
}

/* As make, for siblings whose heights differ by up to two. */
static tree *balance(change *state, tree *left, record *middle, tree *right) {
  if (height(left) > height(right) + 1) return rotate_right(state, left, middle, right);
  if (height(right) > height(left) + 1) return rotate_left(state, left, middle, right);
  return make(state, left, middle, right);
}

/* --- changes --------------------------------------------------------------------------------- */

static tree *insert(change *state, tree *node, record *added) {
  if (node == NULL) return make(state, NULL, added, NULL);
  int order = pat_span_compare(pat_span_make(added->bytes, added->key_size), key_of(node));
  if (order == 0) return make(state, keep(node->left), added, keep(node->right));
  if (order < 0) {
    return balance(state, insert(state, node->left, added), node->record, keep(node->right));
  }
  return balance(state, keep(node->left), node->record, insert(state, node->right, added));
}

static tree *first_of(tree *node) {
  while (node->left != NULL)
    node = node->left;
  return node;
}

static tree *without_first(change *state, tree *node) {
  if (node->left == NULL) return keep(node->right);
  return balance(state, without_first(state, node->left), node->record, keep(node->right));
}

static tree *without_root(change *state, tree *node) {
  if (node->left == NULL) return keep(node->right);
  if (node->right == NULL) return keep(node->left);
  record *next = first_of(node->right)->record;
  return balance(state, keep(node->left), next, without_first(state, node->right));
}

static tree *erase(change *state, tree *node, pat_span key) {
  if (node == NULL) return NULL;
  int order = pat_span_compare(key, key_of(node));
  if (order == 0) return without_root(state, node);
  if (order < 0) {
    return balance(state, erase(state, node->left, key), node->record, keep(node->right));
  }
  return balance(state, keep(node->left), node->record, erase(state, node->right, key));
}

static pat_status finish(const change *state, tree *made, const pat_memory_tree **ret_tree) {
  if (state->failed) {
    pat_memory_tree_release(made);
    return pat_refuse(PAT_RULE_LIMIT_MEMORY);
  }
  *ret_tree = made;
  return PAT_OK;
}

pat_status pat_memory_tree_put(tree *map, pat_span key, pat_span value, tree **ret_tree) {
  PAT_ASSERT(pat_span_valid(key));
  PAT_ASSERT(pat_span_valid(value));
  record *added = record_new(key, value);
  PAT_REQUIRE(added != NULL, LIMIT_MEMORY);
  change state = {.failed = false};
  tree *made = insert(&state, map, added);
  record_release(added);
  return finish(&state, made, ret_tree);
}

pat_status pat_memory_tree_remove(tree *map, pat_span key, tree **ret_tree) {
  PAT_ASSERT(pat_span_valid(key));
  change state = {.failed = false};
  return finish(&state, erase(&state, map, key), ret_tree);
}

/* --- reading --------------------------------------------------------------------------------- */

bool pat_memory_tree_find(tree *map, pat_span key, pat_span *ret_value) {
  tree *node = map;
  while (node != NULL) {
    int order = pat_span_compare(key, key_of(node));
    if (order == 0) {
      *ret_value = value_of(node);
      return true;
    }
    node = order < 0 ? node->left : node->right;
  }
  return false;
}

bool pat_memory_tree_seek(tree *map, pat_span bound, bool after, pat_span *ret_key,
                          pat_span *ret_value) {
  tree *best = NULL;
  tree *node = map;
  while (node != NULL) {
    int order = pat_span_compare(key_of(node), bound);
    bool fits = order > 0 || (order == 0 && !after);
    if (fits) best = node;
    node = fits ? node->left : node->right;
  }
  if (best == NULL) return false;
  *ret_key = key_of(best);
  *ret_value = value_of(best);
  return true;
}

/* below, above: keys that bound the subtree; NULL where it has none on that side. */
static bool valid_between(tree *node, const pat_span *below, const pat_span *above) {
  if (node == NULL) return true;
  pat_span key = key_of(node);
  if (below != NULL && pat_span_compare(*below, key) >= 0) return false;
  if (above != NULL && pat_span_compare(key, *above) >= 0) return false;
  unsigned left = height(node->left);
  unsigned right = height(node->right);
  if (left > right + 1 || right > left + 1) return false;
  if (node->height != 1 + (left > right ? left : right)) return false;
  return valid_between(node->left, below, &key) && valid_between(node->right, &key, above);
}

bool pat_memory_tree_valid(tree *map) { return valid_between(map, NULL, NULL); }

/* NOLINTEND(misc-no-recursion) */
