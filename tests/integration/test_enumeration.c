/* Whoever knows a maker's prefix tries all its serial numbers against every public byte of a log,
 * and identifies nobody.
 *
 * usage: test_enumeration MIRROR PORT NUMBERS PREFIX
 *   MIRROR   a folder of the log's public files (patina log audit --mirror)
 *   PORT     of the server: index answers are asked for, and, by the examiner, look-ups
 *   NUMBERS  the imported numbers in the order of the source, one a line
 *   PREFIX   what they all begin with; the rest is the serial number
 *
 * The attacker has the mirror, the index's answers, and one known car. The examiner asks the log
 * for every number, to judge him: he must not be right, and the same search with what the examiner
 * knows must find everybody. Prints its figures last; ends with 1 where somebody is identified, or
 * the order of the log tells of the order of the numbers. */
#include <ftw.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/assert.h"
#include "core/bytes/protobuf.h"
#include "core/envelope/identifier_proof.h"
#include "core/note/proof_file.h"
#include "core/tlog/tile.h"
#include "tests/integration/live_ledger.h"

enum {
  NUMBERS_MAX = 100000,
  MEMORY_BYTES = 1 << 30, /* reserved, touched on demand */
  WINDOW = 8,             /* bytes by which a value is looked for */
  NEIGHBOURS = 10,        /* entries on each side of the known car */
  INDEX_ASKED = 500,      /* answers of the index that the attacker asks for */
  SECRETS_GUESSED = 3,
};

/* --- public bytes ---------------------------------------------------------------------------- */

/* Every run of 8 bytes that is public, as a set of numbers. */
typedef struct {
  uint64_t *slots; /* 0: free */
  size_t capacity; /* a power of two, at most half used */
  size_t count;
  uint64_t bytes;
} window_set;

static window_set windows;
static pat_arena arena;
static char needle[64]; /* the prefix, which must stand nowhere in clear */
static uint64_t in_clear;

static uint64_t window_at(const uint8_t *bytes) {
  uint64_t value = 0;
  memcpy(&value, bytes, WINDOW);
  return value == 0 ? 1 : value;
}

static size_t slot_of(const window_set *set, uint64_t value) {
  size_t at = (size_t)(value * 0x9e3779b97f4a7c15u >> 20) & (set->capacity - 1);
  while (set->slots[at] != 0 && set->slots[at] != value)
    at = (at + 1) & (set->capacity - 1);
  return at;
}

static void add_window(window_set *set, uint64_t value) {
  size_t at = slot_of(set, value);
  if (set->slots[at] != 0) return;
  set->slots[at] = value;
  set->count++;
  PAT_ASSERT(set->count <= set->capacity / 2);
}

static void add_public(pat_span bytes) {
  windows.bytes += bytes.size;
  for (size_t i = 0; i + WINDOW <= bytes.size; i++)
    add_window(&windows, window_at(bytes.data + i));
  size_t size = strlen(needle);
  for (size_t i = 0; i + size <= bytes.size; i++) {
    if (memcmp(bytes.data + i, needle, size) == 0) in_clear++;
  }
}

/* True where a value's first 8 bytes stand somewhere: by chance, once in 10^12 tries. */
static bool is_public(pat_span value) {
  PAT_ASSERT(value.size >= WINDOW);
  return windows.slots[slot_of(&windows, window_at(value.data))] != 0;
}

/* --- leaves ---------------------------------------------------------------------------------- */

static pat_span read_file(const char *path) {
  FILE *stream = fopen(path, "rb");
  PAT_ASSERT(stream != NULL);
  PAT_ASSERT(fseek(stream, 0, SEEK_END) == 0);
  long size = ftell(stream);
  PAT_ASSERT(size >= 0);
  rewind(stream);
  uint8_t *bytes = pat_arena_take(&arena, (size_t)size + 1);
  PAT_ASSERT(bytes != NULL);
  PAT_ASSERT(fread(bytes, 1, (size_t)size, stream) == (size_t)size);
  fclose(stream);
  return pat_span_make(bytes, (size_t)size);
}

static int take_file(const char *path, const struct stat *about, int type, struct FTW *where) {
  (void)about;
  (void)where;
  if (type == FTW_F) add_public(read_file(path));
  return 0;
}

/* --- what the attacker tries ----------------------------------------------------------------- */

/* One number as he writes it. */
typedef struct {
  pat_identifier value;
  uint8_t alpha[512];
  pat_span inputs[6]; /* what an identifier's key might be made of */
  size_t input_count;
  pat_hash digests[3];
} candidate;

static uint64_t tried;

static bool try_value(pat_span value) {
  tried++;
  return is_public(value);
}

/* The value itself, its hash, and the subject of each kind that an asset or an identifier has. */
static bool try_input(pat_span input) {
  pat_hash hash = pat_hash_of(input);
  bool hit = try_value(pat_hash_span(&hash));
  static const pat_subject_kind kinds[] = {PAT_SUBJECT_ASSET, PAT_SUBJECT_STREAM,
                                           PAT_SUBJECT_IDENTIFIER};
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    pat_hash key = pat_subject_key(kinds[i], input);
    hit |= try_value(pat_hash_span(&key));
    key = pat_subject_key(kinds[i], pat_hash_span(&hash));
    hit |= try_value(pat_hash_span(&key));
    key = pat_subject_key(kinds[i], pat_span_make(hash.bytes, PAT_ASSET_ID_BYTES));
    hit |= try_value(pat_hash_span(&key));
  }
  return hit;
}

static candidate make_candidate(const char *number) {
  candidate made = {.value = {.size = strlen(number)}};
  PAT_ASSERT(made.value.size <= PAT_IDENTIFIER_BYTES_MAX);
  memcpy(made.value.text, number, made.value.size + 1);
  return made;
}

static pat_span alpha_of(candidate *made, uint32_t version) {
  pat_builder builder;
  pat_builder_init(&builder, made->alpha, sizeof made->alpha);
  PAT_ASSERT(pat_is_ok(pat_identifier_vrf_input("vin", version, "", &made->value, &builder)));
  pat_span alpha;
  PAT_ASSERT(pat_is_ok(pat_builder_finish(&builder, &alpha)));
  return alpha;
}

/* All that can be computed of a number without the VRF's secret. */
static bool attack(const char *number, const uint8_t vrf_key[PAT_PUBLIC_KEY_BYTES]) {
  candidate made = make_candidate(number);
  bool hit = try_input(pat_span_text(number));
  pat_span alpha = alpha_of(&made, 1);
  hit |= try_input(alpha);
  uint8_t keyed[sizeof made.alpha + PAT_PUBLIC_KEY_BYTES];
  memcpy(keyed, vrf_key, PAT_PUBLIC_KEY_BYTES);
  memcpy(keyed + PAT_PUBLIC_KEY_BYTES, alpha.data, alpha.size);
  hit |= try_input(pat_span_make(keyed, PAT_PUBLIC_KEY_BYTES + alpha.size));
  return hit;
}

/* As a prover with secrets that a careless operator might have: 1, 2, 3. Slow: not for everyone. */
static bool attack_by_guess(const char *number) {
  candidate made = make_candidate(number);
  bool hit = false;
  for (unsigned guess = 1; guess <= SECRETS_GUESSED; guess++) {
    uint8_t secret[PAT_VRF_SECRET_BYTES] = {(uint8_t)guess};
    pat_identifier_name name = {"vin", 1, "", &made.value};
    pat_identifier_proof proof;
    PAT_ASSERT(pat_is_ok(pat_identifier_prove(secret, &name, &proof)));
    hit |= try_value(PAT_SPAN_OF(proof.proof));
    hit |= try_value(pat_hash_span(&proof.key));
  }
  return hit;
}

/* --- asking the server ----------------------------------------------------------------------- */

static pat_span ask(unsigned port, live_request request) {
  live_ledger live = {.process = {.port = port}};
  live_answer answer = live_ask(&live, request);
  PAT_ASSERT(answer.status == 200);
  uint8_t *copy = pat_arena_take(&arena, answer.body.size + 1);
  PAT_ASSERT(copy != NULL);
  memcpy(copy, answer.body.data, answer.body.size);
  pat_span body = pat_span_make(copy, answer.body.size);
  live_answer_clear(&answer);
  return body;
}

/* What the index answers about a subject that is not there shows a neighbour: his key and value. */
static void ask_index(unsigned port, const pat_hash *key) {
  char path[128] = "/v1/index/";
  for (size_t i = 0; i < PAT_HASH_BYTES; i++)
    (void)snprintf(path + 10 + 2 * i, 3, "%02x", key->bytes[i]);
  pat_span body = ask(port, (live_request){.path = path});
  pat_proof_file file;
  PAT_ASSERT(pat_is_ok(pat_proof_file_decode(body, &arena, &file, NULL)));
  add_public(body);
  add_public(file.extra);
}

/* Where the examiner is told that a number stands, and under which subject. */
typedef struct {
  uint64_t index;
  pat_hash key;
} place;

static place look_up(unsigned port, const char *number) {
  Patina__LookupRequest message = PATINA__LOOKUP_REQUEST__INIT;
  message.scheme = (char *)"vin";
  message.value = (char *)(uintptr_t)number;
  uint8_t bytes[256];
  pat_builder builder;
  pat_builder_init(&builder, bytes, sizeof bytes);
  PAT_ASSERT(pat_is_ok(pat_protobuf_encode(&message.base, &builder)));
  size_t mark = pat_arena_mark(&arena);
  pat_span body =
      ask(port, (live_request){.path = "/v1/lookup",
                               .accept = LIVE_PROTOBUF,
                               .type = LIVE_PROTOBUF,
                               .body = pat_span_make(bytes, pat_builder_size(&builder))});
  ProtobufCMessage *answer = NULL;
  PAT_ASSERT(pat_is_ok(
      pat_protobuf_decode(&patina__lookup_response__descriptor, body, &arena, 0, &answer, NULL)));
  const Patina__LookupResponse *found = (const Patina__LookupResponse *)answer;
  PAT_ASSERT(found->n_answers == 1 && found->answers[0]->history->n_spans == 1);
  place where = {.index = found->answers[0]->history->spans[0]->assigned_index};
  memcpy(where.key.bytes, found->answers[0]->history->key.data, PAT_HASH_BYTES);
  pat_arena_reset_to(&arena, mark);
  return where;
}

/* --- the examiner ---------------------------------------------------------------------------- */

static char *numbers[NUMBERS_MAX];
static place places[NUMBERS_MAX];
static size_t number_count;

static void read_numbers(const char *path) {
  char *text = (char *)(uintptr_t)read_file(path).data; /* a zero byte follows */
  for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
    PAT_ASSERT(number_count < NUMBERS_MAX);
    numbers[number_count++] = line;
  }
}

static int by_index(const void *a, const void *b) {
  uint64_t left = places[*(const size_t *)a].index;
  uint64_t right = places[*(const size_t *)b].index;
  return (left > right) - (left < right);
}

/* Which numbers stand in the log's order: order[k] is the number of the k-th assignment. */
static void order_by_log(size_t *order) {
  for (size_t i = 0; i < number_count; i++)
    order[i] = i;
  qsort(order, number_count, sizeof *order, by_index);
}

/* Spearman's rank correlation of the source's order with the log's. */
static double correlation(const size_t *order) {
  double sum = 0;
  for (size_t k = 0; k < number_count; k++) {
    double difference = (double)k - (double)order[k];
    sum += difference * difference;
  }
  double n = (double)number_count;
  return 1 - 6 * sum / (n * (n * n - 1));
}

/* How far, on average, the serial ranks of the known car's neighbours in the log are from its own,
 * as a share of all: the car in the middle of the source, so a quarter where they say nothing. */
static double neighbours_of(const size_t *order, size_t known) {
  size_t at = 0;
  while (order[at] != known)
    at++;
  double sum = 0;
  size_t count = 0;
  size_t from = at < NEIGHBOURS ? 0 : at - NEIGHBOURS;
  for (size_t k = from; k <= at + NEIGHBOURS && k < number_count; k++) {
    if (k == at) continue;
    sum += order[k] > known ? (double)(order[k] - known) : (double)(known - order[k]);
    count++;
  }
  return sum / (double)count / (double)number_count;
}

/* --- all ------------------------------------------------------------------------------------- */

static void open_windows(void) {
  windows.capacity = (size_t)1 << 26;
  windows.slots = calloc(windows.capacity, sizeof *windows.slots);
  void *memory = malloc(MEMORY_BYTES);
  PAT_ASSERT(windows.slots != NULL && memory != NULL);
  pat_arena_init(&arena, memory, MEMORY_BYTES);
}

/* The VRF's public key stands in the genesis, for all to see. */
static pat_span genesis_vrf_key(const char *mirror, size_t size) {
  char path[1024];
  uint16_t width = size < PAT_TLOG_TILE_WIDTH ? (uint16_t)size : PAT_TLOG_TILE_WIDTH;
  (void)snprintf(
      path, sizeof path,
      width == PAT_TLOG_TILE_WIDTH ? "%s/tile/entries/000%.0d" : "%s/tile/entries/000.p/%d", mirror,
      width == PAT_TLOG_TILE_WIDTH ? 0 : width);
  pat_span entries[PAT_TLOG_TILE_WIDTH];
  PAT_ASSERT(pat_is_ok(pat_tlog_bundle_decode(read_file(path), width, entries, NULL)));
  ProtobufCMessage *message = NULL;
  PAT_ASSERT(pat_is_ok(
      pat_protobuf_decode(&patina__log_entry__descriptor, entries[0], &arena, 0, &message, NULL)));
  ProtobufCBinaryData said = ((const Patina__LogEntry *)message)->statement->statement;
  PAT_ASSERT(pat_is_ok(pat_protobuf_decode(&patina__statement__descriptor,
                                           pat_span_make(said.data, said.len), &arena, 0, &message,
                                           NULL)));
  ProtobufCBinaryData key = ((const Patina__Statement *)message)->genesis->parameters->vrf_key;
  PAT_ASSERT(key.len == PAT_PUBLIC_KEY_BYTES);
  return pat_span_make(key.data, key.len);
}

/* The size that the mirror's checkpoint states: its second line. */
static size_t mirrored_size(const char *mirror) {
  char path[1024];
  (void)snprintf(path, sizeof path, "%s/checkpoint", mirror);
  const char *text = (const char *)read_file(path).data;
  return strtoul(strchr(text, '\n') + 1, NULL, 10);
}

/* All serial numbers of the prefix, as many digits as the imported ones have. */
static uint64_t enumerate(const char *prefix, const uint8_t *vrf_key, uint64_t *ret_count) {
  size_t digits = strlen(numbers[0]) - strlen(prefix);
  uint64_t identified = 0;
  *ret_count = 1;
  for (size_t i = 0; i < digits; i++)
    *ret_count *= 10;
  for (uint64_t serial = 0; serial < *ret_count; serial++) {
    char number[64];
    (void)snprintf(number, sizeof number, "%s%0*" PRIu64, prefix, (int)digits, serial);
    if (attack(number, vrf_key)) identified++;
  }
  for (size_t i = 0; i < number_count && i < INDEX_ASKED; i++)
    identified += attack_by_guess(numbers[i]) ? 1 : 0;
  return identified;
}

/* The attacker asks the index for subjects that he makes up, to see their neighbours. */
static void ask_neighbours(unsigned port) {
  for (uint64_t i = 0; i < INDEX_ASKED; i++) {
    pat_hash key = pat_hash_of(pat_span_make(&i, sizeof i));
    ask_index(port, &key);
  }
}

/* With what the examiner knows, the same search finds everybody. */
static size_t control(void) {
  size_t found = 0;
  for (size_t i = 0; i < number_count; i++)
    found += is_public(pat_hash_span(&places[i].key)) ? 1 : 0;
  return found;
}

static bool judge(size_t found, uint64_t identified) {
  static size_t order[NUMBERS_MAX];
  order_by_log(order);
  double rho = correlation(order);
  double noise = 4 / sqrt((double)number_count - 1);
  double apart = neighbours_of(order, number_count / 2);
  double least = 0.25 - 4 * 0.1443 / sqrt(2 * NEIGHBOURS);
  printf("identified=%" PRIu64 " in_clear=%" PRIu64
         " control=%zu/%zu rank_correlation=%.3f"
         " noise=%.3f known_car_neighbours=%.2f of 0.25\n",
         identified, in_clear, found, number_count, rho, noise, apart);
  return identified == 0 && in_clear == 0 && found == number_count && fabs(rho) < noise &&
         apart > least;
}

int main(int argc, char **argv) {
  if (argc != 5) {
    fprintf(stderr, "usage: %s MIRROR PORT NUMBERS PREFIX\n", argv[0]);
    return 2;
  }
  unsigned port = (unsigned)strtoul(argv[2], NULL, 10);
  open_windows();
  (void)snprintf(needle, sizeof needle, "%s", argv[4]);
  read_numbers(argv[3]);
  PAT_ASSERT(number_count > 2 * NEIGHBOURS);
  PAT_ASSERT(nftw(argv[1], take_file, 16, FTW_PHYS) == 0);
  ask_neighbours(port);
  uint8_t vrf_key[PAT_PUBLIC_KEY_BYTES];
  memcpy(vrf_key, genesis_vrf_key(argv[1], mirrored_size(argv[1])).data, sizeof vrf_key);
  uint64_t serials = 0;
  uint64_t identified = enumerate(argv[4], vrf_key, &serials);
  for (size_t i = 0; i < number_count; i++)
    places[i] = look_up(port, numbers[i]);
  printf("serials=%" PRIu64 " cars=%zu public_bytes=%" PRIu64 " index_answers=%d tried=%" PRIu64
         " ",
         serials, number_count, windows.bytes, INDEX_ASKED, tried);
  return judge(control(), identified) ? 0 : 1;
}
