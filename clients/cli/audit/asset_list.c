#include "clients/cli/audit/asset_list.h"

#include <inttypes.h>
#include <stdlib.h>

#include "clients/cli/files.h"
#include "core/crypto/base32.h"

/* The next line without its end; false where there is none. */
static bool next_line(pat_span *text, pat_span *ret_line) {
  if (text->size == 0) return false;
  size_t end = 0;
  while (end < text->size && text->data[end] != '\n')
    end++;
  size_t used = end < text->size ? end + 1 : end;
  bool carriage = end > 0 && text->data[end - 1] == '\r';
  *ret_line = pat_span_slice(*text, 0, carriage ? end - 1 : end);
  *text = pat_span_slice(*text, used, text->size - used);
  return true;
}

static size_t count_lines(pat_span text) {
  size_t count = 0;
  for (pat_span line; next_line(&text, &line);)
    count += line.size > 0 ? 1 : 0;
  return count;
}

static pat_status refuse_line(pat_status status, uint64_t number, pat_err *reterr) {
  char place[32];
  (void)snprintf(place, sizeof place, "line %" PRIu64, number);
  return pat_refuse_at((pat_rule)status.rule, reterr, 0, place);
}

static pat_status read_lines(pat_span text, pat_asset_id *ids, pat_err *reterr) {
  size_t count = 0;
  uint64_t number = 1;
  for (pat_span line; next_line(&text, &line); number++) {
    if (line.size == 0) continue;
    pat_status status = pat_base32_asset_decode(line, ids[count].bytes, NULL);
    if (!pat_is_ok(status)) return refuse_line(status, number, reterr);
    count++;
  }
  return PAT_OK;
}

static pat_span id_span(const pat_asset_id *id) { return PAT_SPAN_OF(id->bytes); }

static int by_bytes(const void *a, const void *b) {
  return pat_span_compare(id_span(a), id_span(b));
}

/* Keeps each id once. */
static size_t unite(pat_asset_id *ids, size_t count) {
  size_t kept = 0;
  for (size_t i = 0; i < count; i++) {
    if (kept > 0 && pat_span_equal(id_span(&ids[kept - 1]), id_span(&ids[i]))) continue;
    ids[kept++] = ids[i];
  }
  return kept;
}

pat_status pat_asset_list_parse(pat_span text, pat_arena *arena, pat_asset_list *ret_list,
                                pat_err *reterr) {
  size_t lines = count_lines(text);
  PAT_REQUIRE_AT(lines <= PAT_CLI_ASSETS_MAX, FILE_TOO_LARGE, reterr, 0, "lines");
  pat_asset_id *ids = pat_arena_take_array(arena, lines + 1, sizeof *ids);
  PAT_REQUIRE(ids != NULL, LIMIT_MEMORY);
  PAT_TRY(read_lines(text, ids, reterr));
  qsort(ids, lines, sizeof *ids, by_bytes);
  size_t kept = unite(ids, lines);
  *ret_list = (pat_asset_list){ids, kept, lines - kept,
                               pat_hash_of(pat_span_make(ids, kept * sizeof *ids))};
  return PAT_OK;
}

pat_status pat_asset_list_read(pat_cli *cli, const char *path, pat_asset_list *ret_list) {
  pat_span text;
  PAT_TRY(pat_files_read(&cli->arena, path, PAT_CLI_FILE_BYTES_MAX, &text, &cli->error));
  pat_status status = pat_asset_list_parse(text, &cli->arena, ret_list, &cli->error);
  if (pat_is_ok(status) || pat_is_rule(status, PAT_RULE_LIMIT_MEMORY)) return status;
  return pat_cli_fail_as(cli, status, PAT_EXIT_USAGE, "%s, %s: %s", path, cli->error.place,
                         pat_rule_message((pat_rule)status.rule));
}
