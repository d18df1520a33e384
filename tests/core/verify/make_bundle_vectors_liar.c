#include <string.h>

#include "core/base/assert.h"
#include "tests/core/verify/make_bundle_vectors.h"

static void make_one(vector_maker *maker, const vector_lie *lie) {
  const vector_base *base = vector_base_named(maker, lie->base);
  pat_arena_reset_to(maker->work, 0);
  vector_liar liar = {.maker = maker, .world = base->log->world, .request = base->request};
  liar.log = lying_log_copy(base->log, maker->work);
  ledger_actor kept[ACTOR_COUNT];
  memcpy(kept, liar.world->actors, sizeof kept);
  lie->lie(&liar);
  memcpy(liar.world->actors, kept, sizeof kept);
  if (!lie->committed) lying_log_recommit(liar.log);
  const Patina__ProofBundle *bundle = lying_bundle_make(liar.log, &liar.request, maker->work);
  vector_case made = {.id = lie->id, .about = lie->about, .base = base, .verdict = lie->verdict};
  if (liar.request.asset != NULL) {
    pat_hash key = vector_asset_key(&liar);
    made.unrecorded = lying_log_subject(liar.log, &key) == NULL;
  }
  vector_bundle(maker, &made, bundle);
}

void vector_lies(vector_maker *maker, const vector_lie *lies, size_t count) {
  for (size_t i = 0; i < count; i++)
    make_one(maker, &lies[i]);
}

uint64_t vector_lie_logged(vector_liar *liar, ledger_draft *draft) {
  return lying_log_add(liar->log, ledger_seal(draft, NULL));
}

pat_hash vector_asset_key(const vector_liar *liar) {
  return pat_subject_key(PAT_SUBJECT_ASSET, pat_span_make(liar->request.asset, PAT_ASSET_ID_BYTES));
}

uint64_t vector_asset_entry(const vector_liar *liar, size_t n) {
  pat_hash key = vector_asset_key(liar);
  const lying_subject *subject = lying_log_subject(liar->log, &key);
  PAT_ASSERT(subject != NULL);
  PAT_ASSERT(n < subject->count);
  return subject->indexes[n];
}

pat_hash vector_principal_key(const vector_liar *liar, ledger_actor_id who) {
  return pat_subject_key(PAT_SUBJECT_PRINCIPAL, pat_hash_span(&liar->world->actors[who].principal));
}
