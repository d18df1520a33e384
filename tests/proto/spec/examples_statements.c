#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/crypto/base32.h"
#include "core/crypto/dsse.h"
#include "core/model/edtf.h"
#include "core/model/identifier.h"
#include "core/model/number.h"
#include "tests/proto/spec/examples.h"

static const pat_submission *registered(const example_log *log) {
  return &log->submissions[LEAF_REGISTERED];
}

static void values(example_log *log, example_book *book) {
  const Patina__Disclosure *mass = registered(log)->disclosures[0];
  example_begin(book, "number");
  example_bytes(book, "Number", example_encode(log, &mass->value->number->base));
  example_bytes(book, "Value", example_encode(log, &mass->value->base));
}

static void date(example_book *book, const char *text) {
  pat_edtf edtf;
  example_must(pat_edtf_parse(pat_span_text(text), &edtf, NULL));
  char days[96];
  char from[16] = "open";
  char to[16] = "open";
  if (edtf.earliest_day != INT32_MIN) snprintf(from, sizeof from, "%d", edtf.earliest_day);
  if (edtf.latest_day != INT32_MAX) snprintf(to, sizeof to, "%d", edtf.latest_day);
  snprintf(days, sizeof days, "%-22s %8s %8s%s%s", text, from, to,
           edtf.uncertain ? "  uncertain" : "", edtf.approximate ? "  approximate" : "");
  example_line(book, "", days);
}

static void dates(example_book *book) {
  static const char *const texts[] = {"2021-05-25",
                                      "2021-05",
                                      "2021-21",
                                      "2021-24",
                                      "2021",
                                      "195X",
                                      "19XX",
                                      "1955?",
                                      "1938~/1946",
                                      "../1946",
                                      "1985-04-XX",
                                      "1985-XX-XX",
                                      "2021-05-25T23:30:00-01:00"};
  example_begin(book, "dates");
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
    date(book, texts[i]);
}

static void disclosure(example_log *log, example_book *book) {
  const pat_submission *submission = registered(log);
  const Patina__Statement *message = submission->statement.message;
  static const char prefix[] = "patina/disclosure/v1";
  static const uint8_t slot[2] = {0, 0};
  example_begin(book, "disclosure");
  example_bytes(book, "Disclosure", submission->disclosure_bytes[0]);
  example_bytes(book, "prefix", PAT_SPAN_OF(prefix));
  example_bytes(book, "nonce", pat_span_make(message->nonce.data, message->nonce.len));
  example_bytes(book, "signers[0]",
                pat_span_make(message->signers[0].data, message->signers[0].len));
  example_bytes(book, "slot", PAT_SPAN_OF(slot));
  example_hash(book, "digest", pat_disclosure_digest(message, 0, submission->disclosure_bytes[0]));
}

static void statement(example_log *log, example_book *book) {
  example_begin(book, "asset-registered");
  example_bytes(book, "Statement", registered(log)->statement.bytes);
  example_hash(book, "SHA-256", registered(log)->statement.sha256);
}

static void signing(example_log *log, example_book *book) {
  const pat_submission *submission = registered(log);
  uint8_t digest_bytes[2048];
  uint8_t pae_bytes[4096];
  pat_builder builder;
  pat_dsse_payload payload = {.type = PAT_SPAN_LITERAL(PAT_STATEMENT_DIGEST_TYPE)};
  pat_builder_init(&builder, digest_bytes, sizeof digest_bytes);
  example_must(pat_submission_digest(log->origin.text, &submission->statement,
                                     &submission->subjects, &builder));
  example_must(pat_builder_finish(&builder, &payload.body));
  pat_span pae;
  pat_builder_init(&builder, pae_bytes, sizeof pae_bytes);
  pat_dsse_pae(&builder, payload);
  example_must(pat_builder_finish(&builder, &pae));
  example_begin(book, "signing");
  example_bytes(book, "seed", PAT_SPAN_OF(log->maker.seed));
  example_bytes(book, "public key", PAT_SPAN_OF(log->maker.public_key));
  example_hash(book, "signers[0]", pat_public_key_hash(log->maker.public_key));
  example_hash(book, "principal", submission->principals[0]);
  example_bytes(book, "Digest", payload.body);
  example_bytes(book, "PAE", pae);
  example_bytes(book, "signature", submission->signatures[0]);
}

static void genesis(example_log *log, example_book *book) {
  const pat_submission *submission = &log->submissions[LEAF_GENESIS];
  example_begin(book, "genesis");
  example_bytes(book, "root seed", PAT_SPAN_OF(log->root.seed));
  example_bytes(book, "root key", PAT_SPAN_OF(log->root.public_key));
  example_bytes(book, "VRF secret", PAT_SPAN_OF(log->vrf_secret));
  example_bytes(book, "VRF key", PAT_SPAN_OF(log->vrf_key));
  example_bytes(book, "promise seed", PAT_SPAN_OF(log->promise.seed));
  example_bytes(book, "promise key", PAT_SPAN_OF(log->promise.public_key));
  example_bytes(book, "parameters", example_encode(log, &log->genesis->base));
  example_line(book, "origin", log->origin.text);
  example_bytes(book, "Statement", submission->statement.bytes);
  example_hash(book, "root's id", submission->statement.sha256);
}

static void asset_id(example_log *log, example_book *book) {
  pat_span id = example_run(log, 0xd0, PAT_ASSET_ID_BYTES);
  char text[PAT_BASE32_ASSET_TEXT_BYTES];
  pat_base32_asset_encode(id.data, text);
  example_begin(book, "asset-id");
  example_bytes(book, "id", id);
  example_line(book, "written", text);
}

static void subject(example_book *book, const char *label, pat_subject_kind kind, pat_span id) {
  example_bytes(book, label, id);
  example_hash(book, "  K", pat_subject_key(kind, id));
}

static void subjects(example_log *log, example_book *book) {
  const pat_hash *maker = &log->submissions[LEAF_ENROLLED].statement.sha256;
  uint8_t output[PAT_VRF_OUTPUT_BYTES];
  static const uint8_t input[] = {0,   3,   'v', 'i', 'n', 0,   1,   '1', 0,   0,
                                  0,   17,  '1', 'M', '8', 'G', 'D', 'M', '9', 'A',
                                  'X', 'K', 'P', '0', '4', '2', '7', '8', '8'};
  example_must(pat_vrf_verify(log->vrf_key, PAT_SPAN_OF(input), log->identifier.proof, output));
  example_begin(book, "subject-keys");
  subject(book, "1 asset", PAT_SUBJECT_ASSET, example_run(log, 0xd0, PAT_ASSET_ID_BYTES));
  subject(book, "2 stream", PAT_SUBJECT_STREAM, example_run(log, 0xe0, PAT_STREAM_ID_BYTES));
  subject(book, "3 principal", PAT_SUBJECT_PRINCIPAL, pat_hash_span(maker));
  subject(book, "4 issued", PAT_SUBJECT_ISSUED, pat_hash_span(maker));
  subject(book, "5 key", PAT_SUBJECT_KEY, PAT_SPAN_OF(log->maker.public_key));
  subject(book, "6 class", PAT_SUBJECT_CLASS, pat_span_text("vehicle"));
  subject(book, "7 scheme", PAT_SUBJECT_SCHEME, pat_span_text("vin"));
  subject(book, "8 policy", PAT_SUBJECT_POLICY, pat_span_text("default"));
  subject(book, "9 identifier", PAT_SUBJECT_IDENTIFIER, PAT_SPAN_OF(output));
}

static void identifier(example_log *log, example_book *book) {
  const Patina__IdentifierScheme *scheme =
      log->submissions[LEAF_SCHEME].statement.message->scheme_published->scheme;
  const char *raw = log->submissions[LEAF_ASSIGNED].disclosures[0]->value->text;
  pat_identifier value;
  example_must(pat_identifier_normalise(scheme, pat_span_text(raw), &value, NULL));
  uint8_t buffer[512];
  pat_builder builder;
  pat_span input;
  uint8_t output[PAT_VRF_OUTPUT_BYTES];
  pat_builder_init(&builder, buffer, sizeof buffer);
  example_must(pat_identifier_vrf_input(scheme->name, scheme->version, "", &value, &builder));
  example_must(pat_builder_finish(&builder, &input));
  example_must(pat_vrf_verify(log->vrf_key, input, log->identifier.proof, output));
  example_begin(book, "identifier");
  example_line(book, "as read", raw);
  example_line(book, "normalised", value.text);
  example_bytes(book, "VRF input", input);
  example_bytes(book, "VRF key", PAT_SPAN_OF(log->vrf_key));
  example_bytes(book, "VRF proof", PAT_SPAN_OF(log->identifier.proof));
  example_bytes(book, "VRF output", PAT_SPAN_OF(output));
  example_hash(book, "K", log->identifier.key);
}

void examples_of_statements(example_log *log, example_book *book) {
  values(log, book);
  dates(book);
  disclosure(log, book);
  statement(log, book);
  signing(log, book);
  genesis(log, book);
  asset_id(log, book);
  subjects(log, book);
  identifier(log, book);
}
