/* Hits: nothing of ours. It breaks on purpose, so that we know that the harness sees a break.
 *
 * Input: anything. Where it is "crash!", one byte behind it is read, which a sanitizer reports;
 * without one the trap that stands behind ends the program. */
#include <string.h>

#include "tests/fuzz/fuzz_target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const char word[] = "crash!";
  if (size < sizeof word - 1) return 0;
  if (memcmp(data, word, sizeof word - 1) != 0) return 0;
  volatile uint8_t beyond = data[size];
  (void)beyond;
  __builtin_trap();
}
