/* Words, numbers and marks of a sentence: what dates are read from. Pure. */
#ifndef PAT_CLIENTS_CLI_IMPORT_TOKENS_H
#define PAT_CLIENTS_CLI_IMPORT_TOKENS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/span.h"
#include "core/base/status.h"

typedef enum {
  PAT_TOKEN_END = 0,
  PAT_TOKEN_WORD,
  PAT_TOKEN_NUMBER,  /* 1 to 4 digits */
  PAT_TOKEN_ORDINAL, /* "19th" */
  PAT_TOKEN_PLURAL,  /* "1930s" */
  PAT_TOKEN_MARK     /* any other character; a dash of any kind is '-' */
} pat_token_kind;

typedef struct {
  pat_token_kind kind;
  pat_span text; /* borrowed */
  int number;    /* of NUMBER, ORDINAL, PLURAL */
  char mark;     /* of MARK; 0 for characters beyond ASCII, and for what was hidden */
} pat_token;

/* A row of tokens that ends with PAT_TOKEN_END. */
typedef struct {
  pat_token *items;
  size_t count; /* without the end */
} pat_tokens;

/* Cuts a text into tokens.
 * in    hide  put one mark in the place of everything in brackets or quotation marks that does not
 *             open the text
 * out   ret_tokens  in the arena
 * fails limit.memory */
pat_status pat_tokens_cut(pat_arena *arena, pat_span text, bool hide,
                          pat_tokens *ret_tokens) PAT_NONNULL_ALL PAT_MUST_USE;

/* True where the token is this word, in whatever case. */
bool pat_token_is(const pat_token *token, const char *word) PAT_NONNULL_ALL;
bool pat_token_is_mark(const pat_token *token, char mark) PAT_NONNULL_ALL;

#endif
