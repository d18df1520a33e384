/* Compiler attributes under one name each, so that gcc, clang and the checkers agree. */
#ifndef PAT_CORE_BASE_ATTRIBUTES_H
#define PAT_CORE_BASE_ATTRIBUTES_H

/* The caller must look at the returned value. */
#define PAT_MUST_USE __attribute__((warn_unused_result))
/* Pointer arguments (numbered from 1; all of them without numbers) must not be NULL. */
#define PAT_NONNULL(...) __attribute__((nonnull(__VA_ARGS__)))
#define PAT_NONNULL_ALL  __attribute__((nonnull))
#define PAT_NORETURN     __attribute__((noreturn))
#define PAT_UNUSED       __attribute__((unused))
/* Runs fn(&variable) when the variable leaves its scope; stands on the line of acquisition. */
#define PAT_CLEANUP(fn) __attribute__((cleanup(fn)))
/* Checks a printf-like call: format_index and first_index count arguments from 1. */
#define PAT_PRINTF(format_index, first_index) \
  __attribute__((format(printf, format_index, first_index)))

#endif
