/* Hits: pat_tlog_tile_parse, pat_tlog_tile_path, pat_tlog_tile_within, pat_tlog_bundle_decode.
 *
 * Input: a tile's path, or an entry bundle. Properties: a path that is accepted is the one path of
 * its tile; a bundle that splits into entries is exactly those entries appended again. */
#include "core/base/assert.h"
#include "core/tlog/tile.h"
#include "tests/fuzz/fuzz_target.h"

static uint8_t again[1 << 16];

static void check_path(pat_span path) {
  pat_tlog_tile tile;
  if (!pat_is_ok(pat_tlog_tile_parse(path, &tile, NULL))) return;
  uint8_t buffer[PAT_TLOG_TILE_PATH_BYTES_MAX];
  pat_builder builder;
  PAT_ASSERT(pat_tlog_tile_valid(&tile));
  PAT_ASSERT(!pat_tlog_tile_within(&tile, 0));
  pat_builder_init(&builder, buffer, sizeof(buffer));
  pat_tlog_tile_path(&tile, &builder);
  PAT_ASSERT(pat_span_equal(pat_span_make(buffer, pat_builder_size(&builder)), path));
}

static void check_bundle(pat_span bundle, uint16_t width) {
  static pat_span entries[PAT_TLOG_TILE_WIDTH];
  pat_builder builder;
  if (!pat_is_ok(pat_tlog_bundle_decode(bundle, width, entries, NULL))) return;
  pat_builder_init(&builder, again, sizeof(again));
  for (uint16_t i = 0; i < width; i++)
    PAT_ASSERT(pat_is_ok(pat_tlog_bundle_append(&builder, entries[i])));
  PAT_ASSERT(pat_span_equal(pat_span_make(again, pat_builder_size(&builder)), bundle));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const pat_span bytes = pat_span_make(data, size);
  if (size > sizeof(again)) return 0;
  check_path(bytes);
  for (uint16_t width = 1; width <= PAT_TLOG_TILE_WIDTH; width = (uint16_t)(2 * width))
    check_bundle(bytes, width);
  return 0;
}
