#include "clients/cli/import/state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clients/cli/files.h"
#include "core/base/assert.h"
#include "core/bytes/text.h"

enum { SLOTS_FIRST = 1024, ITEMS_FIRST = 16, HEX_BYTES_MAX = 2 * PAT_HASH_BYTES + 1 };

static const char heading[] = "patina-import-state-v1";

/* --- the table ------------------------------------------------------------------------------- */

static size_t slot_of(const pat_hash *key, size_t slot_count) {
  uint64_t number = 0;
  for (size_t i = 0; i < sizeof number; i++)
    number = number << 8 | key->bytes[i];
  return (size_t)number & (slot_count - 1);
}

static pat_state_row **find_slot(pat_state_row **slots, size_t slot_count, const pat_hash *key) {
  size_t at = slot_of(key, slot_count);
  while (slots[at] != NULL && !pat_hash_equal(&slots[at]->key, key)) {
    at = (at + 1) & (slot_count - 1);
  }
  return &slots[at];
}

pat_state_row *pat_state_find(const pat_state *state, const pat_hash *key) {
  return state->slot_count > 0 ? *find_slot(state->slots, state->slot_count, key) : NULL;
}

static pat_status grow(pat_state *state) {
  if (state->row_count * 2 < state->slot_count) return PAT_OK;
  size_t count = state->slot_count > 0 ? state->slot_count * 2 : SLOTS_FIRST;
  pat_state_row **slots = calloc(count, sizeof *slots);
  PAT_REQUIRE(slots != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < state->slot_count; i++) {
    if (state->slots[i] != NULL) *find_slot(slots, count, &state->slots[i]->key) = state->slots[i];
  }
  free(state->slots);
  state->slots = slots;
  state->slot_count = count;
  return PAT_OK;
}

pat_status pat_state_add(pat_state *state, const pat_hash *key, pat_state_row **ret_row) {
  PAT_TRY(grow(state));
  pat_state_row **slot = find_slot(state->slots, state->slot_count, key);
  if (*slot == NULL) {
    *slot = calloc(1, sizeof **slot);
    PAT_REQUIRE(*slot != NULL, LIMIT_MEMORY);
    (*slot)->key = *key;
    state->row_count++;
  }
  *ret_row = *slot;
  return PAT_OK;
}

pat_status pat_state_met(const pat_state *state, const pat_hash *key, uint64_t number,
                         pat_state_row **ret_row) {
  pat_state_row *row = pat_state_find(state, key);
  PAT_REQUIRE(row != NULL && row->seen == number, IMPORT_SOURCE);
  *ret_row = row;
  return PAT_OK;
}

bool pat_state_has(const pat_state_row *row, const pat_item_id *item) {
  for (size_t i = 0; i < row->item_count; i++) {
    if (pat_item_equal(&row->items[i], item)) return true;
  }
  return false;
}

pat_status pat_state_note(pat_state_row *row, const pat_item_id *item) {
  if (pat_state_has(row, item)) return PAT_OK;
  row->changed = true;
  for (size_t i = 0; i < row->item_count; i++) {
    if (!pat_item_same_attribute(&row->items[i], item)) continue;
    row->items[i] = *item;
    return PAT_OK;
  }
  if (row->item_count == row->item_capacity) {
    size_t capacity = row->item_capacity > 0 ? row->item_capacity * 2 : ITEMS_FIRST;
    pat_item_id *items = realloc(row->items, capacity * sizeof *items);
    PAT_REQUIRE(items != NULL, LIMIT_MEMORY);
    row->items = items;
    row->item_capacity = capacity;
  }
  row->items[row->item_count++] = *item;
  return PAT_OK;
}

/* --- reading --------------------------------------------------------------------------------- */

/* The next word of a line; empty at its end. */
static pat_span take_word(pat_span *line) {
  size_t size = 0;
  while (size < line->size && line->data[size] != ' ')
    size++;
  pat_span word = pat_span_slice(*line, 0, size);
  size_t next = size < line->size ? size + 1 : size;
  *line = pat_span_slice(*line, next, line->size - next);
  return word;
}

static pat_status read_row(pat_state *state, pat_span line) {
  pat_hash key;
  pat_state_row *row = NULL;
  PAT_TRY(pat_hex_decode(take_word(&line), key.bytes, sizeof key.bytes));
  PAT_TRY(pat_state_add(state, &key, &row));
  PAT_TRY(pat_hex_decode(take_word(&line), row->asset, sizeof row->asset));
  pat_span registration = take_word(&line);
  row->registered = !pat_span_equal(registration, PAT_SPAN_LITERAL("-"));
  if (row->registered) {
    PAT_TRY(pat_hex_decode(registration, row->registration.bytes, sizeof row->registration.bytes));
  }
  row->item_count = 0;
  while (line.size > 0) {
    pat_item_id item;
    PAT_TRY(pat_hex_decode(take_word(&line), item.bytes, sizeof item.bytes));
    PAT_TRY(pat_state_note(row, &item));
  }
  row->changed = false;
  return PAT_OK;
}

static pat_status read_heading(pat_span line, const char *origin, const char *map) {
  PAT_REQUIRE(pat_span_equal(take_word(&line), pat_span_text(heading)), IMPORT_STATE);
  PAT_REQUIRE(pat_span_equal(take_word(&line), pat_span_text(origin)), IMPORT_STATE);
  PAT_REQUIRE(pat_span_equal(line, pat_span_text(map)), IMPORT_STATE);
  return PAT_OK;
}

static void close_file(FILE **file) {
  if (*file != NULL) fclose(*file);
}

static void free_line(char **line) { free(*line); }

/* Reads what is there, line by line; gives how many bytes of it are whole lines. */
static pat_status read_journal(pat_cli *cli, pat_state *state, const char *origin, const char *map,
                               size_t *ret_size) {
  PAT_CLEANUP(close_file) FILE *file = fopen(state->path, "rb");
  if (file == NULL) return pat_refuse_at(PAT_RULE_FILE_IO, &cli->error, 0, strerror(errno));
  PAT_CLEANUP(free_line) char *text = NULL;
  size_t capacity = 0;
  ssize_t size = 0;
  for (size_t number = 1; (size = getline(&text, &capacity, file)) > 0; number++) {
    if (text[size - 1] != '\n') break; /* torn */
    pat_span line = pat_span_make(text, (size_t)size - 1);
    pat_status status = number == 1 ? read_heading(line, origin, map) : read_row(state, line);
    if (pat_is_rule(status, PAT_RULE_LIMIT_MEMORY)) return status;
    if (!pat_is_ok(status)) {
      return pat_refuse_at(PAT_RULE_IMPORT_STATE, &cli->error, number, state->path);
    }
    *ret_size += (size_t)size;
  }
  PAT_REQUIRE(feof(file) != 0, FILE_IO);
  return PAT_OK;
}

static pat_status begin_journal(pat_state *state, const char *origin, const char *map) {
  int written = fprintf(state->journal, "%s %s %s\n", heading, origin, map);
  PAT_REQUIRE(written > 0, FILE_IO);
  return pat_state_sync(state);
}

/* Opens for appending behind the last whole line; another run on the same file is kept out. */
static pat_status open_journal(pat_cli *cli, pat_state *state, size_t size) {
  mode_t before = umask(0077);
  state->journal = fopen(state->path, "ab");
  umask(before);
  if (state->journal == NULL) {
    return pat_refuse_at(PAT_RULE_FILE_IO, &cli->error, 0, strerror(errno));
  }
  int file = fileno(state->journal);
  if (flock(file, LOCK_EX | LOCK_NB) != 0) {
    return pat_refuse_at(PAT_RULE_FILE_LOCKED, &cli->error, 0, state->path);
  }
  PAT_REQUIRE(ftruncate(file, (off_t)size) == 0, FILE_IO);
  return PAT_OK;
}

pat_status pat_state_open(pat_cli *cli, const char *path, const char *origin, const char *map,
                          pat_state *ret_state) {
  *ret_state = (pat_state){.path = path};
  const char *parts[] = {path, ".sending"};
  PAT_TRY(pat_files_path(&cli->arena, parts, 2, &ret_state->sending_path));
  size_t size = 0;
  if (pat_files_exists(path)) PAT_TRY(read_journal(cli, ret_state, origin, map, &size));
  PAT_TRY(open_journal(cli, ret_state, size));
  return size == 0 ? begin_journal(ret_state, origin, map) : PAT_OK;
}

void pat_state_close(pat_state *state) {
  for (size_t i = 0; i < state->slot_count; i++) {
    if (state->slots[i] != NULL) free(state->slots[i]->items);
    free(state->slots[i]);
  }
  free(state->slots);
  if (state->journal != NULL) fclose(state->journal);
  *state = (pat_state){.path = NULL};
}

/* --- writing --------------------------------------------------------------------------------- */

static bool put_hex(FILE *file, pat_span bytes) {
  char hex[HEX_BYTES_MAX];
  return pat_is_ok(pat_hex_encode(bytes, hex, sizeof hex)) && fputs(hex, file) >= 0;
}

pat_status pat_state_write(pat_state *state, pat_state_row *row) {
  if (!row->changed) return PAT_OK;
  FILE *file = state->journal;
  bool written = put_hex(file, pat_hash_span(&row->key)) && fputc(' ', file) != EOF &&
                 put_hex(file, PAT_SPAN_OF(row->asset)) && fputc(' ', file) != EOF;
  written = written && (row->registered ? put_hex(file, pat_hash_span(&row->registration))
                                        : fputc('-', file) != EOF);
  for (size_t i = 0; i < row->item_count && written; i++) {
    written = fputc(' ', file) != EOF && put_hex(file, PAT_SPAN_OF(row->items[i].bytes));
  }
  PAT_REQUIRE(written && fputc('\n', file) != EOF, FILE_IO);
  row->changed = false;
  return PAT_OK;
}

pat_status pat_state_sync(pat_state *state) {
  PAT_REQUIRE(fflush(state->journal) == 0, FILE_IO);
  PAT_REQUIRE(fsync(fileno(state->journal)) == 0, FILE_IO);
  return PAT_OK;
}
