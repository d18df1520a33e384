#include "tests/support/ledger_store.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/assert.h"
#include "core/crypto/hash.h"

static pat_span copy_of(pat_span span) {
  uint8_t *copy = malloc(span.size + 1); /* never NULL, so that an empty value is one too */
  PAT_ASSERT(copy != NULL);
  if (span.size > 0) memcpy(copy, span.data, span.size);
  return (pat_span){copy, span.size};
}

static void release(pat_span span) { free((void *)(uintptr_t)span.data); }

static size_t place_of(const ledger_store *store, pat_ledger_key key) {
  const uint8_t table = (uint8_t)key.table;
  const pat_span parts[] = {{&table, 1}, key.bytes};
  pat_hash hash = pat_hash_of_parts(parts, 2);
  size_t at = 0;
  memcpy(&at, hash.bytes, sizeof at);
  for (at &= store->capacity - 1; store->records[at].key.bytes.data != NULL;
       at = (at + 1) & (store->capacity - 1)) {
    const pat_ledger_key *other = &store->records[at].key;
    if (other->table == key.table && pat_span_equal(other->bytes, key.bytes)) break;
  }
  return at;
}

static void grow(ledger_store *store) {
  ledger_store larger = {.capacity = store->capacity == 0 ? 1024 : store->capacity * 2};
  larger.records = calloc(larger.capacity, sizeof *larger.records);
  PAT_ASSERT(larger.records != NULL);
  larger.count = store->count;
  for (size_t i = 0; i < store->capacity; i++) {
    if (store->records[i].key.bytes.data == NULL) continue;
    larger.records[place_of(&larger, store->records[i].key)] = store->records[i];
  }
  free(store->records);
  *store = larger;
}

void ledger_store_clear(ledger_store *store) {
  for (size_t i = 0; i < store->capacity; i++) {
    release(store->records[i].key.bytes);
    release(store->records[i].value);
  }
  free(store->records);
  *store = (ledger_store){.count = 0};
}

void ledger_store_put(ledger_store *store, pat_ledger_key key, pat_span value) {
  PAT_ASSERT(key.bytes.size > 0);
  if (store->count + 1 > store->capacity / 2) grow(store);
  ledger_record *record = &store->records[place_of(store, key)];
  if (record->key.bytes.data == NULL) {
    record->key = (pat_ledger_key){key.table, copy_of(key.bytes)};
    store->count++;
  }
  pat_span copy = copy_of(value);
  release(record->value);
  record->value = copy;
}

bool ledger_store_get(const ledger_store *store, pat_ledger_key key, pat_span *ret_value) {
  if (store->count == 0) return false;
  const ledger_record *record = &store->records[place_of(store, key)];
  if (record->key.bytes.data == NULL) return false;
  *ret_value = record->value;
  return true;
}

ledger_store ledger_store_copy(const ledger_store *store) {
  ledger_store copy = {.count = 0};
  for (size_t i = 0; i < store->capacity; i++) {
    const ledger_record *record = &store->records[i];
    if (record->key.bytes.data != NULL) ledger_store_put(&copy, record->key, record->value);
  }
  return copy;
}

bool ledger_store_equal(const ledger_store *a, const ledger_store *b) {
  if (a->count != b->count) return false;
  for (size_t i = 0; i < a->capacity; i++) {
    const ledger_record *record = &a->records[i];
    if (record->key.bytes.data == NULL) continue;
    pat_span other;
    if (!ledger_store_get(b, record->key, &other)) return false;
    if (!pat_span_equal(record->value, other)) return false;
  }
  return true;
}
