#include "core/tlog/tile.h"

#include "core/base/assert.h"
#include "core/bytes/text.h"

PAT_STATIC_ASSERT(PAT_TLOG_TILE_WIDTH == 1 << PAT_TLOG_TILE_HEIGHT, "a tile is a whole subtree");

bool pat_tlog_tile_valid(const pat_tlog_tile *tile) {
  if (tile->kind != PAT_TLOG_TILE_HASHES && tile->kind != PAT_TLOG_TILE_ENTRIES) return false;
  if (tile->kind == PAT_TLOG_TILE_ENTRIES && tile->level != 0) return false;
  if (tile->level > PAT_TLOG_TILE_LEVEL_MAX) return false;
  if (tile->width < 1 || tile->width > PAT_TLOG_TILE_WIDTH) return false;
  return tile->index <= PAT_TLOG_TILE_INDEX_MAX;
}

/* --- paths ----------------------------------------------------------------------------------- */

static void put_group(pat_builder *out, uint64_t value) {
  PAT_ASSERT(value < 1000);
  pat_builder_char(out, (char)('0' + value / 100));
  pat_builder_char(out, (char)('0' + value / 10 % 10));
  pat_builder_char(out, (char)('0' + value % 10));
}

static void put_index(pat_builder *out, uint64_t index) {
  uint64_t unit = 1;
  while (index / unit >= 1000)
    unit *= 1000;
  for (; unit > 1; unit /= 1000) {
    pat_builder_char(out, 'x');
    put_group(out, index / unit % 1000);
    pat_builder_char(out, '/');
  }
  put_group(out, index % 1000);
}

void pat_tlog_tile_path(const pat_tlog_tile *tile, pat_builder *out) {
  PAT_ASSERT(pat_tlog_tile_valid(tile));
  pat_builder_text(out, "tile/");
  if (tile->kind == PAT_TLOG_TILE_ENTRIES)
    pat_builder_text(out, "entries");
  else
    pat_builder_decimal(out, tile->level);
  pat_builder_char(out, '/');
  put_index(out, tile->index);
  if (tile->width == PAT_TLOG_TILE_WIDTH) return;
  pat_builder_text(out, ".p/");
  pat_builder_decimal(out, tile->width);
}

/* Cuts the text in front of the first separator off *rest, with the separator. */
static bool cut(pat_span *rest, char separator, pat_span *ret_head) {
  for (size_t i = 0; i < rest->size; i++) {
    if (rest->data[i] != (uint8_t)separator) continue;
    *ret_head = pat_span_slice(*rest, 0, i);
    *rest = pat_span_slice(*rest, i + 1, rest->size - i - 1);
    return true;
  }
  return false;
}

static pat_status read_level(pat_span text, pat_tlog_tile *tile) {
  if (pat_span_equal(text, PAT_SPAN_LITERAL("entries"))) {
    tile->kind = PAT_TLOG_TILE_ENTRIES;
    return PAT_OK;
  }
  uint64_t level = 0;
  PAT_REQUIRE(pat_is_ok(pat_text_u64(text, &level)), TLOG_TILE_PATH);
  PAT_REQUIRE(level <= PAT_TLOG_TILE_LEVEL_MAX, TLOG_TILE_LEVEL);
  tile->level = (uint8_t)level;
  return PAT_OK;
}

static pat_status read_width(pat_span text, pat_tlog_tile *tile) {
  PAT_REQUIRE(pat_span_starts_with(text, PAT_SPAN_LITERAL("p/")), TLOG_TILE_PATH);
  uint64_t width = 0;
  pat_status status = pat_text_u64(pat_span_slice(text, 2, text.size - 2), &width);
  PAT_REQUIRE(!pat_is_rule(status, PAT_RULE_BYTES_TEXT_NUMBER), TLOG_TILE_PATH);
  PAT_REQUIRE(pat_is_ok(status), TLOG_TILE_WIDTH);
  PAT_REQUIRE(width >= 1, TLOG_TILE_WIDTH);
  PAT_REQUIRE(width < PAT_TLOG_TILE_WIDTH, TLOG_TILE_WIDTH);
  tile->width = (uint16_t)width;
  return PAT_OK;
}

/* Adds one group of three digits to the index. */
static pat_status read_group(pat_span group, uint64_t *index) {
  PAT_REQUIRE(group.size == 3, TLOG_TILE_PATH);
  uint64_t value = 0;
  for (size_t i = 0; i < group.size; i++) {
    PAT_REQUIRE(group.data[i] >= '0', TLOG_TILE_PATH);
    PAT_REQUIRE(group.data[i] <= '9', TLOG_TILE_PATH);
    value = value * 10 + (uint64_t)(group.data[i] - '0');
  }
  PAT_REQUIRE(*index <= (PAT_TLOG_TILE_INDEX_MAX - value) / 1000, TLOG_TILE_INDEX);
  *index = *index * 1000 + value;
  return PAT_OK;
}

static pat_status read_index(pat_span text, pat_tlog_tile *tile) {
  uint64_t index = 0;
  pat_span group = PAT_SPAN_EMPTY;
  for (bool first = true; cut(&text, '/', &group); first = false) {
    PAT_REQUIRE(pat_span_starts_with(group, PAT_SPAN_LITERAL("x")), TLOG_TILE_PATH);
    PAT_TRY(read_group(pat_span_slice(group, 1, group.size - 1), &index));
    /* a group of zeros in front would give one tile two paths */
    PAT_REQUIRE(!(first && index == 0), TLOG_TILE_PATH);
  }
  PAT_TRY(read_group(text, &index));
  tile->index = index;
  return PAT_OK;
}

static pat_status parse(pat_span path, pat_tlog_tile *ret_tile) {
  pat_tlog_tile tile = {.width = PAT_TLOG_TILE_WIDTH};
  const pat_span prefix = PAT_SPAN_LITERAL("tile/");
  PAT_REQUIRE(path.size <= PAT_TLOG_TILE_PATH_BYTES_MAX, TLOG_TILE_PATH);
  PAT_REQUIRE(pat_span_starts_with(path, prefix), TLOG_TILE_PATH);
  pat_span rest = pat_span_slice(path, prefix.size, path.size - prefix.size);
  pat_span level = PAT_SPAN_EMPTY;
  PAT_REQUIRE(cut(&rest, '/', &level), TLOG_TILE_PATH);
  PAT_TRY(read_level(level, &tile));
  pat_span index = PAT_SPAN_EMPTY;
  if (cut(&rest, '.', &index))
    PAT_TRY(read_width(rest, &tile));
  else
    index = rest;
  PAT_TRY(read_index(index, &tile));
  PAT_ASSERT(pat_tlog_tile_valid(&tile));
  *ret_tile = tile;
  return PAT_OK;
}

pat_status pat_tlog_tile_parse(pat_span path, pat_tlog_tile *ret_tile, pat_err *reterr) {
  PAT_ASSERT(pat_span_valid(path));
  const pat_status status = parse(path, ret_tile);
  if (!pat_is_ok(status)) return pat_refuse_at((pat_rule)status.rule, reterr, 0, "path");
  return PAT_OK;
}

/* --- geometry -------------------------------------------------------------------------------- */

uint64_t pat_tlog_tile_level_size(uint64_t tree_size, uint8_t level) {
  PAT_ASSERT(level <= PAT_TLOG_TILE_LEVEL_MAX);
  const unsigned shift = (unsigned)level * PAT_TLOG_TILE_HEIGHT;
  return shift < 64 ? tree_size >> shift : 0;
}

uint16_t pat_tlog_tile_width(uint64_t tree_size, uint8_t level, uint64_t index) {
  const uint64_t hashes = pat_tlog_tile_level_size(tree_size, level);
  const uint64_t full_tiles = hashes / PAT_TLOG_TILE_WIDTH;
  if (index < full_tiles) return PAT_TLOG_TILE_WIDTH;
  if (index > full_tiles) return 0;
  return (uint16_t)(hashes % PAT_TLOG_TILE_WIDTH);
}

bool pat_tlog_tile_within(const pat_tlog_tile *tile, uint64_t tree_size) {
  PAT_ASSERT(pat_tlog_tile_valid(tile));
  return tile->width <= pat_tlog_tile_width(tree_size, tile->level, tile->index);
}

pat_tlog_place pat_tlog_tile_find(pat_tlog_position at) {
  PAT_ASSERT(at.level < 64);
  const unsigned height = at.level % PAT_TLOG_TILE_HEIGHT;
  const unsigned bits = PAT_TLOG_TILE_HEIGHT - height; /* that tell nodes of one row apart */
  return (pat_tlog_place){
      .tile_level = (uint8_t)(at.level / PAT_TLOG_TILE_HEIGHT),
      .tile_index = at.index >> bits,
      .height = (uint8_t)height,
      .index = (uint8_t)(at.index & ((1u << bits) - 1)),
  };
}
