/* How values, assets, sources and dates are written for people. All texts live in the run's
 * arena. */
#ifndef PAT_CLIENTS_CLI_SHOW_H
#define PAT_CLIENTS_CLI_SHOW_H

#include "clients/cli/cli.h"
#include "proto/state.pb-c.h"

/* "1200 KGM", "yes", "1955?", "abi-2017:S", an asset's id, or what stands for evidence and
 * readings. */
const char *pat_show_value(pat_cli *cli, const Patina__Value *value) PAT_NONNULL_ALL;

/* All values of a fact, or "nothing recorded", or "cannot tell". */
const char *pat_show_fact(pat_cli *cli, const Patina__Fact *fact) PAT_NONNULL_ALL;

/* An asset's id: 27 symbols. "" where the bytes are not one. */
const char *pat_show_asset(pat_cli *cli, ProtobufCBinaryData asset) PAT_NONNULL_ALL;

/* Who said it: short ids with their roles, "; self-declared" and "; recorded late" where they
 * apply. */
const char *pat_show_sources(pat_cli *cli, Patina__Source *const *sources, size_t count,
                             bool self_declared, bool late) PAT_NONNULL(1);

/* When it happened: as declared, else the day it was issued. */
const char *pat_show_date(pat_cli *cli, const char *occurred,
                          uint64_t issued_at_ms) PAT_NONNULL_ALL;

/* "1 witness", "2 witnesses", "no witnesses". */
const char *pat_show_count(pat_cli *cli, uint64_t count, const char *one,
                           const char *many) PAT_NONNULL_ALL;

/* printf into the arena; "" where that is full. */
const char *pat_show_format(pat_cli *cli, const char *format, ...) PAT_PRINTF(2, 3);

#endif
