#include "clients/cli/options.h"

#include <string.h>

#include "core/base/assert.h"
#include "core/base/span.h"

static const pat_option table[PAT_OPTION_COUNT] = {
    [PAT_OPTION_HELP] = {"help", 'h', NULL, false, "explain this command"},
    [PAT_OPTION_JSON] = {"json", 0, NULL, false, "print one JSON object, for programs"},
    [PAT_OPTION_QUIET] = {"quiet", 'q', NULL, false, "no messages; the exit code says it"},
    [PAT_OPTION_SERVER] = {"server", 0, "URL", false, "the log's address (default: the policy's)"},
    [PAT_OPTION_POLICY] = {"policy", 0, "FILE", false,
                           "whom to trust (default: ~/.config/patina/policy)"},
    [PAT_OPTION_HOME] = {"home", 0, "DIR", false,
                         "what was seen before (default: ~/.local/state/patina)"},
    [PAT_OPTION_KEY] = {"key", 'k', "FILE", true,
                        "sign with this private key; one for each signer"},
    [PAT_OPTION_SIGNER] = {"signer", 0, "FILE", true,
                           "this public key signs too, elsewhere and later"},
    [PAT_OPTION_OUTPUT] = {"output", 'o', "FILE", false, "write to this file; do not submit"},
    [PAT_OPTION_RECEIPT] = {"receipt", 0, "FILE", false, "keep the receipt (.tlog-proof)"},
    [PAT_OPTION_DRY_RUN] = {"dry-run", 'n', NULL, false, "ask what would happen; store nothing"},
    [PAT_OPTION_OCCURRED] = {"occurred", 0, "DATE", false,
                             "when it happened, as in 1955? or 2021-05"},
    [PAT_OPTION_NAME] = {"name", 0, "NAME", false, "the name to show"},
    [PAT_OPTION_TYPE] = {"type", 0, "TYPE", false,
                         "authority, manufacturer, keeper, insurer, inspector, operator"},
    [PAT_OPTION_SPONSOR] = {"sponsor", 0, "FILE", true, "an enrolled key that signs the enrolment"},
    [PAT_OPTION_PRINCIPAL] = {"principal", 0, "ID", true, "a principal's id, 64 hex digits"},
    [PAT_OPTION_ROLE] = {"role", 0, "ROLE", false, "as in registrar or inspector"},
    [PAT_OPTION_CLASS] = {"class", 0, "CLASS", true, "an asset class, as in vehicle"},
    [PAT_OPTION_GRANT] = {"grant", 0, "HASH", false, "SHA-256 of the statement that granted it"},
    [PAT_OPTION_VERSION] = {"version", 0, "N", false, "this version (default: the newest)"},
    [PAT_OPTION_SET] = {"set", 's', "NAME=VALUE", true, "an attribute; again for each one"},
    [PAT_OPTION_CLEAR] = {"clear", 0, "NAME", true, "the attribute has no value any more"},
    [PAT_OPTION_SCHEMA] = {"schema", 0, "FILE", false,
                           "the class or scheme (JSON), to work without a network"},
    [PAT_OPTION_SCOPE] = {"scope", 0, "SCOPE", false, "as the scheme asks: a maker, a country"},
    [PAT_OPTION_ASSIGNMENT] =
        {"assignment", 0, "HASH", false,
         "SHA-256 of the statement that assigned it, where its value is withheld"},
    [PAT_OPTION_EXPECT_VERSION] = {"expect-version", 0, "N", false,
                                   "refuse where the asset has changed since"},
    [PAT_OPTION_ACCEPT_NEAR_MISS] = {"accept-near-miss", 0, NULL, false,
                                     "assign although a recorded value is nearly the same"},
    [PAT_OPTION_REASON] =
        {"reason", 0, "REASON", false,
         "incorrect-data, did-not-occur, wrong-object, new-evidence; of a key: routine, "
         "compromised"},
    [PAT_OPTION_NOTE] = {"note", 0, "TEXT", false, "a note that everybody can read"},
    [PAT_OPTION_STATEMENT] = {"statement", 0, "FILE", false, "the signed statement"},
    [PAT_OPTION_LEAF] = {"leaf", 0, "FILE", false, "the leaf, where the receipt does not carry it"},
    [PAT_OPTION_BUNDLE] = {"bundle", 0, "FILE", false, "a bundle to hold it against (bundle get)"},
    [PAT_OPTION_MODEL] = {"model", 0, "MODEL", false, "the device's model"},
    [PAT_OPTION_SERIAL] = {"serial", 0, "SERIAL", false, "the device's serial number"},
    [PAT_OPTION_DEVICE] = {"device", 0, "ID", false, "the device's principal id, 64 hex digits"},
    [PAT_OPTION_STREAM] = {"stream", 0, "HEX", false, "the binding's stream, 32 hex digits"},
    [PAT_OPTION_SIGNAL] = {"signal", 0, "NAME:EXPONENT:UNIT:METHOD", true,
                           "what the device reports, as in odometer:3:MTR:displayed"},
    [PAT_OPTION_BOOT] = {"boot", 0, "N", false, "the device's start counter (default: 1)"},
    [PAT_OPTION_FOLLOW] = {"follow", 'f', NULL, false, "wait for more"},
    [PAT_OPTION_MAP] = {"map", 0, "FILE", false, "what the source's columns are (JSON)"},
    [PAT_OPTION_RESUME] = {"resume", 0, "FILE", false,
                           "what was done before (default: kept below --home)"},
    [PAT_OPTION_BATCH] = {"batch", 0, "N", false, "statements of one request (default: 500)"},
    [PAT_OPTION_MIRROR] = {"mirror", 0, "DIR", false, "keep the log's tiles here"},
    [PAT_OPTION_COSIGN] = {"cosign", 0, "FILE", false, "cosign with this private key"},
    [PAT_OPTION_OUT] = {"out", 0, "FILE", false, "write the cosigned checkpoint to this file"},
    [PAT_OPTION_CHECKPOINT] = {"checkpoint", 0, "FILE", false,
                               "this signed checkpoint, in place of the newest of the log"},
    [PAT_OPTION_SAVE] = {"save", 0, "FILE", false, "keep the bundle that proves it (.patina)"},
    [PAT_OPTION_SINCE] = {"since", 0, "FILE|NUMBER", false,
                          "prove that it continues this bundle's checkpoint, or this size; of a "
                          "compromised key: the log index from which on it is in doubt"},
    [PAT_OPTION_LOOKUP] = {"lookup", 0, NULL, false, "about a number: give SCHEME and VALUE"},
    [PAT_OPTION_EARLIER] = {"earlier", 0, "FILE", false,
                            "an older bundle, whose history must be the beginning of this one"},
    [PAT_OPTION_EXPLAIN] = {"explain", 0, NULL, false, "print every step of the check"},
    [PAT_OPTION_ALL] = {"all", 0, NULL, false, "name each entry that is worth a look"},
    [PAT_OPTION_STATEMENTS] = {"statements", 0, NULL, false,
                               "judge also what the log serves of each asset: give --assets"},
    [PAT_OPTION_ASSETS] = {"assets", 0, "FILE", false,
                           "ids of the assets to look into, one in a line (- for standard input)"},
};
PAT_STATIC_ASSERT(PAT_OPTION_COUNT <= 64, "a set of options has one bit for each");

const pat_option *pat_option_row(pat_option_id id) {
  PAT_ASSERT(id < PAT_OPTION_COUNT);
  return &table[id];
}

/* The words are walked once; `at` is the next one. */
typedef struct {
  pat_option_set allowed;
  const char *const *words;
  size_t count;
  size_t at;
  pat_options *options;
  pat_err *reterr;
} word_walk;

static pat_status refuse(const word_walk *walk, pat_rule rule, const char *word) {
  return pat_refuse_at(rule, walk->reterr, walk->at, word);
}

static pat_option_id find(pat_option_set allowed, pat_span name, char letter) {
  for (size_t i = 0; i < PAT_OPTION_COUNT; i++) {
    if ((allowed >> i & 1) == 0) continue;
    bool fits = letter != 0 ? table[i].letter == letter
                            : pat_span_equal(pat_span_text(table[i].name), name);
    if (fits) return (pat_option_id)i;
  }
  return PAT_OPTION_COUNT;
}

static pat_status add(word_walk *walk, pat_option_id id, const char *attached, const char *word) {
  const pat_option *row = &table[id];
  if (!row->repeated && pat_options_has(walk->options, id)) {
    return refuse(walk, PAT_RULE_CLI_OPTION_VALUE, word);
  }
  const char *value = attached;
  if (row->value == NULL) {
    if (attached != NULL) return refuse(walk, PAT_RULE_CLI_OPTION_VALUE, word);
    value = "";
  } else if (value == NULL) {
    if (walk->at >= walk->count) return refuse(walk, PAT_RULE_CLI_OPTION_VALUE, word);
    value = walk->words[walk->at];
    walk->at++;
  }
  pat_options *options = walk->options;
  options->given[options->given_count].id = id;
  options->given[options->given_count].value = value;
  options->given_count++;
  return PAT_OK;
}

static pat_status long_option(word_walk *walk, const char *word) {
  const char *name = word + 2;
  const char *equals = strchr(name, '=');
  size_t size = equals != NULL ? (size_t)(equals - name) : strlen(name);
  pat_option_id id = find(walk->allowed, pat_span_make(name, size), 0);
  if (id == PAT_OPTION_COUNT) return refuse(walk, PAT_RULE_CLI_OPTION, word);
  return add(walk, id, equals != NULL ? equals + 1 : NULL, word);
}

static pat_status short_option(word_walk *walk, const char *word) {
  pat_option_id id = find(walk->allowed, PAT_SPAN_EMPTY, word[1]);
  if (id == PAT_OPTION_COUNT) return refuse(walk, PAT_RULE_CLI_OPTION, word);
  return add(walk, id, word[2] != '\0' ? word + 2 : NULL, word);
}

pat_status pat_options_parse(pat_option_set allowed, const char *const *words, size_t word_count,
                             pat_options *ret_options, pat_err *reterr) {
  PAT_REQUIRE_AT(word_count <= PAT_CLI_ARGUMENTS_MAX, CLI_ARGUMENTS, reterr, word_count, "");
  ret_options->given_count = 0;
  ret_options->operand_count = 0;
  word_walk state = {allowed, words, word_count, 0, ret_options, reterr};
  bool options_ended = false;
  while (state.at < word_count) {
    const char *word = words[state.at];
    state.at++;
    if (options_ended || word[0] != '-' || word[1] == '\0') {
      ret_options->operands[ret_options->operand_count] = word;
      ret_options->operand_count++;
    } else if (strcmp(word, "--") == 0) {
      options_ended = true;
    } else {
      PAT_TRY(word[1] == '-' ? long_option(&state, word) : short_option(&state, word));
    }
  }
  return PAT_OK;
}

const char *pat_options_at(const pat_options *options, pat_option_id id, size_t i) {
  for (size_t at = 0; at < options->given_count; at++) {
    if (options->given[at].id != id) continue;
    if (i == 0) return options->given[at].value;
    i--;
  }
  return NULL;
}

const char *pat_options_get(const pat_options *options, pat_option_id id) {
  return pat_options_at(options, id, 0);
}

size_t pat_options_count(const pat_options *options, pat_option_id id) {
  size_t count = 0;
  for (size_t at = 0; at < options->given_count; at++) {
    if (options->given[at].id == id) count++;
  }
  return count;
}

bool pat_options_has(const pat_options *options, pat_option_id id) {
  return pat_options_get(options, id) != NULL;
}
