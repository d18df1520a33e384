/* Lies about places in histories: two entries in one place, and entries of a kind that does not
 * belong there. Sealed last, so that other vectors keep their bytes. */
#include <string.h>

#include "core/base/assert.h"
#include "tests/core/verify/make_bundle_vectors.h"

enum { NEW_STREAM = 21, ANOTHER_STREAM = 22, OTHER_ASSET = 3 };

static uint64_t bind(vector_liar *l, ledger_actor_id by, uint8_t asset, uint8_t stream) {
  ledger_draft draft = ledger_by(l->world, by);
  (void)ledger_bind(&draft, asset, stream);
  return vector_lie_logged(l, &draft);
}

static uint64_t tell(vector_liar *l) {
  ledger_said said[] = {{"text", SAID_SLOT, ledger_text(l->world, "told in its place")}};
  ledger_draft draft = ledger_by(l->world, KEEPER);
  ledger_attest(&draft, l->request.asset[0], LEDGER_SAID(said))->claim = (char *)"story";
  return vector_lie_logged(l, &draft);
}

static uint64_t seq_of(const vector_liar *l, uint64_t index, const pat_hash *key) {
  const Patina__Entry *entry = l->log->leaves[index].message->statement;
  size_t at = 0;
  while (at < entry->n_subjects && memcmp(entry->subjects[at]->key.data, key, PAT_HASH_BYTES) != 0)
    at++;
  PAT_ASSERT(at < entry->n_subjects);
  return entry->subjects[at]->seq;
}

/* A binding has number n of the asset's history, and so has what is told later. The index lists
 * the later one; the binding is in the bundle because the device's history has it. */
static void seq_twice(vector_liar *l) {
  pat_hash key = vector_asset_key(l);
  uint64_t hidden = bind(l, INSTALLER, l->request.asset[0], NEW_STREAM);
  lying_log_unlist(l->log, &key, hidden);
  uint64_t shown = tell(l);
  PAT_ASSERT(seq_of(l, hidden, &key) == seq_of(l, shown, &key));
}
/* The same, and the index lists the earlier one. */
static void seq_twice_later_hidden(vector_liar *l) {
  pat_hash key = vector_asset_key(l);
  uint64_t shown = tell(l);
  lying_log_unlist(l->log, &key, shown);
  uint64_t hidden = bind(l, INSTALLER, l->request.asset[0], NEW_STREAM);
  PAT_ASSERT(seq_of(l, hidden, &key) == seq_of(l, shown, &key));
  lying_log_unlist(l->log, &key, hidden);
  lying_log_list(l->log, &key, shown);
}
/* Both are listed, one behind the other, as if they had different numbers. */
static void seq_twice_listed(vector_liar *l) {
  pat_hash key = vector_asset_key(l);
  uint64_t first = tell(l);
  lying_log_unlist(l->log, &key, first);
  uint64_t second = tell(l);
  lying_log_unlist(l->log, &key, second);
  lying_log_list(l->log, &key, first);
  lying_log_list(l->log, &key, second);
}

/* The device, which has standing for it, opens its stream for another asset too: signed by the
 * bound device alone, entitled, and no batch. */
static void stream_reopened(vector_liar *l) {
  ledger_draft grant = ledger_by_root(l->world);
  (void)ledger_grant(&grant, DEVICE, "installer", NULL);
  (void)vector_lie_logged(l, &grant);
  (void)bind(l, INSTALLER, l->request.asset[0], NEW_STREAM);
  (void)bind(l, DEVICE, OTHER_ASSET, NEW_STREAM);
}
/* Two streams: nothing is wrong with that. */
static void stream_beside(vector_liar *l) {
  ledger_draft grant = ledger_by_root(l->world);
  (void)ledger_grant(&grant, DEVICE, "installer", NULL);
  (void)vector_lie_logged(l, &grant);
  (void)bind(l, INSTALLER, l->request.asset[0], NEW_STREAM);
  (void)bind(l, DEVICE, OTHER_ASSET, ANOTHER_STREAM);
}

#define CHAIN VECTOR_WRONG(18, "verify.chain")

static const vector_lie lies[] = {
    {"devices", "liar-seq-twice", seq_twice, CHAIN,
     "two entries have one number of the asset's history; the index lists the later one", false},
    {"devices", "liar-seq-twice-later-hidden", seq_twice_later_hidden, CHAIN,
     "two entries have one number of the asset's history; the index lists the earlier one", false},
    {"devices", "liar-seq-twice-listed", seq_twice_listed, CHAIN,
     "two entries have one number of the asset's history; the index lists both", false},
    {"devices", "liar-stream-reopened", stream_reopened, VECTOR_WRONG(24, "verify.chain"),
     "what stands in a stream behind its binding is another asset's binding", false},
    {"devices", "liar-stream-beside", stream_beside, VECTOR_MATCHES,
     "a device that opens another stream, elsewhere", false},
};

void make_lying_places_vectors(vector_maker *maker) {
  vector_file_begin(maker->run, "lying-places");
  VECTOR_LIES(maker, lies);
  vector_file_end(maker->run);
}
