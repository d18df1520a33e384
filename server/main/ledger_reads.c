#include "server/main/ledger_reads.h"

#include "core/base/assert.h"
#include "core/bytes/protobuf.h"
#include "core/ledger/record.h"
#include "core/model/catalog.h"
#include "server/sequencer/keys.h"
#include "server/sys/mem.h"

static pat_port_head to_port(pat_published_head head) {
  return (pat_port_head){head.size, head.epoch, head.time_ms};
}

static const pat_store_snapshot *snapshot_of(const pat_ledger_context *ledger) {
  return ledger->at == NULL ? NULL : ledger->at->snapshot;
}

static pat_published_head head_of(pat_ledger_context *ledger) {
  return ledger->at == NULL ? pat_published_get(ledger->published) : ledger->at->head;
}

static pat_status get(const pat_ledger_context *context, pat_table table, pat_span key,
                      pat_blob *ret_value) {
  return pat_store_get(context->store, snapshot_of(context), (pat_store_key){table, key},
                       ret_value);
}

/* --- the published tree ---------------------------------------------------------------------- */

static pat_status read_head(void *context, pat_port_head *ret_head) {
  pat_ledger_context *ledger = context;
  *ret_head = to_port(head_of(ledger));
  return PAT_OK;
}

static pat_status wait_head(void *context, uint64_t size, uint64_t wait_ms,
                            pat_port_head *ret_head) {
  pat_ledger_context *ledger = context;
  *ret_head = to_port(pat_published_wait(ledger->published, size, wait_ms));
  return PAT_OK;
}

pat_status pat_ledger_port__checkpoint(void *context, uint64_t size, pat_blob *ret_note) {
  pat_ledger_context *ledger = context;
  bool published = size <= head_of(ledger).size;
  PAT_REQUIRE(published, API_CHECKPOINT_NOT_FOUND);
  pat_sequencer_key key = pat_note_key_of_size(size);
  pat_status status = get(ledger, PAT_TABLE_META, pat_sequencer_key_span(&key), ret_note);
  PAT_REQUIRE(!pat_is_rule(status, PAT_RULE_STORE_NOT_FOUND), API_CHECKPOINT_NOT_FOUND);
  return status;
}

pat_status pat_ledger_port__leaf(void *context, uint64_t index, pat_blob *ret_leaf) {
  pat_sequencer_key key = pat_number_key(index);
  return get(context, PAT_TABLE_LEAF, pat_sequencer_key_span(&key), ret_leaf);
}

/* Reads nodes of a published tree. A view holds the tree's right edge; without one, readers take a
 * copy of their own, which is large for a stack. */
typedef struct {
  pat_frontier *copy;
  pat_tree_reader reader;
} open_tree;

static void close_tree(open_tree *tree) {
  pat_tree_reader_clear(&tree->reader);
  pat_mem_free(tree->copy);
}

static pat_status open_tree_at(pat_ledger_context *ledger, open_tree *tree) {
  tree->reader = (pat_tree_reader){.store = ledger->store};
  if (ledger->at != NULL) {
    tree->reader.frontier = ledger->at->frontier;
    return PAT_OK;
  }
  tree->copy = pat_mem_new(sizeof *tree->copy);
  PAT_REQUIRE(tree->copy != NULL, LIMIT_MEMORY);
  (void)pat_published_edge(ledger->published, tree->copy);
  tree->reader.frontier = tree->copy;
  return PAT_OK;
}

static pat_status read_path(const pat_tlog_source *source, uint64_t index, uint64_t size,
                            pat_port_path *ret_path) {
  pat_tlog_plan plan;
  PAT_TRY(pat_tlog_inclusion_nodes(index, size, &plan));
  pat_tlog_proof proof;
  PAT_TRY(pat_tlog_proof_build(&plan, source, &proof));
  PAT_ASSERT(proof.count <= PAT_PROOF_HASHES_MAX);
  for (size_t i = 0; i < proof.count; i++)
    ret_path->hashes[i] = proof.hashes[i];
  ret_path->count = proof.count;
  return PAT_OK;
}

pat_status pat_ledger_port__inclusion(void *context, const uint64_t *indexes, size_t count,
                                      uint64_t size, pat_port_path *ret_paths) {
  pat_ledger_context *ledger = context;
  PAT_CLEANUP(close_tree) open_tree tree = {.copy = NULL};
  PAT_TRY(open_tree_at(ledger, &tree));
  PAT_REQUIRE(size <= tree.reader.frontier->size, API_CHECKPOINT_NOT_FOUND);
  pat_tlog_source source = pat_tree_reader_source(&tree.reader);
  for (size_t i = 0; i < count; i++) {
    PAT_TRY(read_path(&source, indexes[i], size, &ret_paths[i]));
  }
  return PAT_OK;
}

static pat_status read_consistency(void *context, uint64_t older, uint64_t newer,
                                   pat_tlog_proof *ret_proof) {
  pat_ledger_context *ledger = context;
  PAT_CLEANUP(close_tree) open_tree tree = {.copy = NULL};
  PAT_TRY(open_tree_at(ledger, &tree));
  PAT_REQUIRE(newer <= tree.reader.frontier->size, API_CHECKPOINT_NOT_FOUND);
  pat_tlog_source source = pat_tree_reader_source(&tree.reader);
  pat_tlog_plan plan;
  PAT_TRY(pat_tlog_consistency_nodes(older, newer, &plan));
  return pat_tlog_proof_build(&plan, &source, ret_proof);
}

/* The leaves of one bundle. */
typedef struct {
  pat_blob leaves[PAT_TLOG_TILE_WIDTH];
  size_t count;
} bundle_leaves;

static void clear_leaves(bundle_leaves *leaves) {
  for (size_t i = 0; i < leaves->count; i++)
    pat_blob_clear(&leaves->leaves[i]);
}

static pat_status read_leaves(pat_ledger_context *ledger, const pat_tlog_tile *tile,
                              bundle_leaves *ret_leaves) {
  pat_sequencer_key keys[PAT_TLOG_TILE_WIDTH];
  pat_store_key store_keys[PAT_TLOG_TILE_WIDTH];
  for (size_t i = 0; i < tile->width; i++) {
    keys[i] = pat_number_key(tile->index * PAT_TLOG_TILE_WIDTH + i);
    store_keys[i] = (pat_store_key){PAT_TABLE_LEAF, pat_sequencer_key_span(&keys[i])};
  }
  PAT_TRY(pat_store_get_many(ledger->store, snapshot_of(ledger), store_keys, tile->width,
                             ret_leaves->leaves));
  ret_leaves->count = tile->width;
  return PAT_OK;
}

static pat_status write_leaves(const bundle_leaves *leaves, const pat_blob *bytes) {
  pat_builder builder;
  pat_builder_init(&builder, bytes->data, bytes->size);
  for (size_t i = 0; i < leaves->count; i++) {
    PAT_TRY(pat_tlog_bundle_append(&builder, pat_blob_span(leaves->leaves[i])));
  }
  return PAT_OK;
}

static pat_status read_bundle(pat_ledger_context *ledger, const pat_tlog_tile *tile,
                              pat_blob *ret_bytes) {
  PAT_CLEANUP(clear_leaves) bundle_leaves leaves = {.count = 0};
  PAT_TRY(read_leaves(ledger, tile, &leaves));
  size_t size = 0;
  for (size_t i = 0; i < leaves.count; i++) {
    PAT_REQUIRE(pat_blob_is_set(leaves.leaves[i]), STORE_CORRUPT);
    size += 2 + leaves.leaves[i].size;
  }
  PAT_CLEANUP(pat_blob_clear) pat_blob bytes = {0};
  PAT_TRY(pat_blob_init(size, &bytes));
  PAT_TRY(write_leaves(&leaves, &bytes));
  *ret_bytes = pat_blob_take(&bytes);
  return PAT_OK;
}

static pat_status read_tile(void *context, const pat_tlog_tile *tile, pat_blob *ret_bytes) {
  pat_ledger_context *ledger = context;
  if (tile->kind == PAT_TLOG_TILE_ENTRIES) return read_bundle(ledger, tile, ret_bytes);
  PAT_CLEANUP(close_tree) open_tree tree = {.copy = NULL};
  PAT_TRY(open_tree_at(ledger, &tree));
  return pat_tree_reader_tile(&tree.reader, tile, ret_bytes);
}

/* --- records --------------------------------------------------------------------------------- */

pat_status pat_ledger_port__statement(void *context, const pat_hash *sha256, pat_blob *ret_record) {
  return get(context, PAT_TABLE_STATEMENT, pat_hash_span(sha256), ret_record);
}

static pat_status read_state(void *context, char prefix, pat_span id, pat_blob *ret_record) {
  pat_state_key key = pat_state_key_of((pat_state_prefix)prefix, id);
  return get(context, PAT_TABLE_STATE, pat_span_make(key.bytes, key.size), ret_record);
}

/* --- subjects -------------------------------------------------------------------------------- */

typedef struct {
  uint8_t bytes[PAT_HASH_BYTES + 8];
} sublog_key;

static sublog_key sublog_key_of(const pat_hash *subject, uint64_t seq) {
  sublog_key key;
  pat_builder builder;
  pat_builder_init(&builder, key.bytes, sizeof key.bytes);
  pat_builder_span(&builder, pat_hash_span(subject));
  pat_builder_u64be(&builder, seq);
  return key;
}

static pat_status decode_sublog_entry(pat_span value, pat_port_subject_entry *ret_entry) {
  pat_reader reader;
  pat_reader_init(&reader, value);
  pat_span hash = PAT_SPAN_EMPTY;
  pat_port_subject_entry entry;
  PAT_REQUIRE(pat_is_ok(pat_reader_u64be(&reader, &entry.index)), STORE_CORRUPT);
  PAT_REQUIRE(pat_is_ok(pat_reader_take(&reader, PAT_HASH_BYTES, &hash)), STORE_CORRUPT);
  PAT_REQUIRE(pat_is_ok(pat_reader_finish(&reader)), STORE_CORRUPT);
  pat_span_copy(entry.leaf_hash.bytes, PAT_HASH_BYTES, hash);
  *ret_entry = entry;
  return PAT_OK;
}

static pat_status read_subject(void *context, const pat_hash *key, uint64_t from, size_t limit,
                               pat_port_subject_entry *ret_entries, size_t *ret_count) {
  pat_ledger_context *ledger = context;
  sublog_key first = sublog_key_of(key, from);
  sublog_key last = sublog_key_of(key, UINT64_MAX);
  pat_store_range range = {PAT_TABLE_SUBLOG, PAT_SPAN_OF(first.bytes), PAT_SPAN_OF(last.bytes)};
  PAT_CLEANUP(pat_store_cursor_close_at) pat_store_cursor *cursor = NULL;
  PAT_TRY(pat_store_cursor_open(ledger->store, snapshot_of(ledger), range, &cursor));
  size_t count = 0;
  while (count < limit) {
    pat_span found_key;
    pat_span value;
    pat_status status = pat_store_cursor_next(cursor, &found_key, &value);
    if (pat_is_rule(status, PAT_RULE_STORE_END)) break;
    PAT_TRY(status);
    PAT_TRY(decode_sublog_entry(value, &ret_entries[count]));
    count++;
  }
  *ret_count = count;
  return PAT_OK;
}

static pat_status record_count(pat_ledger_context *ledger, const pat_hash *key,
                               uint64_t *ret_count) {
  PAT_CLEANUP(pat_blob_clear) pat_blob record = {0};
  pat_status status = get(ledger, PAT_TABLE_SUBJECT, pat_hash_span(key), &record);
  *ret_count = 0;
  if (pat_is_rule(status, PAT_RULE_STORE_NOT_FOUND)) return PAT_OK;
  PAT_TRY(status);
  enum { RECORD_BYTES = 8192 };
  _Alignas(16) uint8_t memory[RECORD_BYTES];
  pat_arena arena;
  pat_arena_init(&arena, memory, sizeof memory);
  pat_changed_subject subject;
  PAT_TRY(pat_ledger_subject_value(pat_hash_span(key), pat_blob_span(record), &arena, &subject));
  *ret_count = subject.count;
  return PAT_OK;
}

/* The record may be ahead of the published size: the last entries are looked at until one lies
 * below it. */
static pat_status read_subject_count(void *context, const pat_hash *key, uint64_t size,
                                     uint64_t *ret_count) {
  uint64_t count = 0;
  PAT_TRY(record_count(context, key, &count));
  uint64_t low = 0;
  uint64_t high = count;
  while (low < high) {
    uint64_t middle = low + (high - low) / 2;
    pat_port_subject_entry entry;
    size_t found = 0;
    PAT_TRY(read_subject(context, key, middle, 1, &entry, &found));
    PAT_REQUIRE(found == 1, STORE_CORRUPT);
    if (entry.index < size) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  *ret_count = low;
  return PAT_OK;
}

/* --- identifiers ----------------------------------------------------------------------------- */

static pat_status latest_scheme(pat_ledger_context *ledger, const char *name, pat_arena *arena,
                                uint32_t *ret_version) {
  PAT_CLEANUP(pat_blob_clear) pat_blob record = {0};
  pat_status status = read_state(ledger, PAT_STATE_SCHEME, pat_span_text(name), &record);
  PAT_REQUIRE(!pat_is_rule(status, PAT_RULE_STORE_NOT_FOUND), API_SCHEME_NOT_FOUND);
  PAT_TRY(status);
  ProtobufCMessage *decoded = NULL;
  PAT_TRY(pat_protobuf_decode(&patina__version_record__descriptor, pat_blob_span(record), arena, 0,
                              &decoded, NULL));
  *ret_version = ((const Patina__VersionRecord *)decoded)->version;
  return PAT_OK;
}

static pat_status read_scheme(pat_ledger_context *ledger, const char *name, uint32_t version,
                              pat_arena *arena, const Patina__IdentifierScheme **ret_scheme) {
  pat_blob record = {0};
  pat_state_key key = pat_state_key_version(PAT_STATE_SCHEME_VERSION, name, version);
  PAT_TRY(get(ledger, PAT_TABLE_STATE, pat_span_make(key.bytes, key.size), &record));
  ProtobufCMessage *decoded = NULL;
  pat_status status = pat_protobuf_decode(&patina__identifier_scheme__descriptor,
                                          pat_blob_span(record), arena, 0, &decoded, NULL);
  pat_blob_clear(&record); /* a scheme has texts alone, and those are copied */
  PAT_TRY(status);
  *ret_scheme = (const Patina__IdentifierScheme *)decoded;
  return PAT_OK;
}

static pat_status normalise(const Patina__IdentifierScheme *scheme, const pat_port_lookup *lookup,
                            pat_identifier *ret_value, pat_err *reterr) {
  PAT_TRY(pat_identifier_scope_check(scheme, lookup->scope, reterr));
  return pat_identifier_normalise(scheme, pat_span_text(lookup->value), ret_value, reterr);
}

static pat_status prove_identifier(const pat_ledger_context *ledger, const pat_port_lookup *lookup,
                                   pat_port_identifier *identifier) {
  pat_identifier_name name = {lookup->scheme, identifier->scheme_version, lookup->scope,
                              &identifier->value};
  pat_identifier_proof proof;
  PAT_TRY(pat_identifier_prove(ledger->keys->vrf_secret, &name, &proof));
  identifier->key = proof.key;
  pat_span_copy(identifier->proof, sizeof identifier->proof, PAT_SPAN_OF(proof.proof));
  return PAT_OK;
}

/* A lookup over the published versions of its scheme. */
typedef struct {
  pat_ledger_context *ledger;
  const pat_port_lookup *asked;
  pat_status impossible; /* why the last version that cannot have it cannot; OK: all can */
  pat_err where;
} version_run;

static pat_status prove_version(version_run *run, uint32_t version, pat_arena *arena,
                                pat_port_identifier *ret_identifier) {
  const Patina__IdentifierScheme *scheme = NULL;
  pat_arena_reset_to(arena, 0);
  PAT_TRY(read_scheme(run->ledger, run->asked->scheme, version, arena, &scheme));
  *ret_identifier = (pat_port_identifier){.scheme_version = version};
  pat_status status = normalise(scheme, run->asked, &ret_identifier->value, &run->where);
  ret_identifier->is_possible = pat_is_ok(status);
  if (!pat_is_ok(status)) {
    run->impossible = status;
    return PAT_OK;
  }
  return prove_identifier(run->ledger, run->asked, ret_identifier);
}

static bool is_possible(const pat_port_identifier *identifiers, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (identifiers[i].is_possible) return true;
  }
  return false;
}

static pat_status read_lookup(void *context, const pat_port_lookup *lookup,
                              pat_port_identifier *ret_identifiers, size_t *ret_count,
                              pat_err *reterr) {
  enum { LOOKUP_BYTES = 256 * 1024 };
  PAT_CLEANUP(pat_mem_free_at) void *memory = pat_mem_resize(NULL, LOOKUP_BYTES, 1);
  PAT_REQUIRE(memory != NULL, LIMIT_MEMORY);
  pat_arena arena;
  pat_arena_init(&arena, memory, LOOKUP_BYTES);
  PAT_REQUIRE_AT(pat_is_ok(pat_name_check(lookup->scheme, "scheme", NULL)), API_SCHEME_NOT_FOUND,
                 reterr, 0, "scheme");
  uint32_t latest = 0;
  PAT_TRY(latest_scheme(context, lookup->scheme, &arena, &latest));
  PAT_REQUIRE(latest <= PAT_API_SCHEME_VERSIONS_MAX, STORE_CORRUPT);
  version_run run = {.ledger = context, .asked = lookup};
  for (uint32_t version = 1; version <= latest; version++) {
    PAT_TRY(prove_version(&run, version, &arena, &ret_identifiers[version - 1]));
  }
  if (!is_possible(ret_identifiers, latest)) {
    return pat_refuse_at((pat_rule)run.impossible.rule, reterr, run.where.offset, run.where.place);
  }
  *ret_count = latest;
  return PAT_OK;
}

static const Patina__Policy *read_policy(void *context) {
  const pat_ledger_context *ledger = context;
  return ledger->genesis->policy;
}

static pat_status read_ready(void *context) {
  pat_ledger_context *ledger = context;
  PAT_TRY(pat_sequencer_state(ledger->sequencer));
  return pat_store_check_room(ledger->store, 0);
}

void pat_ledger_port_init(pat_ledger_context *context, pat_ledger_port *ret_port) {
  *ret_port = (pat_ledger_port){
      .context = context,
      .origin = context->origin,
      .policy = read_policy,
      .reserve = pat_ledger_port__reserve,
      .unreserve = pat_ledger_port__unreserve,
      .submit = pat_ledger_port__submit,
      .head = read_head,
      .wait = wait_head,
      .checkpoint = pat_ledger_port__checkpoint,
      .leaf = pat_ledger_port__leaf,
      .inclusion = pat_ledger_port__inclusion,
      .consistency = read_consistency,
      .tile = read_tile,
      .statement = pat_ledger_port__statement,
      .subject = read_subject,
      .subject_count = read_subject_count,
      .state = read_state,
      .lookup = read_lookup,
      .view = pat_ledger_port__view,
      .prove = pat_ledger_port__prove,
      .release = pat_ledger_port__release,
      .ready = read_ready,
  };
}
