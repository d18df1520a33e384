/* patina principal and standing: who may state what. */
#include <inttypes.h>
#include <string.h>

#include "clients/cli/commands.h"
#include "clients/cli/compose.h"
#include "clients/cli/output.h"
#include "clients/cli/show.h"
#include "proto/ledger.pb-c.h"

const pat_manual pat_manual_principal_enroll = {
    .synopsis = "",
    .examples =
        "  patina principal enroll --type inspector --name \"Workshop 12\" --key workshop.key\n"
        "  patina principal enroll --type keeper --name \"\" --key k.key --sponsor registry.key\n",
    .details = "The id is written to FILE.principal beside the key. Enrolment gives no standing.\n",
    .options =
        PAT_OPTIONS_SIGN | PAT_OPTION_BIT(TYPE) | PAT_OPTION_BIT(NAME) | PAT_OPTION_BIT(SPONSOR),
};

const pat_manual pat_manual_principal_show = {
    .synopsis = "ID",
    .examples = "  patina principal show 6d1f...(64 hex digits)\n",
    .details = NULL,
    .options = PAT_OPTIONS_LOG,
    .operands_min = 1,
    .operands_max = 1,
};

const pat_manual pat_manual_standing_grant = {
    .synopsis = "",
    .examples =
        "  patina standing grant --principal 6d1f... --role inspector --class vehicle "
        "--key root.key\n",
    .details =
        "Without --class the standing holds for every class, and for what belongs to none.\n"
        "Several root keys: --key for each that is at hand, --signer for the others.\n",
    .options =
        PAT_OPTIONS_SIGN | PAT_OPTION_BIT(PRINCIPAL) | PAT_OPTION_BIT(ROLE) | PAT_OPTION_BIT(CLASS),
};

const pat_manual pat_manual_standing_withdraw = {
    .synopsis = "",
    .examples = "  patina standing withdraw --principal 6d1f... --grant 90ab... --key root.key\n",
    .details = "--grant is the SHA-256 of the granting statement: see `patina principal show`.\n",
    .options = PAT_OPTIONS_SIGN | PAT_OPTION_BIT(PRINCIPAL) | PAT_OPTION_BIT(GRANT),
};

typedef struct {
  const char *name;
  Patina__PrincipalType type;
} type_name;

static const type_name types[] = {
    {"authority", PATINA__PRINCIPAL_TYPE__PRINCIPAL_TYPE_AUTHORITY},
    {"manufacturer", PATINA__PRINCIPAL_TYPE__PRINCIPAL_TYPE_MANUFACTURER},
    {"keeper", PATINA__PRINCIPAL_TYPE__PRINCIPAL_TYPE_KEEPER},
    {"insurer", PATINA__PRINCIPAL_TYPE__PRINCIPAL_TYPE_INSURER},
    {"inspector", PATINA__PRINCIPAL_TYPE__PRINCIPAL_TYPE_INSPECTOR},
    {"device", PATINA__PRINCIPAL_TYPE__PRINCIPAL_TYPE_DEVICE},
    {"operator", PATINA__PRINCIPAL_TYPE__PRINCIPAL_TYPE_OPERATOR},
};

static pat_status read_type(pat_cli *cli, Patina__PrincipalType *ret_type) {
  const char *text = pat_cli_option(cli, PAT_OPTION_TYPE);
  if (text == NULL) return pat_cli_usage(cli, "what is it? give --type");
  for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
    if (strcmp(types[i].name, text) != 0) continue;
    *ret_type = types[i].type;
    return PAT_OK;
  }
  return pat_cli_usage(cli, "--type is one of: %s", pat_option_row(PAT_OPTION_TYPE)->help);
}

static const char *type_text(Patina__PrincipalType type) {
  for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
    if (types[i].type == type) return types[i].name;
  }
  return "principal";
}

static pat_status read_enrolment_keys(pat_cli *cli, pat_compose *compose) {
  PAT_TRY(pat_signers_add(cli, PAT_OPTION_KEY, true, &compose->signers));
  if (compose->signers.count != 1) {
    return pat_cli_usage(cli, "one --key is enrolled; others that sign are --sponsor or --signer");
  }
  if (compose->signers.keys[0].has_principal) {
    return pat_cli_usage(cli, "%s is enrolled already: %s.principal", compose->signers.keys[0].path,
                         compose->signers.keys[0].path);
  }
  compose->enrols = &compose->signers.keys[0];
  PAT_TRY(pat_signers_add(cli, PAT_OPTION_SPONSOR, true, &compose->signers));
  return pat_signers_add(cli, PAT_OPTION_SIGNER, false, &compose->signers);
}

static pat_status record_principal(pat_cli *cli, pat_compose *compose, uint64_t index) {
  const pat_hash *id = &compose->statement.sha256;
  PAT_TRY(pat_compose_record(compose, &compose->signers.keys[0], id, index));
  pat_output_line(cli, "%s", pat_output_hex(cli, pat_hash_span(id)));
  pat_output_hash(cli, "principal", id);
  return PAT_OK;
}

pat_status pat_cmd_principal_enroll(pat_cli *cli) {
  PAT_CLEANUP(pat_compose_clear) pat_compose compose = {.cli = cli};
  Patina__Key key = PATINA__KEY__INIT;
  Patina__PrincipalEnrolled body = PATINA__PRINCIPAL_ENROLLED__INIT;
  PAT_TRY(read_type(cli, &body.type));
  const char *name = pat_cli_option(cli, PAT_OPTION_NAME);
  if (name == NULL || name[0] == '\0') return pat_cli_usage(cli, "under which name? give --name");
  PAT_TRY(read_enrolment_keys(cli, &compose));
  PAT_TRY(pat_compose_begin(cli, &compose));
  key.algorithm = PATINA__KEY_ALGORITHM__KEY_ALGORITHM_ED25519;
  key.public_key = pat_draft_field(PAT_SPAN_OF(compose.enrols->public_key));
  body.key = &key;
  PAT_TRY(pat_draft_disclose_text(compose.draft, "name", name, &body.name, &cli->error));
  compose.draft->message.body_case = PATINA__STATEMENT__BODY_PRINCIPAL_ENROLLED;
  compose.draft->message.principal_enrolled = &body;
  uint64_t index = 0;
  PAT_TRY(pat_compose_end(&compose, &index));
  return record_principal(cli, &compose, index);
}

static void show_grants(pat_cli *cli, const pat_roll_principal *principal) {
  for (const pat_roll_grant *grant = principal->grants; grant != NULL; grant = grant->next) {
    const char *classes = grant->body->n_classes == 0 ? " all classes" : "";
    for (size_t i = 0; i < grant->body->n_classes; i++) {
      classes = pat_show_format(cli, "%s %s", classes, grant->body->classes[i]);
    }
    const char *ended = "";
    if (grant->withdrawn_index != UINT64_MAX) {
      ended = pat_show_format(cli, ", withdrawn at %" PRIu64, grant->withdrawn_index);
    }
    pat_output_line(cli, "  standing    %s for%s since %" PRIu64 "%s\n              grant %s",
                    grant->body->role, classes, grant->granted_index, ended,
                    pat_output_hex(cli, pat_hash_span(&grant->grant)));
  }
}

static const char *key_end(pat_cli *cli, const pat_principal_key *life) {
  const char *ended = "";
  if (life->until != PAT_KEY_NEVER)
    ended = pat_show_format(cli, ", ended at %" PRIu64, life->until);
  if (life->since == PAT_KEY_NEVER) return ended;
  return pat_show_format(cli, "%s, compromised since %" PRIu64, ended, life->since);
}

static void show_keys(pat_cli *cli, const pat_roll_principal *principal) {
  for (size_t i = 0; i < principal->key_count; i++) {
    const pat_roll_key *key = &principal->keys[i];
    pat_output_line(cli, "  key         %s\n              since %" PRIu64 "%s",
                    pat_output_hex(cli, pat_hash_span(&key->signer)), key->life.from,
                    key_end(cli, &key->life));
  }
}

static const char *index_text(pat_cli *cli, uint64_t index) {
  return index == PAT_KEY_NEVER ? "" : pat_show_format(cli, "%" PRIu64, index);
}

static void json_keys(pat_cli *cli, const pat_roll_principal *principal) {
  enum { KEY_HASH, FROM, UNTIL, SINCE, PART_COUNT };
  static const char *const members[PART_COUNT] = {"keyHash", "from", "until", "compromisedSince"};
  for (size_t i = 0; i < principal->key_count; i++) {
    const pat_roll_key *key = &principal->keys[i];
    const char *const parts[PART_COUNT] = {
        [KEY_HASH] = pat_output_hex(cli, pat_hash_span(&key->signer)),
        [FROM] = index_text(cli, key->life.from),
        [UNTIL] = index_text(cli, key->life.until),
        [SINCE] = index_text(cli, key->life.since)};
    pat_output_row(cli, "keys", members, parts, PART_COUNT);
  }
}

static pat_status json_principal(pat_cli *cli, const pat_roll_principal *principal) {
  pat_output_hash(cli, "principal", &principal->id);
  pat_output_text(cli, "type", type_text(principal->type));
  pat_output_text(cli, "name", principal->name);
  pat_output_number(cli, "enrolledIndex", principal->enrolled_index);
  json_keys(cli, principal);
  for (const pat_roll_grant *grant = principal->grants; grant != NULL; grant = grant->next) {
    Patina__GrantRecord record = PATINA__GRANT_RECORD__INIT;
    record.grant = pat_draft_field(pat_hash_span(&grant->grant));
    record.role = grant->body->role;
    record.n_classes = grant->body->n_classes;
    record.classes = grant->body->classes;
    record.granted_index = grant->granted_index;
    if (grant->withdrawn_index != UINT64_MAX) {
      record.withdrawal_case = PATINA__GRANT_RECORD__WITHDRAWAL_WITHDRAWN_INDEX;
      record.withdrawn_index = grant->withdrawn_index;
    }
    PAT_TRY(pat_output_element(cli, "standing", &record.base));
  }
  return PAT_OK;
}

pat_status pat_cmd_principal_show(pat_cli *cli) {
  PAT_CLEANUP(pat_session_clear) pat_session session = {.cli = cli};
  pat_hash id;
  PAT_TRY(pat_signers_hash(cli, pat_cli_operand(cli, 0), "a principal's id", &id));
  PAT_TRY(pat_session_open(cli, &session));
  const pat_roll_principal *principal = NULL;
  PAT_TRY(pat_session_principal(&session, &id, &principal));
  pat_output_line(cli, "principal %s", pat_output_hex(cli, pat_hash_span(&principal->id)));
  pat_output_line(cli, "  type        %s\n  name        %s\n  enrolled    at %" PRIu64,
                  type_text(principal->type),
                  principal->name[0] != '\0' ? principal->name : "cannot tell (withheld or erased)",
                  principal->enrolled_index);
  show_keys(cli, principal);
  show_grants(cli, principal);
  PAT_TRY(json_principal(cli, principal));
  pat_output_line(cli, "principal %s events=%zu state=matches",
                  pat_output_hex(cli, pat_hash_span(&principal->id)), principal->event_count);
  return PAT_OK;
}

static pat_status read_principal(pat_cli *cli, ProtobufCBinaryData *ret_id) {
  const char *text = pat_cli_option(cli, PAT_OPTION_PRINCIPAL);
  if (text == NULL) return pat_cli_usage(cli, "whose standing? give --principal");
  if (pat_options_count(&cli->options, PAT_OPTION_PRINCIPAL) > 1) {
    return pat_cli_usage(cli, "one --principal at a time");
  }
  return pat_compose_hash(cli, text, "a principal's id", ret_id);
}

/* The classes in ascending order. */
static pat_status read_classes(pat_cli *cli, Patina__StandingGranted *body) {
  body->n_classes = pat_options_count(&cli->options, PAT_OPTION_CLASS);
  body->classes = pat_arena_take_array(&cli->arena, body->n_classes, sizeof *body->classes);
  PAT_REQUIRE(body->classes != NULL, LIMIT_MEMORY);
  for (size_t i = 0; i < body->n_classes; i++) {
    char *name = (char *)(uintptr_t)pat_options_at(&cli->options, PAT_OPTION_CLASS, i);
    size_t at = i;
    while (at > 0 && strcmp(body->classes[at - 1], name) > 0) {
      body->classes[at] = body->classes[at - 1];
      at--;
    }
    body->classes[at] = name;
  }
  return PAT_OK;
}

pat_status pat_cmd_standing_grant(pat_cli *cli) {
  PAT_CLEANUP(pat_compose_clear) pat_compose compose = {.cli = cli};
  Patina__StandingGranted body = PATINA__STANDING_GRANTED__INIT;
  PAT_TRY(read_principal(cli, &body.principal));
  const char *role = pat_cli_option(cli, PAT_OPTION_ROLE);
  if (role == NULL) return pat_cli_usage(cli, "which role? give --role");
  body.role = (char *)(uintptr_t)role;
  PAT_TRY(read_classes(cli, &body));
  PAT_TRY(pat_compose_begin(cli, &compose));
  compose.draft->message.body_case = PATINA__STATEMENT__BODY_STANDING_GRANTED;
  compose.draft->message.standing_granted = &body;
  return pat_compose_finish(&compose, NULL);
}

pat_status pat_cmd_standing_withdraw(pat_cli *cli) {
  PAT_CLEANUP(pat_compose_clear) pat_compose compose = {.cli = cli};
  Patina__StandingWithdrawn body = PATINA__STANDING_WITHDRAWN__INIT;
  PAT_TRY(read_principal(cli, &body.principal));
  const char *grant = pat_cli_option(cli, PAT_OPTION_GRANT);
  if (grant == NULL) return pat_cli_usage(cli, "which grant? give --grant");
  PAT_TRY(pat_compose_hash(cli, grant, "a grant", &body.grant));
  PAT_TRY(pat_compose_begin(cli, &compose));
  compose.draft->message.body_case = PATINA__STATEMENT__BODY_STANDING_WITHDRAWN;
  compose.draft->message.standing_withdrawn = &body;
  return pat_compose_finish(&compose, NULL);
}
