/* Signed statements on their way to the log: which row each belongs to, and which items it says. */
#ifndef PAT_CLIENTS_CLI_IMPORT_SENDING_H
#define PAT_CLIENTS_CLI_IMPORT_SENDING_H

#include "clients/cli/import/state.h"
#include "clients/cli/session.h"
#include "proto/statement.pb-c.h"

/* One statement. */
typedef struct {
  pat_hash key; /* of the row */
  uint8_t asset[PAT_ASSET_ID_BYTES];
  bool registers;
  const pat_item_id *items;
  size_t item_count;
  Patina__SignedStatement *envelope;
  pat_span bytes;      /* the envelope's canonical ones */
  uint64_t row_number; /* 0: of an earlier run */
  const char *row_name;
} pat_sending;

/* What became of one. */
typedef struct {
  bool accepted;
  bool replayed;
  pat_status refusal; /* the rule that the server named */
  const char *detail; /* its words; "" where it said none */
} pat_sent;

/* One request's worth. */
typedef struct {
  pat_sending items[PAT_BATCH_STATEMENTS_MAX];
  size_t count;
  size_t bytes;
} pat_sendings;

/* Writes the statements to FILE.sending, before they are sent. fails file.*, limit.memory */
pat_status pat_sendings_save(pat_cli *cli, const pat_state *state,
                             const pat_sendings *sendings) PAT_NONNULL_ALL PAT_MUST_USE;

/* Reads what an earlier run was sending: count 0 where there is nothing.
 * fails import.state, file.*, limit.memory */
pat_status pat_sendings_load(pat_cli *cli, const pat_state *state,
                             pat_sendings *ret_sendings) PAT_NONNULL_ALL PAT_MUST_USE;

/* Sends one request, checks every answer as pat_submit_statement does, and notes in the state what
 * was recorded.
 * out   ret_sent  one for each statement
 * fails as pat_fetch_post, and with the evidence kept as pat_verify_receipt and
 *       pat_verify_identifier */
pat_status pat_sendings_send(pat_session *session, pat_state *state, const pat_sendings *sendings,
                             pat_sent *ret_sent) PAT_NONNULL_ALL PAT_MUST_USE;

#endif
