/* V14: signers who commit to what is no disclosure, and an operator who logs it. */
#include <string.h>

#include "core/model/statement.h"
#include "tests/core/verify/make_bundle_vectors.h"

/* An inspection of the asset whose first slot is the digest of these bytes. */
static void commit_to(vector_liar *l, pat_span bytes) {
  ledger_said said[] = {{"odometer", SAID_SLOT, ledger_number(l->world, 7, "KMT")},
                        {"result", SAID_OPEN, ledger_text(l->world, "good")}};
  ledger_draft draft = ledger_by(l->world, INSPECTOR);
  Patina__Attested *body =
      ledger_attest(&draft, l->request.asset[0], said, sizeof said / sizeof *said);
  pat_hash digest = pat_disclosure_digest(&draft.message, 0, bytes);
  body->fields[0]->slot = ledger_hash_field(l->world, &digest);
  draft.disclosures[0] = lying_field(bytes, l->log->memory);
  (void)vector_lie_logged(l, &draft);
}

/* A disclosure of the slot, as it ought to be. */
static Patina__Disclosure good_disclosure(vector_liar *l) {
  Patina__Disclosure disclosure = PATINA__DISCLOSURE__INIT;
  disclosure.salt = ledger_fill(l->world, 0x5a, PAT_SALT_BYTES);
  disclosure.name = (char *)"odometer";
  disclosure.value = ledger_number(l->world, 7, "KMT");
  return disclosure;
}
static pat_span bytes_of(vector_liar *l, const Patina__Disclosure *disclosure) {
  return lying_encode(&disclosure->base, l->log->memory);
}
static void commit_to_message(vector_liar *l, const Patina__Disclosure *disclosure) {
  commit_to(l, bytes_of(l, disclosure));
}

static void whole(vector_liar *l) {
  Patina__Disclosure disclosure = good_disclosure(l);
  commit_to_message(l, &disclosure);
}
static void nothing(vector_liar *l) { commit_to(l, PAT_SPAN_EMPTY); }
static void salt_short(vector_liar *l) {
  Patina__Disclosure disclosure = good_disclosure(l);
  disclosure.salt.len--;
  commit_to_message(l, &disclosure);
}
static void other_name(vector_liar *l) {
  Patina__Disclosure disclosure = good_disclosure(l);
  disclosure.name = (char *)"colour";
  commit_to_message(l, &disclosure);
}
static void no_value(vector_liar *l) {
  Patina__Disclosure disclosure = good_disclosure(l);
  disclosure.value = NULL;
  commit_to_message(l, &disclosure);
}
static void bad_unit(vector_liar *l) {
  Patina__Disclosure disclosure = good_disclosure(l);
  disclosure.value = ledger_number(l->world, 7, "furlongs!");
  commit_to_message(l, &disclosure);
}
static void longer(vector_liar *l) {
  Patina__Disclosure disclosure = good_disclosure(l);
  pat_span bytes = bytes_of(l, &disclosure);
  uint8_t *more = lying_take(l->log->memory, bytes.size + 3);
  memcpy(more, bytes.data, bytes.size);
  memcpy(more + bytes.size, "\x22\x01x", 3);
  commit_to(l, pat_span_make(more, bytes.size + 3));
}

/* A number of scheme vin that is assigned with this value behind its slot. */
static void assign_value(vector_liar *l, Patina__Value *value) {
  ledger_draft draft = ledger_by(l->world, REGISTRAR);
  Patina__IdentifierAssigned *body =
      ledger_assign(&draft, l->request.asset[0], (ledger_serial){"vin", 1, "", "none"});
  draft.disclosure_count = 0;
  body->value = ledger_slot(&draft, "value", value);
  (void)vector_lie_logged(l, &draft);
}
static void identifier_number(vector_liar *l) { assign_value(l, ledger_number(l->world, 7, "")); }
static void identifier_short(vector_liar *l) { assign_value(l, ledger_text(l->world, "YS3DD")); }
static void identifier_letter(vector_liar *l) {
  assign_value(l, ledger_text(l->world, "YS3DD78N4X705532O"));
}
static void identifier_check_digit(vector_liar *l) {
  assign_value(l, ledger_text(l->world, "1M8GDM9A1KP042788"));
}

static const vector_lie lies[] = {
    {"history", "signer-whole", whole, VECTOR_MATCHES, "a disclosure as it ought to be", false},
    {"history", "signer-nothing", nothing, VECTOR_WRONG(14, "disclosure.salt"),
     "a slot that commits to no bytes", false},
    {"history", "signer-salt-short", salt_short, VECTOR_WRONG(14, "disclosure.salt"),
     "a salt of 15 bytes", false},
    {"history", "signer-other-name", other_name, VECTOR_WRONG(14, "disclosure.name"),
     "a value under the name of another attribute", false},
    {"history", "signer-no-value", no_value, VECTOR_WRONG(14, "statement.missing"),
     "a disclosure without a value", false},
    {"history", "signer-bad-unit", bad_unit, VECTOR_WRONG(14, NULL), "a unit that is none", false},
    {"history", "signer-longer", longer, VECTOR_WRONG(14, "bytes.protobuf.unknown-field"),
     "an unknown member of a disclosure", false},
    {"identified", "signer-identifier-number", identifier_number,
     VECTOR_WRONG(19, "verify.identifier"), "an identifier that is a number", false},
    {"identified", "signer-identifier-short", identifier_short, VECTOR_WRONG(19, NULL),
     "a VIN of five characters", false},
    {"identified", "signer-identifier-letter", identifier_letter,
     VECTOR_WRONG(19, "vin.characters"), "a VIN with the letter O", false},
    {"identified", "signer-identifier-check", identifier_check_digit,
     VECTOR_WRONG(19, "vin.check-digit"), "a VIN whose check digit is wrong", false},
};

void make_lying_signer_vectors(vector_maker *maker) {
  vector_file_begin(maker->run, "lying-signer");
  VECTOR_LIES(maker, lies);
  vector_file_end(maker->run);
}
