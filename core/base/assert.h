/* Assertions: for the programmer's mistakes only. They stay compiled in, in every build.
 *
 * Anything that bytes from a stranger can reach is refused with PAT_REQUIRE (status.h), never
 * asserted. One condition per assertion; no side effects inside. */
#ifndef PAT_CORE_BASE_ASSERT_H
#define PAT_CORE_BASE_ASSERT_H

/* Stops the process at once (trap instruction: no I/O, no unwinding) where cond is false. */
#define PAT_ASSERT(cond)           \
  do {                             \
    if (!(cond)) __builtin_trap(); \
  } while (0)

/* A relation between constants, placed in or beside the function that relies on it. */
#define PAT_STATIC_ASSERT(cond, why) _Static_assert(cond, why)

#endif
