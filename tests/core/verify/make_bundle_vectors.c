/* Makes the bundles' vectors.
 * usage: make_bundle_vectors <folder>          writes them there
 *        make_bundle_vectors --check <folder>  compares; ends with 1 where one differs */
#include "tests/core/verify/make_proof_vectors.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/assert.h"
#include "core/bytes/protobuf.h"

enum { MEMORY_BYTES = 512 * 1024 * 1024 }; /* of each arena; reserved, touched on demand */

/* --- files ----------------------------------------------------------------------------------- */

static bool write_file(const char *path, pat_span bytes) {
  FILE *stream = fopen(path, "wb");
  if (stream == NULL) return false;
  bool written = fwrite(bytes.data, 1, bytes.size, stream) == bytes.size;
  return fclose(stream) == 0 && written;
}

static bool same_file(const char *path, pat_span bytes) {
  FILE *stream = fopen(path, "rb");
  if (stream == NULL) return false;
  char *there = malloc(bytes.size + 1);
  PAT_ASSERT(there != NULL);
  size_t read = fread(there, 1, bytes.size + 1, stream);
  bool same = read == bytes.size && memcmp(there, bytes.data, bytes.size) == 0;
  free(there);
  fclose(stream);
  return same;
}

void vector_put_file(vector_run *run, const char *path, pat_span bytes) {
  char full[1024];
  int size = snprintf(full, sizeof full, "%s/%s", run->root, path);
  PAT_ASSERT(size > 0 && (size_t)size < sizeof full);
  if (!(run->check ? same_file(full, bytes) : write_file(full, bytes))) {
    fprintf(stderr, "%s: %s\n", full, run->check ? "differs, or is missing" : "not written");
    run->different++;
  }
  run->files++;
}

void vector_file_begin_in(vector_run *run, const char *folder, const char *name) {
  int size = snprintf(run->name, sizeof run->name, "%s/%s.json", folder, name);
  PAT_ASSERT(size > 0 && (size_t)size < sizeof run->name);
  run->stream = open_memstream(&run->text, &run->size);
  PAT_ASSERT(run->stream != NULL);
  run->in_file = 0;
  fputs("{\"vectors\":[", run->stream);
}

void vector_file_begin(vector_run *run, const char *name) {
  vector_file_begin_in(run, "recipes", name);
}

void vector_file_end(vector_run *run) {
  fputs("\n]}\n", run->stream);
  PAT_ASSERT(fclose(run->stream) == 0);
  vector_put_file(run, run->name, pat_span_make(run->text, run->size));
  free(run->text);
}

/* --- recipes --------------------------------------------------------------------------------- */

static void put_hex(FILE *stream, pat_span bytes) {
  for (size_t i = 0; i < bytes.size; i++)
    fprintf(stream, "%02x", bytes.data[i]);
}

static void put_splices(vector_maker *maker, const vector_base *base, pat_span bytes) {
  vector_splice *splices = NULL;
  size_t count = vector_diff(base->bytes, bytes, maker->work, &splices);
  fputs(",\"splices\":[", maker->run->stream);
  for (size_t i = 0; i < count; i++) {
    fprintf(maker->run->stream, "%s{\"at\":%zu,\"remove\":%zu,\"insert\":\"", i == 0 ? "" : ",",
            splices[i].at, splices[i].remove);
    put_hex(maker->run->stream, splices[i].insert);
    fputs("\"}", maker->run->stream);
  }
  fputc(']', maker->run->stream);
}

static void put_inputs(FILE *stream, const vector_case *made) {
  const char *policy = made->policy != NULL ? made->policy : made->base->policy;
  if (policy != NULL) fprintf(stream, ",\"policy\":\"%s\"", policy);
  const vector_earlier *earlier = made->earlier.size > 0 ? &made->earlier : &made->base->earlier;
  if (earlier->size == 0 || made->no_earlier) return;
  fprintf(stream, ",\"earlier\":{\"size\":%llu,\"root\":\"", (unsigned long long)earlier->size);
  put_hex(stream, pat_hash_span(&earlier->root));
  fputs("\"}", stream);
}

/* JSON of ASCII and line ends. */
void vector_put_string(vector_run *run, pat_span text) {
  fputc('"', run->stream);
  for (size_t i = 0; i < text.size; i++) {
    if (text.data[i] == '\n') {
      fputs("\\n", run->stream);
    } else {
      PAT_ASSERT(text.data[i] >= 0x20 && text.data[i] != '"' && text.data[i] != '\\');
      fputc(text.data[i], run->stream);
    }
  }
  fputc('"', run->stream);
}

void vector_put_text(vector_run *run, const char *name, pat_span text) {
  fprintf(run->stream, ",\"%s\":", name);
  vector_put_string(run, text);
}

void vector_put_hex(vector_run *run, const char *name, pat_span bytes) {
  fprintf(run->stream, ",\"%s\":\"", name);
  put_hex(run->stream, bytes);
  fputc('"', run->stream);
}

void vector_put_id(vector_run *run, const char *kind, const char *id) {
  fprintf(run->stream, "%s\n{\"id\":\"%s/%s\"", run->in_file++ > 0 ? "," : "", kind, id);
  run->vectors++;
  if (strncmp(id, "flip-", 5) != 0) run->named++;
}

static void put_verdict(FILE *stream, const vector_verdict *verdict) {
  static const char *const words[] = {"matches", "not proven", "does not match", "could not check"};
  PAT_ASSERT((verdict->word == MATCHES) == (verdict->check == 0));
  fprintf(stream, ",\"word\":\"%s\",\"check\":%u", words[verdict->word], verdict->check);
  if (verdict->rule == NULL) return;
  PAT_ASSERT(pat_rule_find(verdict->rule) != PAT_RULE_COUNT);
  fprintf(stream, ",\"rule\":\"%s\"", verdict->rule);
}

static void put_about(FILE *stream, const char *about) {
  fprintf(stream, ",\"about\":\"%s\"}", about);
}

void vector_put_end(vector_run *run, const vector_verdict *verdict, const char *about) {
  put_verdict(run->stream, verdict);
  put_about(run->stream, about);
}

void vector_add(vector_maker *maker, const vector_case *made, pat_span bytes) {
  vector_run *run = maker->run;
  vector_put_id(run, made->base->name, made->id);
  vector_put_text(run, "base", pat_span_text(made->base->name));
  put_inputs(run->stream, made);
  put_splices(maker, made->base, bytes);
  put_verdict(run->stream, &made->verdict);
  if (made->verdict.word == MATCHES) {
    fprintf(run->stream, ",\"confirmed\":%s,\"recorded\":%s",
            made->base->confirmed ? "true" : "false",
            made->base->recorded && !made->unrecorded ? "true" : "false");
  }
  put_about(run->stream, made->about);
  pat_arena_reset_to(maker->work, 0);
}

/* --- bundles --------------------------------------------------------------------------------- */

const vector_base *vector_base_named(const vector_maker *maker, const char *name) {
  size_t at = 0;
  while (at < maker->base_count && strcmp(maker->bases[at].name, name) != 0)
    at++;
  PAT_ASSERT(at < maker->base_count);
  return &maker->bases[at];
}

Patina__ProofBundle *vector_open(vector_maker *maker, const vector_base *base) {
  pat_arena_reset_to(maker->work, 0);
  ProtobufCBinaryData copy = lying_field(base->bytes, maker->work);
  ProtobufCMessage *message = NULL;
  PAT_ASSERT(pat_is_ok(pat_protobuf_decode(&patina__proof_bundle__descriptor,
                                           pat_span_make(copy.data, copy.len), maker->work, 0,
                                           &message, NULL)));
  return (Patina__ProofBundle *)message;
}

void vector_bundle(vector_maker *maker, const vector_case *made,
                   const Patina__ProofBundle *bundle) {
  vector_add(maker, made, lying_encode(&bundle->base, maker->work));
}

/* --- all ------------------------------------------------------------------------------------- */

static pat_arena *take_arena(void) {
  pat_arena *arena = malloc(sizeof *arena);
  void *memory = malloc(MEMORY_BYTES);
  PAT_ASSERT(arena != NULL && memory != NULL);
  pat_arena_init(arena, memory, MEMORY_BYTES);
  return arena;
}

static void give_arena(pat_arena *arena) {
  free(arena->base);
  free(arena);
}

static void make_all(vector_run *run) {
  vector_maker *maker = calloc(1, sizeof *maker);
  PAT_ASSERT(maker != NULL);
  maker->run = run;
  maker->memory = take_arena();
  maker->work = take_arena();
  make_bundle_bases(maker);
  make_form_vectors(maker);
  make_note_vectors(maker);
  make_entry_vectors(maker);
  make_subject_vectors(maker);
  make_path_vectors(maker);
  make_lookup_vectors(maker);
  make_closure_vectors(maker);
  make_lying_log_vectors(maker);
  make_lying_index_vectors(maker);
  make_lying_people_vectors(maker);
  make_lying_asset_vectors(maker);
  make_lying_signer_vectors(maker);
  make_flip_vectors(maker);
  make_lying_keys_vectors(maker);
  make_lying_places_vectors(maker);
  make_page_vectors(maker);
  make_promise_vectors(maker);
  ledger_world_close(maker->world);
  ledger_world_close(maker->other_world);
  give_arena(maker->memory);
  give_arena(maker->work);
  free(maker);
}

int main(int argc, char **argv) {
  bool check = argc == 3 && strcmp(argv[1], "--check") == 0;
  if (argc != 2 && !check) {
    fprintf(stderr, "usage: %s [--check] <folder>\n", argv[0]);
    return 2;
  }
  vector_run run = {.root = argv[argc - 1], .check = check};
  make_all(&run);
  printf("files=%zu vectors=%zu named=%zu different=%zu\n", run.files, run.vectors, run.named,
         run.different);
  return run.different == 0 && run.vectors > 0 ? 0 : 1;
}
