/* The command table. */
#include "clients/cli/commands.h"

#define ROW(noun, verb, name, help) \
  { noun, verb, pat_cmd_##name, help, &pat_manual_##name }

static const pat_command table[] = {
    /* Everyday questions. The import of files has its own folder and adds its row here. */
    ROW("asset", "show", asset_show, "show what is known about an asset now"),
    ROW("asset", "history", asset_history, "show everything that was stated about an asset"),
    ROW("asset", "find", asset_find, "find the assets that carry or carried a number"),
    ROW("asset", "register", asset_register, "register a new asset"),
    ROW("asset", "import", asset_import, "register the rows of a source"),
    ROW("attribute", "set", attribute_set, "change attributes of an asset"),
    ROW("identifier", "assign", identifier_assign, "assign a number to an asset"),
    ROW("identifier", "release", identifier_release, "end the assignment of a number"),
    ROW("identifier", "find", asset_find, "the same as asset find"),
    ROW("bundle", "get", bundle_get, "fetch a report that anybody can check offline"),
    ROW("bundle", "verify", bundle_verify, "check a report; offline"),
    ROW("bundle", "inspect", bundle_inspect, "show what a report holds, unchecked"),
    ROW("attest", NULL, attest, "state an observation or an opinion about an asset"),
    ROW("correct", NULL, correct, "say beside a statement what should have been said"),
    ROW("retract", NULL, retract, "take a statement back"),
    ROW("statement", "sign", statement_sign, "sign a statement; works without a network"),
    ROW("statement", "submit", statement_submit, "submit signed statements to the log"),
    ROW("statement", "show", statement_show, "show what a statement says, and who signed it"),
    ROW("receipt", "verify", receipt_verify, "check that the log holds a statement; offline"),
    ROW("promise", "verify", promise_verify, "check that the log kept a promise"),
    ROW("log", "info", log_info, "show the log's checkpoint and what it names"),
    ROW("log", "check", log_check, "check that the log continues what was seen before"),
    ROW("log", "tail", log_tail, "print entries as they are logged"),
    ROW("log", "audit", log_audit, "replay the whole log from its public tiles"),
    ROW("key", "gen", key_gen, "make a key pair"),
    ROW("key", "show", key_show, "show a key's public half and whose it is"),
    ROW("key", "rotate", key_rotate, "go over to a principal's next key"),
    ROW("key", "revoke", key_revoke, "end a key, or say since when it was another's"),
    ROW("principal", "enroll", principal_enroll, "enrol a key as a new principal"),
    ROW("principal", "show", principal_show, "show a principal, its keys and its standing"),
    ROW("standing", "grant", standing_grant, "let a principal state things in a role"),
    ROW("standing", "withdraw", standing_withdraw, "end a grant"),
    ROW("class", "publish", class_publish, "publish a version of an asset class"),
    ROW("class", "show", class_show, "show an asset class"),
    ROW("scheme", "publish", scheme_publish, "publish a version of an identifier scheme"),
    ROW("scheme", "show", scheme_show, "show an identifier scheme"),
    ROW("device", "enroll", device_enroll, "enrol a device's key"),
    ROW("device", "bind", device_bind, "fit a device to an asset: opens a stream"),
    ROW("telemetry", "send", telemetry_send, "sign and send a device's readings"),
    ROW("completion", "bash", completion_bash, "print completion for bash"),
    ROW("version", NULL, version, "print this program's version"),
};

const pat_command *pat_command_table(size_t *ret_count) {
  *ret_count = sizeof table / sizeof *table;
  return table;
}
