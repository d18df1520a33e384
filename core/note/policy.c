/* Reading a policy file, line by line (declared in policy.h; judge.c has the rest). */
#include "core/note/policy.h"

#include "core/base/assert.h"
#include "core/bytes/reader.h"
#include "core/bytes/text.h"

/* The policy so far, and what is not part of the result. */
typedef struct {
  pat_policy *policy;
  size_t group_count;
  bool has_quorum;
} parse_state;

/* --- lines ----------------------------------------------------------------------------------- */

static bool is_blank(uint8_t byte) { return byte == ' ' || byte == '\t'; }

static bool character_allowed(uint8_t byte) {
  return byte == '\t' || byte == '\n' || (byte >= 0x20 && byte != 0x7f);
}

/* Takes the next item off the line; false where none is left. */
static bool next_item(pat_span *line, pat_span *ret_item) {
  size_t begin = 0;
  while (begin < line->size && is_blank(line->data[begin]))
    begin++;
  size_t end = begin;
  while (end < line->size && !is_blank(line->data[end]))
    end++;
  if (begin == end) return false;
  *ret_item = pat_span_slice(*line, begin, end - begin);
  *line = pat_span_slice(*line, end, line->size - end);
  return true;
}

/* Takes the optional URL that a log's or a witness's line ends with. */
static pat_status take_url(pat_span *line, pat_span *ret_url) {
  pat_span url = PAT_SPAN_EMPTY;
  pat_span extra = PAT_SPAN_EMPTY;
  if (next_item(line, &url)) PAT_REQUIRE(!next_item(line, &extra), POLICY_FORM);
  PAT_REQUIRE(url.size <= PAT_POLICY_URL_BYTES_MAX, POLICY_NAME);
  *ret_url = url;
  return PAT_OK;
}

/* --- parties --------------------------------------------------------------------------------- */

static bool find_party(const pat_policy *policy, pat_span name, uint16_t *ret_index) {
  for (size_t i = 0; i < policy->party_count; i++) {
    if (!pat_span_equal(policy->parties[i].name, name)) continue;
    *ret_index = (uint16_t)i;
    return true;
  }
  return false;
}

static pat_status check_new_name(const pat_policy *policy, pat_span name) {
  uint16_t index = 0;
  PAT_REQUIRE(name.size <= PAT_POLICY_NAME_BYTES_MAX, POLICY_NAME);
  PAT_REQUIRE(!pat_span_equal(name, PAT_SPAN_LITERAL("none")), POLICY_NAME);
  PAT_REQUIRE(!find_party(policy, name, &index), POLICY_DUPLICATE);
  return PAT_OK;
}

static bool same_public_key(const pat_note_key *a, const pat_note_key *b) {
  return pat_span_equal(PAT_SPAN_OF(a->public_key), PAT_SPAN_OF(b->public_key));
}

static pat_status parse_log(parse_state *state, pat_span line) {
  pat_policy *policy = state->policy;
  PAT_REQUIRE(policy->log_count < PAT_POLICY_LOGS_MAX, POLICY_LIMIT);
  pat_span vkey = PAT_SPAN_EMPTY;
  pat_policy_log log = {0};
  PAT_REQUIRE(next_item(&line, &vkey), POLICY_FORM);
  PAT_TRY(take_url(&line, &log.url));
  PAT_TRY(pat_note_key_parse(vkey, &log.key, NULL));
  PAT_REQUIRE(log.key.type == PAT_NOTE_TYPE_ED25519, POLICY_KEY);
  for (size_t i = 0; i < policy->log_count; i++)
    PAT_REQUIRE(!same_public_key(&policy->logs[i].key, &log.key), POLICY_DUPLICATE);
  policy->logs[policy->log_count++] = log;
  return PAT_OK;
}

static pat_status parse_witness(parse_state *state, pat_span line) {
  pat_policy *policy = state->policy;
  PAT_REQUIRE(policy->witness_count < PAT_POLICY_WITNESSES_MAX, POLICY_LIMIT);
  pat_policy_party party = {0};
  pat_span vkey = PAT_SPAN_EMPTY;
  PAT_REQUIRE(next_item(&line, &party.name), POLICY_FORM);
  PAT_REQUIRE(next_item(&line, &vkey), POLICY_FORM);
  PAT_TRY(take_url(&line, &party.url));
  PAT_TRY(check_new_name(policy, party.name));
  PAT_TRY(pat_note_key_parse(vkey, &party.key, NULL));
  PAT_REQUIRE(party.key.type == PAT_NOTE_TYPE_COSIGNATURE, POLICY_KEY);
  for (size_t i = 0; i < policy->party_count; i++) {
    if (policy->parties[i].is_group) continue;
    PAT_REQUIRE(!same_public_key(&policy->parties[i].key, &party.key), POLICY_DUPLICATE);
  }
  PAT_ASSERT(policy->party_count < PAT_POLICY_PARTIES_MAX);
  policy->parties[policy->party_count++] = party;
  policy->witness_count++;
  return PAT_OK;
}

/* Marks the parties that the line names as members of the group with this index. */
static pat_status take_members(pat_policy *policy, pat_span line, uint16_t group,
                               uint16_t *ret_count) {
  uint16_t count = 0;
  pat_span name = PAT_SPAN_EMPTY;
  while (next_item(&line, &name)) {
    uint16_t index = 0;
    PAT_REQUIRE(find_party(policy, name, &index), POLICY_NAME);
    PAT_REQUIRE(!policy->parties[index].is_member, POLICY_DUPLICATE);
    policy->parties[index].is_member = true;
    policy->parties[index].parent = group;
    count++;
  }
  PAT_REQUIRE(count >= 1, POLICY_FORM);
  *ret_count = count;
  return PAT_OK;
}

static pat_status parse_threshold(pat_span text, uint16_t member_count, uint16_t *ret_threshold) {
  PAT_ASSERT(member_count >= 1);
  uint64_t threshold = 0;
  if (pat_span_equal(text, PAT_SPAN_LITERAL("all")))
    threshold = member_count;
  else if (pat_span_equal(text, PAT_SPAN_LITERAL("any")))
    threshold = 1;
  else
    PAT_REQUIRE(pat_is_ok(pat_text_u64(text, &threshold)), POLICY_THRESHOLD);
  PAT_REQUIRE(threshold >= 1, POLICY_THRESHOLD);
  PAT_REQUIRE(threshold <= member_count, POLICY_THRESHOLD);
  *ret_threshold = (uint16_t)threshold;
  return PAT_OK;
}

static pat_status parse_group(parse_state *state, pat_span line) {
  pat_policy *policy = state->policy;
  PAT_REQUIRE(state->group_count < PAT_POLICY_GROUPS_MAX, POLICY_LIMIT);
  pat_policy_party party = {.is_group = true};
  pat_span threshold = PAT_SPAN_EMPTY;
  PAT_REQUIRE(next_item(&line, &party.name), POLICY_FORM);
  PAT_REQUIRE(next_item(&line, &threshold), POLICY_FORM);
  PAT_TRY(check_new_name(policy, party.name));
  uint16_t member_count = 0;
  PAT_TRY(take_members(policy, line, (uint16_t)policy->party_count, &member_count));
  PAT_TRY(parse_threshold(threshold, member_count, &party.threshold));
  PAT_ASSERT(policy->party_count < PAT_POLICY_PARTIES_MAX);
  policy->parties[policy->party_count++] = party;
  state->group_count++;
  return PAT_OK;
}

static pat_status parse_quorum(parse_state *state, pat_span line) {
  pat_span name = PAT_SPAN_EMPTY;
  pat_span extra = PAT_SPAN_EMPTY;
  PAT_REQUIRE(!state->has_quorum, POLICY_QUORUM);
  PAT_REQUIRE(next_item(&line, &name), POLICY_FORM);
  PAT_REQUIRE(!next_item(&line, &extra), POLICY_FORM);
  state->has_quorum = true;
  state->policy->quorum = PAT_POLICY_NO_QUORUM;
  if (pat_span_equal(name, PAT_SPAN_LITERAL("none"))) return PAT_OK;
  PAT_REQUIRE(find_party(state->policy, name, &state->policy->quorum), POLICY_NAME);
  return PAT_OK;
}

/* --- file ------------------------------------------------------------------------------------ */

static const struct {
  const char *keyword;
  pat_status (*parse)(parse_state *state, pat_span line);
} line_kinds[] = {{"log", parse_log},
                  {"witness", parse_witness},
                  {"group", parse_group},
                  {"quorum", parse_quorum}};

static pat_status parse_line(parse_state *state, pat_span line) {
  pat_span keyword = PAT_SPAN_EMPTY;
  if (!next_item(&line, &keyword)) return PAT_OK;
  if (keyword.data[0] == '#') return PAT_OK;
  for (size_t i = 0; i < sizeof line_kinds / sizeof line_kinds[0]; i++)
    if (pat_span_equal(keyword, pat_span_text(line_kinds[i].keyword)))
      return line_kinds[i].parse(state, line);
  return pat_refuse(PAT_RULE_POLICY_FORM);
}

pat_status pat_policy_parse(pat_span bytes, pat_policy *ret_policy, pat_err *reterr) {
  PAT_ASSERT(pat_span_valid(bytes));
  PAT_REQUIRE_AT(bytes.size <= PAT_POLICY_BYTES_MAX, POLICY_SIZE, reterr, 0, "policy");
  for (size_t i = 0; i < bytes.size; i++)
    PAT_REQUIRE_AT(character_allowed(bytes.data[i]), POLICY_CHARACTER, reterr, i, "policy");
  *ret_policy = (pat_policy){.quorum = PAT_POLICY_NO_QUORUM};
  parse_state state = {.policy = ret_policy};
  pat_reader reader;
  pat_reader_init(&reader, bytes);
  while (pat_reader_left(&reader) > 0) {
    const size_t at = pat_reader_offset(&reader);
    pat_span line = PAT_SPAN_EMPTY;
    PAT_REQUIRE_AT(pat_is_ok(pat_text_line(&reader, &line)), POLICY_FORM, reterr, at, "line");
    const pat_status status = parse_line(&state, line);
    if (!pat_is_ok(status)) return pat_refuse_at((pat_rule)status.rule, reterr, at, "line");
  }
  PAT_REQUIRE_AT(state.has_quorum, POLICY_QUORUM, reterr, bytes.size, "quorum");
  return PAT_OK;
}
