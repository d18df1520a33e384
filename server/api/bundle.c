#include "server/api/bundle.h"

#include "core/base/assert.h"
#include "core/index/proof.h"

/* Reserved, touched on demand. Kept: 64 MiB of entries; the rest is structs and the places that
 * subjects list. A record is at most a request's body, twice, with its structs. A proof takes some
 * 1,000 bytes. */
enum {
  MEMORY_BYTES = 384 * 1024 * 1024,
  SCRATCH_BYTES = 48 * 1024 * 1024,
  PROOF_BYTES = 32 * 1024 * 1024,
};

void pat_api_bundle_clear(pat_api_bundle *bundle) {
  if (bundle->view != NULL) bundle->api->port->release(bundle->view);
  pat_api_memory_clear(&bundle->proofs);
  pat_api_memory_clear(&bundle->scratch);
  pat_api_memory_clear(&bundle->memory);
  *bundle = (pat_api_bundle){.api = NULL};
}

/* --- views ----------------------------------------------------------------------------------- */

static pat_status take_view(pat_api_bundle *bundle) {
  const pat_ledger_port *port = bundle->api->port;
  const pat_api_closure *closure = &bundle->closure;
  pat_arena *arena = &bundle->proofs.arena;
  port->release(bundle->view);
  bundle->view = NULL;
  pat_arena_reset_to(arena, 0);
  pat_hash *keys = pat_arena_take_array(arena, closure->subject_count, sizeof(*keys));
  PAT_REQUIRE(keys != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < closure->subject_count; i++)
    keys[i] = closure->subjects[i]->key;
  PAT_TRY(port->view(port->context, keys, closure->subject_count, &bundle->view));
  bundle->taken = closure->subject_count;
  bundle->at = *bundle->api;
  bundle->at.port = bundle->view->port;
  return PAT_OK;
}

static pat_status prove(pat_api_bundle *bundle, size_t number) {
  uint8_t room[PAT_INDEX_PROOF_BYTES_MAX];
  pat_builder builder;
  pat_span path = PAT_SPAN_EMPTY;
  pat_api_bundle_proof *proof = &bundle->found[number];
  pat_builder_init(&builder, room, sizeof(room));
  PAT_TRY(bundle->api->port->prove(bundle->view, number, &builder, &proof->present, &proof->value));
  PAT_TRY(pat_builder_finish(&builder, &path));
  return pat_api_keep(&bundle->proofs.arena, path, &proof->path);
}

static pat_status prove_taken(pat_api_bundle *bundle) {
  pat_arena *arena = &bundle->proofs.arena;
  bundle->found = pat_arena_take_array(arena, bundle->taken, sizeof(bundle->found[0]));
  PAT_REQUIRE(bundle->found != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < bundle->taken; i++)
    PAT_TRY(prove(bundle, i));
  return PAT_OK;
}

/* --- reading --------------------------------------------------------------------------------- */

/* The versions of the scheme at this view, and the subject under each of them. */
static pat_status look_up(pat_api_bundle *bundle, pat_err *reterr) {
  const pat_ledger_port *port = bundle->at.port;
  if (bundle->identifiers == NULL) {
    bundle->identifiers = pat_arena_take_array(&bundle->memory.arena, PAT_API_SCHEME_VERSIONS_MAX,
                                               sizeof(bundle->identifiers[0]));
    PAT_REQUIRE(bundle->identifiers != NULL, LIMIT_MEMORY);
  }
  PAT_TRY(port->lookup(port->context, &bundle->about.lookup, bundle->identifiers,
                       &bundle->identifier_count, reterr));
  for (size_t i = 0; i < bundle->identifier_count; i++) {
    const pat_port_identifier *identifier = &bundle->identifiers[i];
    if (!identifier->is_possible) continue;
    PAT_TRY(pat_api_closure_add_key(&bundle->closure, PAT_SUBJECT_IDENTIFIER, &identifier->key,
                                    reterr));
  }
  return PAT_OK;
}

static uint64_t proven_count(const pat_api_bundle *bundle, size_t number) {
  const pat_api_bundle_proof *proof = &bundle->found[number];
  return proof->present ? proof->value.count : 0;
}

/* Reads what each subject has more than it had at the view before. Those that are named meanwhile
 * stand behind, and are read too. */
static pat_status read_all(pat_api_bundle *bundle, pat_err *reterr) {
  pat_api_closure *closure = &bundle->closure;
  for (size_t i = 0; i < closure->subject_count; i++) {
    bool is_taken = i < bundle->taken;
    if (is_taken && proven_count(bundle, i) == closure->subjects[i]->count) continue;
    PAT_TRY(pat_api_closure_read(closure, &bundle->at, i, reterr));
    bool is_whole = !is_taken || proven_count(bundle, i) == closure->subjects[i]->count;
    PAT_REQUIRE(is_whole, STORE_CORRUPT);
  }
  return PAT_OK;
}

static pat_status read_at_view(pat_api_bundle *bundle, pat_err *reterr) {
  PAT_TRY(take_view(bundle));
  if (bundle->about.asset == NULL) PAT_TRY(look_up(bundle, reterr));
  PAT_TRY(prove_taken(bundle));
  return read_all(bundle, reterr);
}

/* --- opening --------------------------------------------------------------------------------- */

static pat_api_bundle_limits limits_of(const pat_api *api) {
  if (api->bundle_limits != NULL) return *api->bundle_limits;
  return (pat_api_bundle_limits){.bytes = PAT_BUNDLE_BYTES_MAX,
                                 .entries = PAT_BUNDLE_ENTRIES_MAX,
                                 .subjects = PAT_BUNDLE_SUBJECTS_MAX,
                                 .principals = PAT_BUNDLE_PRINCIPALS_MAX};
}

static pat_status init(pat_api_bundle *bundle) {
  PAT_TRY(pat_api_memory_init(&bundle->memory, MEMORY_BYTES));
  PAT_TRY(pat_api_memory_init(&bundle->scratch, SCRATCH_BYTES));
  PAT_TRY(pat_api_memory_init(&bundle->proofs, PROOF_BYTES));
  bundle->closure = (pat_api_closure){.asset = bundle->about.asset,
                                      .arena = &bundle->memory.arena,
                                      .scratch = &bundle->scratch.arena,
                                      .limits = limits_of(bundle->api)};
  return PAT_OK;
}

/* What is known of every bundle before anything is read. */
static pat_status add_first(pat_api_bundle *bundle, pat_err *reterr) {
  pat_api_closure *closure = &bundle->closure;
  const pat_ledger_port *port = bundle->api->port;
  const Patina__Policy *policy = port->policy(port->context);
  PAT_REQUIRE(policy != NULL, API_CHECKPOINT_NOT_FOUND);
  PAT_TRY(pat_api_closure_add(closure, PAT_SUBJECT_POLICY, pat_span_text(policy->name), reterr));
  if (bundle->about.asset == NULL) {
    pat_span scheme = pat_span_text(bundle->about.lookup.scheme);
    return pat_api_closure_add(closure, PAT_SUBJECT_SCHEME, scheme, reterr);
  }
  return pat_api_closure_add(closure, PAT_SUBJECT_ASSET,
                             pat_span_make(bundle->about.asset, PAT_ASSET_ID_BYTES), reterr);
}

pat_status pat_api_bundle_open(const pat_api *api, pat_api_bundle_about about,
                               pat_api_bundle *bundle, pat_err *reterr) {
  PAT_ASSERT(bundle->api == NULL);
  bundle->api = api;
  bundle->about = about;
  PAT_TRY(init(bundle));
  PAT_TRY(add_first(bundle, reterr));
  for (int round = 0; round < PAT_API_BUNDLE_ROUNDS_MAX; round++) {
    PAT_TRY(read_at_view(bundle, reterr));
    if (bundle->closure.subject_count == bundle->taken) return PAT_OK;
  }
  return pat_refuse(PAT_RULE_API_BUNDLE_BUSY);
}
