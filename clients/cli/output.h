/* What a run prints: results on standard output, messages on standard error, one JSON object
 * with --json.
 *
 * Text that comes out of a log may hold anything: characters that would drive a terminal are
 * replaced. */
#ifndef PAT_CLIENTS_CLI_OUTPUT_H
#define PAT_CLIENTS_CLI_OUTPUT_H

#include <protobuf-c/protobuf-c.h>
#include <stdint.h>

#include "clients/cli/cli.h"
#include "core/crypto/hash.h"

/* A line of the result, for people. Nothing with --json. */
void pat_output_line(pat_cli *cli, const char *format, ...) PAT_PRINTF(2, 3);

/* A message on standard error; nothing with --quiet. */
void pat_output_note(pat_cli *cli, const char *format, ...) PAT_PRINTF(2, 3);

/* Something that must be seen, also with --quiet: what to do next about evidence, and the like. */
void pat_output_warning(pat_cli *cli, const char *format, ...) PAT_PRINTF(2, 3);

/* Members of the JSON answer; nothing without --json. Text is UTF-8. */
void pat_output_text(pat_cli *cli, const char *name, const char *text) PAT_NONNULL_ALL;
void pat_output_number(pat_cli *cli, const char *name, uint64_t number) PAT_NONNULL_ALL;
void pat_output_hash(pat_cli *cli, const char *name, const pat_hash *hash) PAT_NONNULL_ALL;

/* A message as ProtoJSON: a member of the answer, or an element of the list of this name.
 * Nothing without --json.
 * fails as pat_protojson_encode, limit.memory */
pat_status pat_output_message(pat_cli *cli, const char *name,
                              const ProtobufCMessage *message) PAT_NONNULL_ALL PAT_MUST_USE;
pat_status pat_output_element(pat_cli *cli, const char *name,
                              const ProtobufCMessage *message) PAT_NONNULL_ALL PAT_MUST_USE;

/* An element of the list of this name, made of texts; empty ones are left out. Nothing without
 * --json. */
void pat_output_row(pat_cli *cli, const char *name, const char *const *members,
                    const char *const *texts, size_t count) PAT_NONNULL_ALL;

/* Prints the JSON answer so far as one line and starts a new one: for commands that go on. */
void pat_output_flush(pat_cli *cli) PAT_NONNULL_ALL;

/* A time in ms since 1970 as RFC 3339 in UTC, in the arena. */
const char *pat_output_time(pat_cli *cli, uint64_t ms) PAT_NONNULL_ALL;

/* Bytes in base 16, in the arena. */
const char *pat_output_hex(pat_cli *cli, pat_span bytes) PAT_NONNULL_ALL;

/* --- for cli.c ------------------------------------------------------------------------------- */

/* Prints the answer's end: the JSON object with its exit, or the failure in words on standard
 * error. */
void pat_output_end(pat_cli *cli, pat_status status, pat_exit code) PAT_NONNULL_ALL;

/* A copy of the text in the arena without what would drive a terminal or reverse its direction. */
const char *pat_output_tame(pat_arena *arena, const char *text) PAT_NONNULL_ALL;

#endif
