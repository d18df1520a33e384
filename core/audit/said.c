#include "core/audit/said.h"

#include "core/base/assert.h"
#include "core/bytes/reader.h"

uint64_t pat_said_slots_for(uint64_t statements) { return statements + statements / 4 + 16; }

void pat_said_init(pat_said *ret_said, pat_hash *slots, uint32_t capacity) {
  *ret_said = (pat_said){.slots = slots, .capacity = capacity};
}

static uint32_t place_of(const pat_said *said, const pat_hash *statement) {
  uint32_t start = 0;
  pat_reader reader;
  pat_reader_init(&reader, pat_hash_span(statement));
  pat_status read = pat_reader_u32be(&reader, &start);
  PAT_ASSERT(pat_is_ok(read));
  return (uint32_t)((uint64_t)start * said->capacity >> 32);
}

pat_status pat_said_add(pat_said *said, const pat_hash *statement) {
  static const pat_hash none = {{0}};
  PAT_ASSERT(said->count <= said->capacity);
  PAT_REQUIRE(said->count + 1 < said->capacity, LIMIT_MEMORY);
  /* No statement has this hash: whoever names it names none. */
  PAT_REQUIRE(!pat_hash_equal(statement, &none), ENTRY_FORM);
  uint32_t at = place_of(said, statement);
  for (; !pat_hash_equal(&said->slots[at], &none); at = at + 1 < said->capacity ? at + 1 : 0) {
    PAT_REQUIRE(!pat_hash_equal(&said->slots[at], statement), AUDIT_REPEATED);
  }
  said->slots[at] = *statement;
  said->count++;
  return PAT_OK;
}
