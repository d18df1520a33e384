/* A plain map of records in memory: what a ledger's driver keeps, without an engine. */
#ifndef PAT_TESTS_SUPPORT_LEDGER_STORE_H
#define PAT_TESTS_SUPPORT_LEDGER_STORE_H

#include "core/ledger/view.h"

/* One record, copied in. */
typedef struct {
  pat_ledger_key key; /* bytes NULL: free slot */
  pat_span value;
} ledger_record;

/* Zero-initialised it is empty. Open addressing; capacity is a power of two, at most half used. */
typedef struct {
  ledger_record *records;
  size_t capacity;
  size_t count;
} ledger_store;

void ledger_store_clear(ledger_store *store);
/* Sets or replaces a record. */
void ledger_store_put(ledger_store *store, pat_ledger_key key, pat_span value);
/* True where the key is there; ret_value is borrowed until the next put. */
bool ledger_store_get(const ledger_store *store, pat_ledger_key key, pat_span *ret_value);
/* A copy with records of its own. */
ledger_store ledger_store_copy(const ledger_store *store);
/* True where both hold the same keys with the same values. */
bool ledger_store_equal(const ledger_store *a, const ledger_store *b);

#endif
