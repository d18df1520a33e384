/* Memory of a run without an end: what is given back, and what stays. */
#include "clients/cli/trust.h"

#include <string.h>

#include "core/base/limits.h"
#include "tests/clients/cli/cli_world.h"

static uint8_t memory[PAT_NOTE_BYTES_MAX + 64];

static void test_trust__refuses_a_mark_without_room_for_a_checkpoint(void **state) {
  (void)state;
  static pat_cli cli;
  static pat_trust trust;
  pat_trust_mark mark = {.note = NULL};
  trust.cli = &cli;
  pat_arena_init(&cli.arena, memory, PAT_NOTE_BYTES_MAX - 1);
  world_refused(pat_trust_mark_take(&trust, &mark), LIMIT_MEMORY);
  assert_null(mark.note);
}

static void test_trust__a_reset_keeps_the_newest_checkpoint_and_gives_back_the_rest(void **state) {
  (void)state;
  static pat_cli cli;
  static pat_trust trust;
  pat_trust_mark mark;
  trust.cli = &cli;
  pat_arena_init(&cli.arena, memory, sizeof memory);
  world_ok(pat_trust_mark_take(&trust, &mark));
  size_t used = pat_arena_mark(&cli.arena);
  for (uint8_t round = 0; round < 100; round++) {
    uint8_t *note = pat_arena_take(&cli.arena, 16);
    assert_non_null(note);
    memset(note, round, 16);
    trust.newest.note = pat_span_make(note, 16);
    trust.tile_count = 3;
    pat_trust_reset_to(&trust, &mark);
    pat_trust_reset_to(&trust, &mark);
    assert_int_equal(pat_arena_mark(&cli.arena), used);
    assert_int_equal(trust.tile_count, 0);
    memset(note, 0xff, 16);
    assert_int_equal(trust.newest.note.size, 16);
    assert_int_equal(trust.newest.note.data[15], round);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_trust__refuses_a_mark_without_room_for_a_checkpoint),
      cmocka_unit_test(test_trust__a_reset_keeps_the_newest_checkpoint_and_gives_back_the_rest),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
