/* Contextual rules of published classes and schemes: versions without gaps, each for ever. */
#include "core/base/assert.h"
#include "core/ledger/decide.h"

static pat_status latest_version(pat_decide *decide, pat_state_prefix prefix, const char *name,
                                 uint32_t *ret_version) {
  pat_state_key key = pat_state_key_of(prefix, pat_span_text(name));
  ProtobufCMessage *found = NULL;
  pat_status status = pat_record_get(decide->view, pat_state_ledger_key(&key),
                                     &patina__version_record__descriptor, decide->arena, &found);
  if (pat_is_rule(status, PAT_RULE_LEDGER_ABSENT)) {
    *ret_version = 0;
    return PAT_OK;
  }
  PAT_TRY(status);
  *ret_version = ((const Patina__VersionRecord *)found)->version;
  return PAT_OK;
}

static pat_status check_next(pat_decide *decide, pat_state_prefix prefix, const char *name,
                             uint32_t version) {
  uint32_t latest = 0;
  PAT_TRY(latest_version(decide, prefix, name, &latest));
  PAT_REQUIRE_AT(version == latest + 1, CATALOG_VERSION, decide->err, 0, name);
  return PAT_OK;
}

static pat_status write_version(pat_decide *decide, pat_state_prefix prefix, const char *name,
                                uint32_t version) {
  Patina__VersionRecord record = PATINA__VERSION_RECORD__INIT;
  record.version = version;
  pat_state_key key = pat_state_key_of(prefix, pat_span_text(name));
  return pat_record_put(decide->view, pat_state_ledger_key(&key), &record.base, decide->arena);
}

static void class_ask(pat_decide *decide) {
  const char *name = decide->message->class_published->schema->name;
  pat_decide_ask_state(decide, PAT_STATE_CLASS, pat_span_text(name));
}

static pat_status class_check(pat_decide *decide) {
  const Patina__AssetClass *schema = decide->message->class_published->schema;
  return check_next(decide, PAT_STATE_CLASS, schema->name, schema->version);
}

static pat_status class_write(pat_decide *decide) {
  const Patina__AssetClass *schema = decide->message->class_published->schema;
  PAT_TRY(write_version(decide, PAT_STATE_CLASS, schema->name, schema->version));
  pat_state_key key = pat_state_key_version(PAT_STATE_CLASS_VERSION, schema->name, schema->version);
  return pat_record_put(decide->view, pat_state_ledger_key(&key), &schema->base, decide->arena);
}

const pat_rules pat_rules__class_published = {
    .number = PAT_KIND_CLASS_PUBLISHED,
    .ask = class_ask,
    .check = class_check,
    .write = class_write,
};

static void scheme_ask(pat_decide *decide) {
  const char *name = decide->message->scheme_published->scheme->name;
  pat_decide_ask_state(decide, PAT_STATE_SCHEME, pat_span_text(name));
}

static pat_status scheme_check(pat_decide *decide) {
  const Patina__IdentifierScheme *scheme = decide->message->scheme_published->scheme;
  return check_next(decide, PAT_STATE_SCHEME, scheme->name, scheme->version);
}

static pat_status scheme_write(pat_decide *decide) {
  const Patina__IdentifierScheme *scheme = decide->message->scheme_published->scheme;
  PAT_TRY(write_version(decide, PAT_STATE_SCHEME, scheme->name, scheme->version));
  pat_state_key key =
      pat_state_key_version(PAT_STATE_SCHEME_VERSION, scheme->name, scheme->version);
  return pat_record_put(decide->view, pat_state_ledger_key(&key), &scheme->base, decide->arena);
}

const pat_rules pat_rules__scheme_published = {
    .number = PAT_KIND_SCHEME_PUBLISHED,
    .ask = scheme_ask,
    .check = scheme_check,
    .write = scheme_write,
};
