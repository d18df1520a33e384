/* genesis: the first entry of a log. Its parameters are pinned by the log's name. */
#include <string.h>

#include "core/model/catalog.h"
#include "core/model/kinds/kinds.h"

static pat_status check_root_keys(const Patina__GenesisParameters *parameters, pat_err *reterr) {
  PAT_REQUIRE_AT(parameters->n_root_keys >= 1 && parameters->n_root_keys <= PAT_ROOT_KEYS_MAX,
                 GENESIS_ROOT_KEYS, reterr, 0, "parameters.root_keys");
  for (size_t i = 0; i < parameters->n_root_keys; i++) {
    PAT_TRY(pat_kind__size(parameters->root_keys[i], PAT_PUBLIC_KEY_BYTES, "parameters.root_keys",
                           reterr));
    if (i == 0) continue;
    int order = pat_span_compare(pat_kind__span(parameters->root_keys[i - 1]),
                                 pat_kind__span(parameters->root_keys[i]));
    PAT_REQUIRE_AT(order < 0, GENESIS_ROOT_KEYS, reterr, 0, "parameters.root_keys");
  }
  PAT_REQUIRE_AT(
      parameters->root_threshold >= 1 && parameters->root_threshold <= parameters->n_root_keys,
      GENESIS_ROOT_THRESHOLD, reterr, 0, "parameters.root_threshold");
  return PAT_OK;
}

static pat_status check_predecessor(const Patina__Predecessor *predecessor, pat_err *reterr) {
  if (predecessor == NULL) return PAT_OK;
  PAT_TRY(pat_kind__text(predecessor->origin, PAT_ORIGIN_BYTES_MAX, "parameters.predecessor.origin",
                         reterr));
  return pat_kind__size(predecessor->root, PAT_HASH_BYTES, "parameters.predecessor.root", reterr);
}

static pat_status check_parameters(const Patina__GenesisParameters *parameters, pat_err *reterr) {
  PAT_REQUIRE_AT(parameters != NULL, GENESIS_PARAMETERS, reterr, 0, "parameters");
  PAT_TRY(pat_kind__size(parameters->nonce, PAT_GENESIS_NONCE_BYTES, "parameters.nonce", reterr));
  PAT_TRY(check_root_keys(parameters, reterr));
  PAT_TRY(pat_kind__size(parameters->vrf_key, PAT_PUBLIC_KEY_BYTES, "parameters.vrf_key", reterr));
  PAT_TRY(pat_kind__size(parameters->promise_key, PAT_PUBLIC_KEY_BYTES, "parameters.promise_key",
                         reterr));
  PAT_REQUIRE_AT(parameters->max_quiet_s >= 1, GENESIS_PARAMETERS, reterr, 0,
                 "parameters.max_quiet_s");
  PAT_REQUIRE_AT(parameters->policy != NULL, GENESIS_PARAMETERS, reterr, 0, "parameters.policy");
  PAT_TRY(pat_policy_check(parameters->policy, reterr));
  return check_predecessor(parameters->predecessor, reterr);
}

/* The prefix becomes part of a checkpoint's origin line and of a key's name: no spaces, no '+'. */
static pat_status check_prefix(const char *prefix, pat_err *reterr) {
  PAT_TRY(pat_kind__text(prefix, PAT_ORIGIN_PREFIX_BYTES_MAX, "prefix", reterr));
  for (const char *c = prefix; *c != '\0'; c++) {
    PAT_REQUIRE_AT(*c > 0x20 && *c < 0x7f && *c != '+', GENESIS_PREFIX, reterr, 0, "prefix");
  }
  return PAT_OK;
}

static pat_status check(const Patina__Statement *statement, pat_err *reterr) {
  const Patina__Genesis *body = statement->genesis;
  PAT_TRY(check_prefix(body->prefix, reterr));
  return check_parameters(body->parameters, reterr);
}

/* The root is the principal that the genesis enrols: its id is the statement's hash. */
static void subjects(const Patina__Statement *statement, const pat_hash *sha256,
                     pat_subject_set *set) {
  const Patina__GenesisParameters *parameters = statement->genesis->parameters;
  pat_subject_set_add(set, PAT_SUBJECT_PRINCIPAL, pat_hash_span(sha256));
  pat_subject_set_add(set, PAT_SUBJECT_POLICY, pat_span_text(parameters->policy->name));
  for (size_t i = 0; i < parameters->n_root_keys; i++) {
    pat_kind__subject(set, PAT_SUBJECT_KEY, parameters->root_keys[i]);
  }
}

const pat_kind pat_kind__genesis = {
    .number = PAT_KIND_GENESIS,
    .name = "genesis",
    .is_public = true,
    .check = check,
    .subjects = subjects,
};
