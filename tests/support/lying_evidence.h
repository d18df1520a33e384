/* What a test judged is kept where the environment names a folder in PATINA_EVIDENCE, with what was
 * said of it, for another verifier to judge again (tests/clients/js/opinion.mjs). */
#ifndef PAT_TESTS_SUPPORT_LYING_EVIDENCE_H
#define PAT_TESTS_SUPPORT_LYING_EVIDENCE_H

#include <stdio.h>

#include "core/verify/bundle.h"

typedef struct {
  const char *folder; /* NULL: nothing is kept */
  FILE *list;         /* opinions.jsonl: a line for each */
  char policy[32];    /* the file of the reader's policy */
} lying_evidence;

/* Opens the folder, where others may have kept theirs, and keeps the reader's policy there. */
lying_evidence lying_evidence_open(pat_span policy);
void lying_evidence_close(lying_evidence *evidence);

/* Keeps a file. */
void lying_evidence_keep(const lying_evidence *evidence, const char *name, pat_span bytes);
/* Keeps <name>.patina, and what was said of it. earlier: what the reader held, or NULL. */
void lying_evidence_bundle(const lying_evidence *evidence, const char *name, pat_span bundle,
                           const pat_tlog_head *earlier, const pat_bundle_report *report);
/* That one kept bundle continues another (V33), or not. status: of pat_bundle_compare. */
void lying_evidence_pair(const lying_evidence *evidence, const char *older, const char *newer,
                         pat_status status);
/* Writes to the list: how a line begins, with kind and policy; ,"name":"<base 16>". */
void lying_evidence_begin(const lying_evidence *evidence, const char *kind);
void lying_evidence_hex(const lying_evidence *evidence, const char *name, pat_span bytes);

#endif
