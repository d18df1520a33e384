/* Keys and records of the ledger's state: typed access to the view (messages in
 * proto/ledger.proto). */
#ifndef PAT_CORE_LEDGER_RECORD_H
#define PAT_CORE_LEDGER_RECORD_H

#include "core/base/arena.h"
#include "core/base/status.h"
#include "core/crypto/hash.h"
#include "core/ledger/view.h"
#include "core/tlog/range.h"
#include "proto/ledger.pb-c.h"

/* First byte of a STATE key. */
typedef enum {
  PAT_STATE_ASSET = 'A',          /* asset id -> AssetRecord */
  PAT_STATE_CLASS = 'C',          /* name -> VersionRecord, the latest */
  PAT_STATE_CLASS_VERSION = 'c',  /* name 0x00 u32be version -> AssetClass */
  PAT_STATE_DEVICE = 'D',         /* device principal -> stream id of its live binding */
  PAT_STATE_IDENTIFIER = 'I',     /* identifier subject key -> IdentifierRecord */
  PAT_STATE_KEY = 'K',            /* SHA-256 of a public key -> KeyRecord */
  PAT_STATE_PRINCIPAL = 'P',      /* principal id -> PrincipalRecord */
  PAT_STATE_RETRACTED = 'R',      /* statement hash -> u64be log index of its retraction */
  PAT_STATE_SCHEME = 'S',         /* name -> VersionRecord, the latest */
  PAT_STATE_SCHEME_VERSION = 's', /* name 0x00 u32be version -> IdentifierScheme */
  PAT_STATE_STREAM = 'T',         /* stream id -> StreamRecord */
} pat_state_prefix;

enum { PAT_STATE_KEY_BYTES_MAX = 128 };

/* A STATE key, built in place. */
typedef struct {
  uint8_t bytes[PAT_STATE_KEY_BYTES_MAX];
  size_t size;
} pat_state_key;

/* prefix || id; id at most 64 bytes (asserted). */
pat_state_key pat_state_key_of(pat_state_prefix prefix, pat_span id);
/* prefix || name || 0x00 || u32be version; for the two published catalogs. */
pat_state_key pat_state_key_version(pat_state_prefix prefix, const char *name,
                                    uint32_t version) PAT_NONNULL_ALL;
/* The key in the view's form, borrowed. */
pat_ledger_key pat_state_ledger_key(const pat_state_key *key) PAT_NONNULL_ALL;

/* The NEAR key of one variant of an identifier. */
pat_hash pat_near_key(const char *scheme, const char *scope, pat_span variant) PAT_NONNULL_ALL;

/* Reads and decodes a record.
 * out   ret_message  in the arena; unchanged on failure
 * fails ledger.absent, ledger.need, limit.memory, ledger.record (what is stored does not decode) */
pat_status pat_record_get(pat_view *view, pat_ledger_key key,
                          const ProtobufCMessageDescriptor *descriptor, pat_arena *arena,
                          ProtobufCMessage **ret_message) PAT_MUST_USE PAT_NONNULL_ALL;

/* Records that were decoded lately: the statements of a batch share signers and classes. For one
 * round of planning, whose memory holds them; zero-initialised. */
enum { PAT_RECORD_MEMO_COUNT = 16 };
typedef struct {
  pat_span records[PAT_RECORD_MEMO_COUNT]; /* where they stand: bytes do not change in a round */
  const ProtobufCMessage *messages[PAT_RECORD_MEMO_COUNT]; /* NULL: none yet */
  size_t next; /* the place that is used next, the oldest one */
} pat_record_memo;

/* As pat_record_get, unless the record was decoded lately.
 * out   ret_message  shared with others: only to be read */
pat_status pat_record_get_shared(pat_view *view, pat_ledger_key key,
                                 const ProtobufCMessageDescriptor *descriptor, pat_arena *arena,
                                 pat_record_memo *memo,
                                 const ProtobufCMessage **ret_message) PAT_MUST_USE
    PAT_NONNULL(1, 3, 4, 5, 6);

/* Encodes a record into the arena and writes it over the view. fails limit.memory */
pat_status pat_record_put(pat_view *view, pat_ledger_key key, const ProtobufCMessage *message,
                          pat_arena *arena) PAT_MUST_USE PAT_NONNULL(1, 3, 4);

/* Reads a compact range as records keep it: its size, and its peaks as a list of hashes.
 * out   ret_range      unchanged on failure
 * fails ledger.record  the peaks are not those of a tree of this size */
pat_status pat_record_range(uint64_t size, const ProtobufCBinaryData *peaks, size_t peak_count,
                            pat_tlog_range *ret_range) PAT_MUST_USE PAT_NONNULL(4);

/* The other way round: fills ret_peaks, which point into range, and gives their count. */
size_t pat_record_peaks(pat_tlog_range *range,
                        ProtobufCBinaryData ret_peaks[PAT_TLOG_PEAKS_MAX]) PAT_NONNULL_ALL;

#endif
