/* A real server's bundles, asked for over HTTP, judged and kept as those of liars are. */
#ifndef PAT_TESTS_SUPPORT_LYING_LIVE_H
#define PAT_TESTS_SUPPORT_LYING_LIVE_H

#include "tests/integration/live_ledger.h"
#include "tests/support/lying_evidence.h"

typedef struct {
  live_ledger *live;
  pat_arena memory; /* of everything that is read; grows */
  lying_evidence evidence;
} served_log;

/* *state is a served_log over live_setup's ledger. */
int served_setup(void **state);
int served_teardown(void **state);

/* The bundle of an asset, continuing a checkpoint of that size (0: of none), and that of a look-up:
 * as they came. */
pat_span served_asset(served_log *log, uint8_t asset, uint64_t since);
pat_span served_lookup(served_log *log, const char *scheme, const char *value);

/* What a reader says. name: of the evidence; NULL: it is not kept. */
pat_bundle_report served_read(served_log *log, const char *name, pat_span bundle,
                              const pat_tlog_head *earlier);
/* The same bytes, decoded, to be changed. */
Patina__ProofBundle *served_open(served_log *log, pat_span bundle);
/* The checkpoint of a bundle that matched. */
pat_tlog_head served_head(const pat_bundle_report *report);

/* Registers an asset by REGISTRAR, assigns a number of scheme vin to it, inspects it. */
void served_register(served_log *log, uint8_t asset);
void served_assign(served_log *log, uint8_t asset, const char *vin);
void served_inspect(served_log *log, uint8_t asset, const char *result);

#endif
