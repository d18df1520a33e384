/* Views: the ledger port pinned to the moment of one published checkpoint. */
#include "core/base/assert.h"
#include "server/main/ledger_reads.h"
#include "server/sys/mem.h"

/* view stands first, so that what the handlers hold leads to the rest. */
typedef struct {
  pat_port_view view;
  pat_published_view published;
  pat_ledger_context context; /* at: published */
  pat_ledger_port port;
} ledger_view;

static void pin(ledger_view *pinned, const pat_ledger_context *ledger) {
  pinned->context = *ledger;
  pinned->context.at = &pinned->published;
  pat_ledger_port_init(&pinned->context, &pinned->port);
  pinned->port.reserve = NULL;
  pinned->port.unreserve = NULL;
  pinned->port.submit = NULL;
  pinned->port.wait = NULL;
  pinned->port.view = NULL;
  const pat_published_head *head = &pinned->published.head;
  pinned->view =
      (pat_port_view){.head = {head->size, head->epoch, head->time_ms}, .port = &pinned->port};
}

pat_status pat_ledger_port__view(void *context, const pat_hash *keys, size_t count,
                                 pat_port_view **ret_view) {
  pat_ledger_context *ledger = context;
  PAT_ASSERT(ledger->at == NULL);
  PAT_REQUIRE(pat_published_get(ledger->published).size > 0, API_CHECKPOINT_NOT_FOUND);
  PAT_CLEANUP(pat_mem_free_at) ledger_view *pinned = pat_mem_new(sizeof *pinned);
  PAT_REQUIRE(pinned != NULL, LIMIT_MEMORY);
  PAT_TRY(pat_published_view_take(ledger->published, keys, count, &pinned->published));
  pin(pinned, ledger);
  *ret_view = &pinned->view;
  pinned = NULL;
  return PAT_OK;
}

pat_status pat_ledger_port__prove(const pat_port_view *view, size_t i, pat_builder *path,
                                  bool *ret_present, pat_index_value *ret_value) {
  const ledger_view *pinned = (const ledger_view *)view;
  return pat_published_view_prove(&pinned->published, i, path, ret_present, ret_value);
}

void pat_ledger_port__release(pat_port_view *view) {
  if (view == NULL) return;
  ledger_view *pinned = (ledger_view *)view;
  pat_published_view_clear(&pinned->published);
  pat_mem_free(pinned);
}
