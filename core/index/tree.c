#include "core/index/tree.h"

#include "core/base/assert.h"

#define DEPTH_MAX (PAT_INDEX_KEY_BITS + 1) /* nodes on one way down: bits grow, then a leaf */

PAT_STATIC_ASSERT(PAT_INDEX_KEY_BITS == 8 * PAT_HASH_BYTES, "keys are digests");
PAT_STATIC_ASSERT(PAT_INDEX_KEY_BITS <= UINT16_MAX, "a node keeps its bit in 16 bits");

static bool tree_valid(const pat_index_tree *tree) {
  if (tree->node_count > tree->capacity) return false;
  if (tree->key_count == 0) return tree->node_count == 0;
  return tree->node_count == 2 * tree->key_count - 1 && tree->root < tree->node_count;
}

static bool is_leaf(const pat_index_node *node) { return node->bit == PAT_INDEX_KEY_BITS; }

static unsigned side_of(const pat_hash *key, const pat_index_node *inner) {
  return pat_index_key_bit(pat_hash_span(key), inner->bit);
}

void pat_index_tree_init(pat_index_tree *ret_tree, pat_index_node *nodes, uint32_t capacity) {
  PAT_ASSERT(nodes != NULL || capacity == 0);
  *ret_tree = (pat_index_tree){.nodes = nodes, .capacity = capacity};
}

void pat_index_tree_move(pat_index_tree *tree, pat_index_node *nodes, uint32_t capacity) {
  PAT_ASSERT(tree_valid(tree));
  PAT_ASSERT(capacity >= tree->node_count);
  for (uint32_t i = 0; i < tree->node_count; i++)
    nodes[i] = tree->nodes[i];
  tree->nodes = nodes;
  tree->capacity = capacity;
}

/* --- look up and put ------------------------------------------------------------------------- */

/* The leaf that the key's own bits lead to: the key's, or one that shares all tested bits with it.
 * */
static uint32_t nearest_leaf(const pat_index_tree *tree, const pat_hash *key) {
  PAT_ASSERT(tree->key_count > 0);
  uint32_t at = tree->root;
  while (!is_leaf(&tree->nodes[at]))
    at = tree->nodes[at].child[side_of(key, &tree->nodes[at])];
  return at;
}

bool pat_index_tree_get(const pat_index_tree *tree, const pat_hash *key,
                        pat_index_value *ret_value) {
  PAT_ASSERT(tree_valid(tree));
  if (tree->key_count == 0) return false;
  const pat_index_node *leaf = &tree->nodes[nearest_leaf(tree, key)];
  if (!pat_hash_equal(&leaf->key, key)) return false;
  *ret_value = leaf->value;
  return true;
}

static uint32_t add_node(pat_index_tree *tree, pat_index_node node) {
  PAT_ASSERT(tree->node_count < tree->capacity);
  tree->nodes[tree->node_count] = node;
  return tree->node_count++;
}

static uint32_t add_leaf(pat_index_tree *tree, const pat_hash *key, const pat_index_value *value) {
  tree->key_count++;
  return add_node(tree, (pat_index_node){.key = *key, .value = *value, .bit = PAT_INDEX_KEY_BITS});
}

/* Follows the key down to the first node whose bit is `bit` or later, and gives the place that
 * names that node. Everything above it will have another hash. */
static uint32_t *touch_down_to(pat_index_tree *tree, const pat_hash *key, uint32_t bit) {
  uint32_t *link = &tree->root;
  while (tree->nodes[*link].bit < bit) {
    pat_index_node *node = &tree->nodes[*link];
    node->clean = false;
    link = &node->child[side_of(key, node)];
  }
  return link;
}

/* Puts a new inner node in the place of the first node below which all keys agree up to `bit`. */
static void split_at(pat_index_tree *tree, const pat_hash *key, const pat_index_value *value,
                     uint32_t bit) {
  uint32_t *link = touch_down_to(tree, key, bit);
  const unsigned side = pat_index_key_bit(pat_hash_span(key), bit);
  pat_index_node inner = {.bit = (uint16_t)bit};
  inner.child[1 - side] = *link;
  inner.child[side] = add_leaf(tree, key, value);
  *link = add_node(tree, inner);
}

pat_status pat_index_tree_put(pat_index_tree *tree, const pat_hash *key,
                              const pat_index_value *value) {
  PAT_ASSERT(tree_valid(tree));
  const uint32_t room = tree->capacity - tree->node_count;
  if (tree->key_count == 0) {
    PAT_REQUIRE(room >= 1, INDEX_FULL);
    tree->root = add_leaf(tree, key, value);
    return PAT_OK;
  }
  const uint32_t bit = pat_index_first_difference(key, &tree->nodes[nearest_leaf(tree, key)].key);
  if (bit == PAT_INDEX_KEY_BITS) {
    pat_index_node *leaf = &tree->nodes[*touch_down_to(tree, key, bit)];
    leaf->value = *value;
    leaf->clean = false;
  } else {
    PAT_REQUIRE(room >= 2, INDEX_FULL);
    split_at(tree, key, value, bit);
  }
  PAT_ASSERT(tree_valid(tree));
  return PAT_OK;
}

/* --- hash and prove -------------------------------------------------------------------------- */

static void rehash(pat_index_tree *tree, pat_index_node *node) {
  if (is_leaf(node)) {
    uint8_t value[PAT_INDEX_VALUE_BYTES];
    pat_index_value_encode(&node->value, value);
    node->hash = pat_index_leaf_hash(pat_hash_span(&node->key), PAT_SPAN_OF(value));
  } else {
    node->hash = pat_index_inner_hash(node->bit, &tree->nodes[node->child[0]].hash,
                                      &tree->nodes[node->child[1]].hash);
  }
  node->clean = true;
}

/* Hashes what is not clean, children before their parents. */
static void refresh(pat_index_tree *tree) {
  PAT_ASSERT(tree->key_count > 0);
  uint32_t way[DEPTH_MAX]; /* from the root to the node in hand */
  size_t depth = 0;
  way[depth++] = tree->root;
  while (depth > 0) {
    pat_index_node *node = &tree->nodes[way[depth - 1]];
    const bool inner = !is_leaf(node) && !node->clean;
    if (inner && !tree->nodes[node->child[0]].clean) {
      PAT_ASSERT(depth < DEPTH_MAX);
      way[depth++] = node->child[0];
    } else if (inner && !tree->nodes[node->child[1]].clean) {
      PAT_ASSERT(depth < DEPTH_MAX);
      way[depth++] = node->child[1];
    } else {
      if (!node->clean) rehash(tree, node);
      depth--;
    }
  }
}

pat_hash pat_index_tree_root(pat_index_tree *tree) {
  PAT_ASSERT(tree_valid(tree));
  if (tree->key_count == 0) return pat_index_empty_root();
  refresh(tree);
  return tree->nodes[tree->root].hash;
}

static void put_leaf(const pat_index_node *leaf, pat_builder *out) {
  uint8_t value[PAT_INDEX_VALUE_BYTES];
  pat_index_value_encode(&leaf->value, value);
  pat_builder_uvarint(out, PAT_HASH_BYTES);
  pat_builder_span(out, pat_hash_span(&leaf->key));
  pat_builder_uvarint(out, sizeof value);
  pat_builder_span(out, PAT_SPAN_OF(value));
}

void pat_index_tree_prove(pat_index_tree *tree, const pat_hash *key, pat_builder *out,
                          bool *ret_present) {
  PAT_ASSERT(tree_valid(tree));
  *ret_present = false;
  if (tree->key_count == 0) return;
  refresh(tree);
  uint32_t way[DEPTH_MAX];
  size_t depth = 0;
  uint32_t at = tree->root;
  for (; !is_leaf(&tree->nodes[at]); at = tree->nodes[at].child[side_of(key, &tree->nodes[at])]) {
    PAT_ASSERT(depth < DEPTH_MAX);
    way[depth++] = at;
  }
  *ret_present = pat_hash_equal(&tree->nodes[at].key, key);
  if (!*ret_present) put_leaf(&tree->nodes[at], out);
  while (depth > 0) {
    const pat_index_node *inner = &tree->nodes[way[--depth]];
    const uint32_t sibling = inner->child[1 - side_of(key, inner)];
    pat_builder_uvarint(out, inner->bit);
    pat_builder_span(out, pat_hash_span(&tree->nodes[sibling].hash));
  }
}
