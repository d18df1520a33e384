#include "server/api/compromised.h"

#include "core/model/sort.h"

struct pat_api_compromised_key {
  pat_api_compromised_key *before;
  pat_hash signer;
  Patina__CompromisedKey message;
};

/* The last one that said so up to the checkpoint; NULL: none did. */
static const Patina__KeyCompromise *compromise_at(const Patina__KeyRecord *record, uint64_t size) {
  size_t count = record->n_compromises;
  while (count > 0 && record->compromises[count - 1]->said_index >= size)
    count--;
  return count > 0 ? record->compromises[count - 1] : NULL;
}

static pat_status keep(pat_api_compromised *compromised, const pat_hash *signer,
                       const Patina__KeyCompromise *said, pat_arena *arena) {
  pat_api_compromised_key *key = pat_arena_take(arena, sizeof *key);
  PAT_REQUIRE(key != NULL, LIMIT_MEMORY);
  key->signer = *signer;
  key->before = compromised->last;
  patina__compromised_key__init(&key->message);
  key->message.signer = (ProtobufCBinaryData){PAT_HASH_BYTES, key->signer.bytes};
  key->message.since = said->since;
  key->message.revoked_index = said->said_index;
  compromised->last = key;
  compromised->count++;
  return PAT_OK;
}

static pat_status look_up(pat_api_compromised *compromised, const pat_api *api, uint64_t size,
                          ProtobufCBinaryData public_key, pat_arena *arena) {
  pat_hash signer = pat_hash_of(pat_span_make(public_key.data, public_key.len));
  bool is_new = false;
  PAT_TRY(pat_api_key_set_add(&compromised->known, &signer, arena, &is_new));
  if (!is_new) return PAT_OK;
  ProtobufCMessage *message = NULL;
  pat_api_record record = {'K', pat_hash_span(&signer), &patina__key_record__descriptor};
  PAT_TRY(
      pat_api_not_found_as(pat_api_state(api, record, arena, &message), PAT_RULE_STORE_CORRUPT));
  const Patina__KeyCompromise *said = compromise_at((const Patina__KeyRecord *)message, size);
  return said == NULL ? PAT_OK : keep(compromised, &signer, said, arena);
}

pat_status pat_api_compromised_add(pat_api_compromised *compromised, const pat_api *api,
                                   uint64_t size, const pat_api_entries *entries,
                                   pat_arena *arena) {
  for (size_t i = 0; i < entries->count; i++) {
    const Patina__ProvenEntry *entry = entries->items[i];
    for (size_t j = 0; j < entry->n_signatures; j++) {
      PAT_TRY(look_up(compromised, api, size, entry->signatures[j]->public_key, arena));
    }
  }
  return PAT_OK;
}

static int by_signer(const void *a, const void *b) {
  const Patina__CompromisedKey *left = a;
  const Patina__CompromisedKey *right = b;
  return pat_span_compare(pat_span_make(left->signer.data, left->signer.len),
                          pat_span_make(right->signer.data, right->signer.len));
}

pat_status pat_api_compromised_give(const pat_api_compromised *compromised, pat_arena *arena,
                                    Patina__AssetHistory *history) {
  const void **items = pat_arena_take_array(arena, compromised->count, sizeof *items);
  PAT_REQUIRE(items != NULL, LIMIT_MEMORY);
  size_t count = 0;
  for (pat_api_compromised_key *key = compromised->last; key != NULL; key = key->before)
    items[count++] = &key->message;
  pat_sort_pointers(items, count, by_signer);
  history->compromised = (Patina__CompromisedKey **)(uintptr_t)items;
  history->n_compromised = count;
  return PAT_OK;
}
