/* The ledger's port over the test ledger in memory: real statements, real rules, no sequencer. What
 * needs a tree (inclusion, tiles) is marked bytes that a test can recognise. */
#ifndef PAT_TESTS_SERVER_API_WORLD_PORT_H
#define PAT_TESTS_SERVER_API_WORLD_PORT_H

#include "server/api/api.h"
#include "tests/support/ledger_draft.h"

typedef struct world_port world_port;

struct world_port {
  ledger_world *world;
  pat_ledger_port port;
  pat_api api;
  Patina__SignedStatement *const *envelopes; /* what the next submit is expected to bring */
  size_t envelope_count;
  size_t reserve_calls;
  size_t reserve_fails_at; /* this call finds the queue full, counted from 1; 0: none does */
  size_t places_held;      /* reserved and not yet given back */
  size_t submit_calls;
  pat_port_wait submit_wait; /* of the last call */
  pat_status submit_status;  /* not OK: submit fails as a whole */
  pat_status ready_status;
  bool nothing_published; /* the head says size 0 */
  uint64_t waited_ms;     /* of the last wait */
  size_t views_taken;
  size_t views_held;                    /* taken and not yet released */
  void (*after_view)(world_port *port); /* what happens while a view is read; NULL: nothing */
  world_port *owner;                    /* of a view's own: whose it is */
};

void world_port_open(world_port *port, ledger_world *world);

/* Makes one request with the handler of the route that fits: the path's values are cut out as the
 * HTTP floor would. ret_response is to be cleared. */
pat_status world_port_get(world_port *port, const char *path, const char *query,
                          pat_api_response *ret_response, pat_err *reterr);
pat_status world_port_post(world_port *port, const char *path, pat_api_request request,
                           pat_api_response *ret_response, pat_err *reterr);

/* The body as a message, decoded from JSON (or protobuf) into the world's memory. */
const void *world_port_message(world_port *port, const pat_api_response *response,
                               const ProtobufCMessageDescriptor *descriptor);

#endif
