/* Keys under which the sequencer keeps what the ledger does not know of: tiles, buckets of the
 * index and published notes. */
#ifndef PAT_SERVER_SEQUENCER_KEYS_H
#define PAT_SERVER_SEQUENCER_KEYS_H

#include <stdint.h>

#include "core/base/span.h"

enum { PAT_SEQUENCER_KEY_BYTES_MAX = 16 };

typedef struct {
  uint8_t bytes[PAT_SEQUENCER_KEY_BYTES_MAX];
  size_t size;
} pat_sequencer_key;

/* u64be: a log index, an epoch. */
pat_sequencer_key pat_number_key(uint64_t number);
/* TILE: u8 level || u64be index of a full hash tile's subtree. */
pat_sequencer_key pat_tile_key(uint8_t level, uint64_t index);
/* INDEX: u32be bucket number. */
pat_sequencer_key pat_bucket_key(uint32_t bucket);
/* META: "note" || u64be size -> the signed checkpoint of that size. */
pat_sequencer_key pat_note_key_of_size(uint64_t size);

/* The key's bytes, borrowed. */
pat_span pat_sequencer_key_span(const pat_sequencer_key *key) PAT_NONNULL_ALL;

#endif
