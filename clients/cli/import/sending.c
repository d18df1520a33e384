#include "clients/cli/import/sending.h"

#include <string.h>
#include <unistd.h>

#include "clients/cli/draft.h"
#include "clients/cli/envelope_file.h"
#include "clients/cli/files.h"
#include "clients/cli/submit.h"
#include "core/bytes/builder.h"
#include "core/bytes/reader.h"
#include "core/bytes/text.h"
#include "core/crypto/base64.h"

enum { WAIT_MS = 500, TRIES_MAX = 8, WORDS_BYTES = 2 * (PAT_HASH_BYTES + PAT_ASSET_ID_BYTES) + 16 };

/* --- the file -------------------------------------------------------------------------------- */

static size_t line_size(const pat_sending *sending) {
  return WORDS_BYTES + sending->item_count * (2 * PAT_IMPORT_ITEM_BYTES + 1) +
         PAT_BASE64_TEXT_BYTES(sending->bytes.size);
}

static void put_hex(pat_builder *builder, pat_span bytes) {
  char hex[2 * PAT_HASH_BYTES + 1];
  if (pat_is_ok(pat_hex_encode(bytes, hex, sizeof hex))) pat_builder_text(builder, hex);
  pat_builder_char(builder, ' ');
}

static void put_line(pat_builder *builder, const pat_sending *sending) {
  put_hex(builder, pat_hash_span(&sending->key));
  put_hex(builder, PAT_SPAN_OF(sending->asset));
  pat_builder_text(builder, sending->registers ? "registers " : "adds ");
  for (size_t i = 0; i < sending->item_count; i++) {
    put_hex(builder, PAT_SPAN_OF(sending->items[i].bytes));
  }
  pat_base64_encode(builder, sending->bytes);
  pat_builder_char(builder, '\n');
}

pat_status pat_sendings_save(pat_cli *cli, const pat_state *state, const pat_sendings *sendings) {
  size_t capacity = 1;
  for (size_t i = 0; i < sendings->count; i++)
    capacity += line_size(&sendings->items[i]);
  uint8_t *text = pat_arena_take(&cli->arena, capacity);
  PAT_REQUIRE(text != NULL, LIMIT_MEMORY);
  pat_builder builder;
  pat_builder_init(&builder, text, capacity);
  for (size_t i = 0; i < sendings->count; i++)
    put_line(&builder, &sendings->items[i]);
  pat_span bytes;
  PAT_TRY(pat_builder_finish(&builder, &bytes));
  return pat_files_write(state->sending_path, bytes, &cli->error);
}

static pat_span take_word(pat_span *line) {
  size_t size = 0;
  while (size < line->size && line->data[size] != ' ')
    size++;
  pat_span word = pat_span_slice(*line, 0, size);
  size_t next = size < line->size ? size + 1 : size;
  *line = pat_span_slice(*line, next, line->size - next);
  return word;
}

static size_t count_words(pat_span line) {
  size_t count = line.size > 0 ? 1 : 0;
  for (size_t i = 0; i < line.size; i++)
    count += line.data[i] == ' ' ? 1 : 0;
  return count;
}

static pat_status read_line(pat_cli *cli, pat_span line, pat_sending *ret_sending) {
  pat_sending sending = {.row_name = "of an earlier run"};
  PAT_TRY(pat_hex_decode(take_word(&line), sending.key.bytes, sizeof sending.key.bytes));
  PAT_TRY(pat_hex_decode(take_word(&line), sending.asset, sizeof sending.asset));
  sending.registers = pat_span_equal(take_word(&line), PAT_SPAN_LITERAL("registers"));
  size_t words = count_words(line);
  PAT_REQUIRE(words >= 1, IMPORT_STATE);
  pat_item_id *items = pat_arena_take_array(&cli->arena, words, sizeof *items);
  uint8_t *bytes = pat_arena_take(&cli->arena, line.size);
  PAT_REQUIRE(items != NULL && bytes != NULL, LIMIT_MEMORY);
  for (; words > 1; words--) {
    pat_item_id *item = &items[sending.item_count++];
    PAT_TRY(pat_hex_decode(take_word(&line), item->bytes, sizeof item->bytes));
  }
  sending.items = items;
  size_t size = 0;
  PAT_TRY(pat_base64_decode(line, bytes, line.size, &size, NULL));
  sending.bytes = pat_span_make(bytes, size);
  PAT_TRY(pat_envelope_decode(sending.bytes, &cli->arena, &sending.envelope, &cli->error));
  *ret_sending = sending;
  return PAT_OK;
}

pat_status pat_sendings_load(pat_cli *cli, const pat_state *state, pat_sendings *ret_sendings) {
  ret_sendings->count = 0;
  if (!pat_files_exists(state->sending_path)) return PAT_OK;
  pat_span text;
  PAT_TRY(
      pat_files_read(&cli->arena, state->sending_path, PAT_CLI_FILE_BYTES_MAX, &text, &cli->error));
  pat_reader reader;
  pat_reader_init(&reader, text);
  while (pat_reader_left(&reader) > 0) {
    pat_span line;
    PAT_REQUIRE(ret_sendings->count < PAT_BATCH_STATEMENTS_MAX, IMPORT_STATE);
    pat_status status = pat_text_line(&reader, &line);
    if (pat_is_ok(status)) {
      status = read_line(cli, line, &ret_sendings->items[ret_sendings->count]);
    }
    if (!pat_is_ok(status)) {
      return pat_refuse_at(PAT_RULE_IMPORT_STATE, &cli->error, ret_sendings->count + 1,
                           state->sending_path);
    }
    ret_sendings->count++;
  }
  return PAT_OK;
}

/* --- answers --------------------------------------------------------------------------------- */

/* A request while its answers are checked. */
typedef struct {
  pat_session *session;
  pat_state *state;
  pat_span believed; /* the checkpoint that was accepted last */
} sending_exchange;

static pat_status note_recorded(sending_exchange *exchange, const pat_sending *sending,
                                const pat_hash *sha256) {
  pat_state_row *row = NULL;
  PAT_TRY(pat_state_add(exchange->state, &sending->key, &row));
  if (sending->registers) {
    pat_span_copy(row->asset, sizeof row->asset, PAT_SPAN_OF(sending->asset));
    row->registered = true;
    row->registration = *sha256;
    row->fresh = true;
    row->changed = true;
  }
  for (size_t i = 0; i < sending->item_count; i++) {
    PAT_TRY(pat_state_note(row, &sending->items[i]));
  }
  return PAT_OK;
}

/* Each row once, with all that this request said of it. */
static pat_status write_rows(pat_state *state, const pat_sendings *sendings) {
  for (size_t i = 0; i < sendings->count; i++) {
    pat_state_row *row = pat_state_find(state, &sendings->items[i].key);
    if (row != NULL) PAT_TRY(pat_state_write(state, row));
  }
  return pat_state_sync(state);
}

static void note_refusal(pat_sent *sent, const Patina__SubmitResult *result) {
  pat_rule rule = result->problem != NULL ? pat_rule_find(result->problem->rule) : PAT_RULE_COUNT;
  bool known = rule != PAT_RULE_COUNT && rule != PAT_RULE_NONE;
  sent->refusal = pat_refuse(known ? rule : PAT_RULE_CLI_REFUSED);
  sent->detail = result->problem != NULL ? result->problem->detail : "";
}

static pat_status take_answer(sending_exchange *exchange, const pat_sending *sending,
                              const Patina__SubmitResult *result, pat_sent *sent) {
  pat_cli *cli = exchange->session->cli;
  *sent = (pat_sent){.detail = ""};
  if (result->outcome == PATINA__OUTCOME__OUTCOME_REFUSED) {
    note_refusal(sent, result);
    return PAT_OK;
  }
  sent->replayed = result->outcome == PATINA__OUTCOME__OUTCOME_REPLAYED;
  sent->accepted = sent->replayed || result->outcome == PATINA__OUTCOME__OUTCOME_ACCEPTED;
  PAT_REQUIRE(sent->accepted, CLI_ANSWER);
  pat_submission submission;
  PAT_TRY(pat_submission_check(exchange->session->origin, sending->envelope, &cli->arena,
                               &submission, &cli->error));
  pat_status checked =
      pat_submit_check_answer(exchange->session, &submission, result, &exchange->believed);
  if (!pat_is_ok(checked)) {
    pat_span parts[2] = {sending->bytes, PAT_SPAN_EMPTY};
    if (pat_is_ok(pat_draft_encode(&cli->arena, &result->base, &parts[1]))) {
      pat_trust_keep_evidence(&exchange->session->trust, "answer", parts, 2);
    }
    return pat_cli_evidence(cli, checked);
  }
  return note_recorded(exchange, sending, &submission.statement.sha256);
}

/* A server that is busy is asked again, later and later. */
static pat_status post(pat_session *session, Patina__SubmitRequest *request,
                       const Patina__SubmitResponse **ret_response) {
  ProtobufCMessage *message = NULL;
  pat_status status = PAT_OK;
  for (useconds_t attempt = 0; attempt < TRIES_MAX; attempt++) {
    session->cli->failure = (pat_failure){.set = false};
    status = pat_fetch_post(session->fetch, "/v1/statements", &request->base,
                            &patina__submit_response__descriptor, &message);
    if (pat_is_ok(status) || status.category != PAT_CATEGORY_BUSY) break;
    usleep((useconds_t)WAIT_MS * 1000u << attempt);
  }
  PAT_TRY(status);
  *ret_response = (const Patina__SubmitResponse *)message;
  PAT_REQUIRE((*ret_response)->n_results == request->n_statements, CLI_ANSWER);
  return PAT_OK;
}

pat_status pat_sendings_send(pat_session *session, pat_state *state, const pat_sendings *sendings,
                             pat_sent *ret_sent) {
  pat_cli *cli = session->cli;
  Patina__SubmitRequest request = PATINA__SUBMIT_REQUEST__INIT;
  request.statements =
      pat_arena_take_array(&cli->arena, sendings->count, sizeof *request.statements);
  PAT_REQUIRE(request.statements != NULL, LIMIT_MEMORY);
  request.n_statements = sendings->count;
  for (size_t i = 0; i < sendings->count; i++)
    request.statements[i] = sendings->items[i].envelope;
  const Patina__SubmitResponse *response = NULL;
  PAT_TRY(post(session, &request, &response));
  sending_exchange exchange = {.session = session, .state = state};
  for (size_t i = 0; i < sendings->count; i++) {
    PAT_TRY(take_answer(&exchange, &sendings->items[i], response->results[i], &ret_sent[i]));
  }
  PAT_TRY(write_rows(state, sendings));
  return pat_files_remove(state->sending_path, &cli->error);
}
