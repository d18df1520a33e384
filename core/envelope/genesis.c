#include "core/envelope/genesis.h"

#include "core/bytes/builder.h"
#include "core/bytes/protobuf.h"
#include "core/bytes/text.h"
#include "core/crypto/hash.h"

static pat_status hash_parameters(const Patina__GenesisParameters *parameters, pat_arena *arena,
                                  pat_hash *ret_hash) {
  size_t size = 0;
  PAT_TRY(pat_protobuf_size(&parameters->base, &size));
  uint8_t *buffer = pat_arena_take(arena, size);
  PAT_REQUIRE(buffer != NULL, LIMIT_MEMORY);
  pat_builder builder;
  pat_builder_init(&builder, buffer, size);
  PAT_TRY(pat_protobuf_encode(&parameters->base, &builder));
  pat_span bytes;
  PAT_TRY(pat_builder_finish(&builder, &bytes));
  static const char prefix[] = "patina/genesis/v1"; /* its NUL is part of the prefix */
  const pat_span parts[] = {PAT_SPAN_OF(prefix), bytes};
  *ret_hash = pat_hash_of_parts(parts, 2);
  return PAT_OK;
}

pat_status pat_genesis_origin(const Patina__Genesis *genesis, pat_arena *arena,
                              pat_origin *ret_origin) {
  size_t mark = pat_arena_mark(arena);
  pat_hash name;
  PAT_TRY(hash_parameters(genesis->parameters, arena, &name));
  pat_arena_reset_to(arena, mark);

  char hex[2 * PAT_HASH_BYTES + 1];
  PAT_TRY(pat_hex_encode(pat_hash_span(&name), hex, sizeof hex));
  pat_origin origin;
  pat_builder builder;
  pat_builder_init(&builder, origin.text, sizeof origin.text);
  pat_builder_text(&builder, genesis->prefix);
  pat_builder_char(&builder, '/');
  pat_builder_text(&builder, hex);
  pat_builder_char(&builder, '\0');
  pat_span written;
  PAT_TRY(pat_builder_finish(&builder, &written));
  *ret_origin = origin;
  return PAT_OK;
}
