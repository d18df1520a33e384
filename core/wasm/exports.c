/* What the WebAssembly module offers, on top of calls.h: the only file here that is built for
 * wasm32 alone. The caller writes its input where patina_input says, makes one call, and reads the
 * output before the next patina_input. All memory is this module's own; each call starts afresh. */
#include <protobuf-c/protobuf-c.h>

#include "core/wasm/calls.h"

#define EXPORT(name) __attribute__((export_name(#name), used))

enum { PAGE_BYTES = 65536, INPUT_BYTES_MAX = 64 * 1024 * 1024, WORK_BYTES_PER_BYTE = 48 };

/* The one datum that generated code takes from the protobuf-c library, as that library defines it.
 */
const char protobuf_c_empty_string[] = "";

/* The linker's: where its data end and free memory begins. */
extern unsigned char __heap_base;

static pat_span input;
static pat_arena arena;
static pat_span output;

uint8_t *patina_input(uint32_t size) EXPORT(patina_input);
uint32_t patina_output(void) EXPORT(patina_output);
uint32_t patina_output_size(void) EXPORT(patina_output_size);
uint32_t patina_rule_id(uint32_t rule) EXPORT(patina_rule_id);
uint32_t patina_fold(void) EXPORT(patina_fold);
uint32_t patina_statement(void) EXPORT(patina_statement);
uint32_t patina_edtf(void) EXPORT(patina_edtf);
uint32_t patina_identifier(void) EXPORT(patina_identifier);
uint32_t patina_number(void) EXPORT(patina_number);

/* Makes sure that memory reaches to end; false where the host gives no more. */
static bool reserve(uint64_t end) {
  uint64_t have = (uint64_t)__builtin_wasm_memory_size(0) * PAGE_BYTES;
  if (have >= end) return true;
  uint64_t pages = (end - have + PAGE_BYTES - 1) / PAGE_BYTES;
  if (pages > UINT32_MAX / PAGE_BYTES) return false;
  return __builtin_wasm_memory_grow(0, (size_t)pages) != SIZE_MAX;
}

/* Room for size bytes of input; NULL where they are too many or memory is short. Forgets the last
 * output. */
uint8_t *patina_input(uint32_t size) {
  output = PAT_SPAN_EMPTY;
  input = PAT_SPAN_EMPTY;
  if (size > INPUT_BYTES_MAX) return NULL;
  uint64_t start = ((uint64_t)(uintptr_t)&__heap_base + 15) / 16 * 16;
  uint64_t work = (start + size + 15) / 16 * 16;
  uint64_t work_size = (uint64_t)size * WORK_BYTES_PER_BYTE + 1024 * 1024;
  if (work + work_size > UINT32_MAX || !reserve(work + work_size)) return NULL;
  input = pat_span_make((const uint8_t *)(uintptr_t)start, size);
  pat_arena_init(&arena, (uint8_t *)(uintptr_t)work, (size_t)work_size);
  return (uint8_t *)(uintptr_t)start;
}

/* Where the last output stands, and its size in bytes; 0 and 0 where there is none. */
uint32_t patina_output(void) { return (uint32_t)(uintptr_t)output.data; }
uint32_t patina_output_size(void) { return (uint32_t)output.size; }

/* 0, or the number of the rule that refused. */
static uint32_t run(pat_call call) {
  output = PAT_SPAN_EMPTY;
  pat_arena_reset_to(&arena, 0);
  return call(input, &arena, &output).rule;
}

uint32_t patina_fold(void) { return run(pat_call_fold); }
uint32_t patina_statement(void) { return run(pat_call_statement); }
uint32_t patina_edtf(void) { return run(pat_call_edtf); }
uint32_t patina_identifier(void) { return run(pat_call_identifier); }
uint32_t patina_number(void) { return run(pat_call_number); }

/* The public id of a rule, NUL-terminated; "" where there is no such rule. */
uint32_t patina_rule_id(uint32_t rule) {
  const char *id = rule < PAT_RULE_COUNT ? pat_rule_id((pat_rule)rule) : "";
  return (uint32_t)(uintptr_t)id;
}
