/* What every fuzz target defines; the engine or standalone.c calls it. */
#ifndef PAT_TESTS_FUZZ_FUZZ_TARGET_H
#define PAT_TESTS_FUZZ_FUZZ_TARGET_H

#include <stddef.h>
#include <stdint.h>

/* Runs the target on one input and returns 0; traps where a property does not hold. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A target may define this: changes an input in place, and gives its new size (at most size_max).
 * Only the engine calls it. Targets whose input is a message call mutate_message (mutate.h). */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t size_max, unsigned seed);

#endif
