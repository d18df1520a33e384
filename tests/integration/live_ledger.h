/* A ledger served by a real patinad, and the world that signs statements for it. What comes back
 * over HTTP is verified here with core alone, as a reader would. */
#ifndef PAT_TESTS_INTEGRATION_LIVE_LEDGER_H
#define PAT_TESTS_INTEGRATION_LIVE_LEDGER_H

#include "core/note/policy.h"
#include "proto/api.pb-c.h"
#include "server/sys/blob.h"
#include "tests/integration/server_process.h"
#include "tests/server/main/main_support.h"

#define LIVE_SECRET      "SECRET-tag-7f3a9c"
#define LIVE_SECRET_VIN  "YS3DD78N4X7055320"
#define LIVE_PUBLIC_TEXT "midnight-blue-4b"

typedef struct {
  main_files *files;
  ledger_world *world; /* of files; carries the log's name, and its genesis' principal */
  server_process process;
  pat_policy policy; /* of policy.txt */
  pat_blob policy_text;
  const Patina__GenesisParameters *genesis;
} live_ledger;

/* Makes a ledger with patinad init, starts it, and logs catalog, enrolments and grants as
 * ledger_world_populate does; but attribute "tags" is restricted. *state is the ledger. */
int live_setup(void **state);
int live_teardown(void **state);

/* Starts the server, which must work. */
void live_start(live_ledger *live);

/* --- HTTP ------------------------------------------------------------------------------------ */

#define LIVE_PROTOBUF "application/x-protobuf"
#define LIVE_JSON     "application/json"

typedef struct {
  const char *method; /* NULL: GET */
  const char *path;
  const char *accept; /* NULL: none */
  const char *type;   /* of the body; NULL: no body */
  const char *header; /* one line more; NULL: none */
  pat_span body;
  bool admin;
} live_request;

/* Clear it with live_answer_clear. status 0: no answer came. */
typedef struct {
  long status;
  pat_blob body;
  char headers[4096];
} live_answer;

/* Thread-safe. */
live_answer live_ask(const live_ledger *live, live_request request);
void live_answer_clear(live_answer *answer);
/* A GET as protobuf that must be answered by 200, decoded into the world's memory. */
void *live_get(live_ledger *live, const char *path, const ProtobufCMessageDescriptor *descriptor);
/* The field's value is among the answer's headers. */
bool live_has_header(const live_answer *answer, const char *line);
/* The body holds these bytes. */
bool live_body_has(const live_answer *answer, const void *bytes, size_t size);

/* --- submitting ------------------------------------------------------------------------------ */

/* The encoded SubmitRequest, in the world's memory. */
pat_span live_encode(live_ledger *live, const ProtobufCMessage *message);
pat_span live_submission(live_ledger *live, Patina__SignedStatement *const *envelopes,
                         size_t count);
/* POSTs as protobuf; the answer must be of this status. */
Patina__SubmitResponse *live_submit(live_ledger *live, Patina__SignedStatement *const *envelopes,
                                    size_t count, long expected_status);
/* One statement that must be accepted with 201, and its receipt verified. Gives its log index. */
uint64_t live_accept(live_ledger *live, ledger_draft *draft);

/* The vehicle whose secrets must stay secret: asset 1, with restricted tags, a VIN, an
 * inspection. */
void live_register_secret(live_ledger *live);

/* --- verifying ------------------------------------------------------------------------------- */

/* The checkpoint of a view, by the reader's policy. */
pat_tlog_head live_checkpoint(const live_ledger *live, const char *note);
/* The receipt proves this leaf. Gives the checkpoint that it stands on. */
pat_tlog_head live_verify_receipt(live_ledger *live, const Patina__SubmitResult *result);
/* Inclusion at the head, and the entry against its statement and signatures, where it is there. */
void live_verify_entry(live_ledger *live, const Patina__ProvenEntry *proven, pat_tlog_head head);

#endif
