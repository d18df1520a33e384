#include "server/sequencer/keys.h"

#include "core/base/assert.h"
#include "core/bytes/builder.h"

static void start(pat_sequencer_key *key, pat_builder *builder) {
  pat_builder_init(builder, key->bytes, sizeof key->bytes);
}

static void finish(pat_sequencer_key *key, const pat_builder *builder) {
  pat_span written;
  pat_status status = pat_builder_finish(builder, &written);
  PAT_ASSERT(pat_is_ok(status));
  key->size = written.size;
}

static pat_sequencer_key build(pat_span prefix, uint64_t number) {
  pat_sequencer_key key;
  pat_builder builder;
  start(&key, &builder);
  pat_builder_span(&builder, prefix);
  pat_builder_u64be(&builder, number);
  finish(&key, &builder);
  return key;
}

pat_sequencer_key pat_number_key(uint64_t number) { return build(PAT_SPAN_EMPTY, number); }

pat_sequencer_key pat_tile_key(uint8_t level, uint64_t index) {
  return build(pat_span_make(&level, 1), index);
}

pat_sequencer_key pat_bucket_key(uint32_t bucket) {
  pat_sequencer_key key;
  pat_builder builder;
  start(&key, &builder);
  pat_builder_u32be(&builder, bucket);
  finish(&key, &builder);
  return key;
}

pat_sequencer_key pat_note_key_of_size(uint64_t size) {
  return build(PAT_SPAN_LITERAL("note"), size);
}

pat_span pat_sequencer_key_span(const pat_sequencer_key *key) {
  return pat_span_make(key->bytes, key->size);
}
