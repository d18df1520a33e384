/* The RFC's own recursive definitions, as plainly as they stand there: what the iterative code is
 * compared with. Small trees only. */
#ifndef PAT_TESTS_CORE_TLOG_ORACLE_H
#define PAT_TESTS_CORE_TLOG_ORACLE_H

#include <stddef.h>
#include <stdint.h>

#include "core/tlog/proof.h"

/* MTH(D[begin:end]) over leaf hashes; RFC 6962 section 2.1. */
pat_hash oracle_root(const pat_hash *leaves, size_t begin, size_t end);

/* PATH(index, D[0:size]); RFC 6962 section 2.1.1. */
pat_tlog_proof oracle_inclusion(const pat_hash *leaves, size_t index, size_t size);

/* PROOF(older, D[0:newer]); RFC 6962 section 2.1.2. */
pat_tlog_proof oracle_consistency(const pat_hash *leaves, size_t older, size_t newer);

/* `count` leaf hashes: leaf i is that of the two bytes of i. */
void oracle_leaves(pat_hash *ret_leaves, size_t count);

/* Reads perfect nodes from the leaf hashes that context points at (pat_tlog_source.read). */
pat_status oracle_read(void *context, pat_tlog_position at, pat_hash *ret_hash);

#endif
