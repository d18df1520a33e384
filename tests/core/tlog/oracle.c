#include "tests/core/tlog/oracle.h"

#include "core/base/assert.h"

/* The largest power of two below size. */
static size_t split(size_t size) {
  size_t power = 1;
  while (2 * power < size)
    power *= 2;
  return power;
}

pat_hash oracle_root(const pat_hash *leaves, size_t begin, size_t end) {
  if (begin == end) return pat_hash_of(PAT_SPAN_EMPTY);
  if (end - begin == 1) return leaves[begin];
  const size_t middle = begin + split(end - begin);
  const pat_hash left = oracle_root(leaves, begin, middle);
  const pat_hash right = oracle_root(leaves, middle, end);
  const pat_span parts[] = {PAT_SPAN_LITERAL("\x01"), pat_hash_span(&left), pat_hash_span(&right)};
  return pat_hash_of_parts(parts, 3);
}

static void add(pat_tlog_proof *proof, pat_hash hash) { proof->hashes[proof->count++] = hash; }

static void path(const pat_hash *leaves, size_t index, size_t begin, size_t end,
                 pat_tlog_proof *proof) {
  if (end - begin == 1) return;
  const size_t middle = begin + split(end - begin);
  if (index < middle) {
    path(leaves, index, begin, middle, proof);
    add(proof, oracle_root(leaves, middle, end));
  } else {
    path(leaves, index, middle, end, proof);
    add(proof, oracle_root(leaves, begin, middle));
  }
}

pat_tlog_proof oracle_inclusion(const pat_hash *leaves, size_t index, size_t size) {
  pat_tlog_proof proof = {0};
  path(leaves, index, 0, size, &proof);
  return proof;
}

/* SUBPROOF: whole says that [begin, older) is the older tree itself, whose root is known. */
static void subproof(const pat_hash *leaves, size_t older, const size_t range[2], bool whole,
                     pat_tlog_proof *proof) {
  const size_t begin = range[0];
  const size_t end = range[1];
  if (older == end) {
    if (!whole) add(proof, oracle_root(leaves, begin, end));
    return;
  }
  const size_t middle = begin + split(end - begin);
  if (older <= middle) {
    subproof(leaves, older, (size_t[]){begin, middle}, whole, proof);
    add(proof, oracle_root(leaves, middle, end));
  } else {
    subproof(leaves, older, (size_t[]){middle, end}, false, proof);
    add(proof, oracle_root(leaves, begin, middle));
  }
}

pat_tlog_proof oracle_consistency(const pat_hash *leaves, size_t older, size_t newer) {
  pat_tlog_proof proof = {0};
  subproof(leaves, older, (size_t[]){0, newer}, true, &proof);
  return proof;
}

void oracle_leaves(pat_hash *ret_leaves, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const uint8_t bytes[] = {0, (uint8_t)(i >> 8), (uint8_t)i};
    ret_leaves[i] = pat_hash_of(PAT_SPAN_OF(bytes));
  }
}

pat_status oracle_read(void *context, pat_tlog_position at, pat_hash *ret_hash) {
  const pat_hash *leaves = context;
  PAT_ASSERT(at.level < 32);
  *ret_hash = oracle_root(leaves, (size_t)at.index << at.level, (size_t)(at.index + 1) << at.level);
  return PAT_OK;
}
