/* Every limit of the formats and of the service, in one place:
 * PAT_<MODULE>_<WHAT>_<UNIT>_<MAX|MIN>.
 *
 * Each has a unit and a reason, and a test at one below, at, and one above. A limit of the bytes
 * (statement, leaf, proof) is part of the format: see proto/SPEC.md. */
#ifndef PAT_CORE_BASE_LIMITS_H
#define PAT_CORE_BASE_LIMITS_H

/* --- formats --------------------------------------------------------------------------------- */
#define PAT_HASH_BYTES          32 /* SHA-256 */
#define PAT_PUBLIC_KEY_BYTES    32 /* Ed25519, and ristretto255 for the VRF */
#define PAT_SIGNATURE_BYTES     64 /* Ed25519 */
#define PAT_VRF_PROOF_BYTES     80 /* c2sp.org/vrf-r255: Gamma 32, c 16, s 32 */
#define PAT_VRF_OUTPUT_BYTES    64 /* SHA-512 */
#define PAT_NONCE_BYTES         16
#define PAT_SALT_BYTES          16
#define PAT_ASSET_ID_BYTES      16
#define PAT_STREAM_ID_BYTES     16
#define PAT_GENESIS_NONCE_BYTES 32

#define PAT_LEAF_BYTES_MAX             65535         /* tlog-tiles: an entry's length is a u16 */
#define PAT_STATEMENT_BYTES_MAX        (1024 * 1024) /* a skeleton; large evidence goes by hash */
#define PAT_STATEMENT_PUBLIC_BYTES_MAX (32 * 1024)   /* it stands inside a leaf */
#define PAT_STATEMENT_SIGNERS_MAX      8
#define PAT_STATEMENT_SLOTS_MAX        512 /* disclosures of one statement; as many as attributes */
#define PAT_STATEMENT_ATTRIBUTES_MAX   512 /* attributes, list elements counted one by one */
#define PAT_DISCLOSURE_BYTES_MAX       (256 * 1024) /* 10,000 readings fit */
#define PAT_ENTRY_SUBJECTS_MAX         32
#define PAT_STATEMENT_IDENTIFIERS_MAX  4 /* identifiers (VRF subjects) of one statement */

#define PAT_PROTOBUF_DEPTH_MAX      16   /* our deepest message nests 7 levels */
#define PAT_TEXT_BYTES_MAX          4096 /* one text value */
#define PAT_NAME_BYTES_MAX          64  /* attribute, class, scheme, role, claim and policy names */
#define PAT_IDENTIFIER_BYTES_MAX    128 /* an identifier's value, raw and normalised */
#define PAT_SCOPE_BYTES_MAX         128 /* an identifier's scope: a maker, a country */
#define PAT_EDTF_BYTES_MAX          64  /* a date in EDTF level 1 */
#define PAT_UNIT_BYTES_MAX          8   /* UN/CEFACT Rec 20 common code, or ISO 4217 currency */
#define PAT_BASE32_TEXT_BYTES_MAX   64  /* an asset id as typed: 27 symbols and hyphens */
#define PAT_ORIGIN_BYTES_MAX        255 /* prefix "/" 64 hex digits */
#define PAT_ORIGIN_PREFIX_BYTES_MAX 190
#define PAT_CODE_BYTES_MAX          64  /* a code, and the name of its code list */
#define PAT_MEDIA_TYPE_BYTES_MAX    255 /* RFC 6838: 127 "/" 127 */
#define PAT_PER_MILLE_MAX           1000
#define PAT_STATEMENT_KIND_MIN      16  /* members of Statement.body */
#define PAT_STATEMENT_KIND_MAX      127 /* a policy names kinds up to here */
#define PAT_POLICY_DATA_WINDOW_MS_MAX \
  3155760000000u /* 100 years: sums with a time of day in ms cannot overflow */
#define PAT_NUMBER_EXPONENT_MIN (-18)
#define PAT_NUMBER_EXPONENT_MAX 18
#define PAT_READINGS_MAX        10000 /* readings of one telemetry batch */
#define PAT_ROOT_KEYS_MAX       8

#define PAT_NOTE_BYTES_MAX             (64 * 1024) /* a signed note with its signatures */
#define PAT_NOTE_SIGNATURES_MAX        64          /* signed-note asks for at least 16 */
#define PAT_NOTE_KEY_NAME_BYTES_MAX    255
#define PAT_POLICY_BYTES_MAX           (64 * 1024)
#define PAT_POLICY_WITNESSES_MAX       64 /* tlog-policy asks for at least 32 of each */
#define PAT_POLICY_GROUPS_MAX          64
#define PAT_POLICY_LOGS_MAX            64
#define PAT_PROOF_HASHES_MAX           64 /* an inclusion proof in a tree of up to 2^64 leaves */
#define PAT_CONSISTENCY_HASHES_MAX     65
#define PAT_TLOG_PROOF_BYTES_MAX       (128 * 1024)
#define PAT_TLOG_PROOF_EXTRA_BYTES_MAX (32 * 1024)

#define PAT_TLOG_SIZE_MAX \
  0x7fffffffffffffffu                     /* leaves; other logs' clients read a size as 63 bits */
#define PAT_TLOG_PEAKS_MAX            64  /* perfect subtrees of a tree: one per bit of its size */
#define PAT_TLOG_PLAN_NODES_MAX       128 /* nodes behind one proof: its path and one ragged edge */
#define PAT_TLOG_TILE_LEVEL_MAX       63  /* tlog-tiles */
#define PAT_TLOG_TILE_INDEX_MAX       (PAT_TLOG_SIZE_MAX / 256) /* last of the largest tree */
#define PAT_TLOG_TILE_PATH_BYTES_MAX  48   /* tile/entries/x036/x028/x797/x018/x963/967.p/255 */
#define PAT_CHECKPOINT_TEXT_BYTES_MAX 8192 /* three lines, and extension lines of foreign logs */
#define PAT_COSIGNATURE_TIME_MAX      0x7fffffffffffffffu /* tlog-cosignature: 63 bits of seconds */
#define PAT_INDEX_ITEM_BYTES_MAX      1024 /* a key or a value of any map of this construction */
#define PAT_POLICY_NAME_BYTES_MAX     255
#define PAT_POLICY_URL_BYTES_MAX      2048

#define PAT_BUNDLE_BYTES_MAX      (64 * 1024 * 1024) /* fits a phone's memory a few times */
#define PAT_BUNDLE_ENTRIES_MAX    65536
#define PAT_BUNDLE_SUBJECTS_MAX   16384
#define PAT_BUNDLE_PRINCIPALS_MAX 1024 /* signers, and whoever gave them standing */
#define PAT_INDEX_PAGE_MAX        500  /* entries of one page: 23 KB of extra data */

#define PAT_GRANT_CLASSES_MAX  32 /* classes of one grant */
#define PAT_STREAM_SIGNALS_MAX 32 /* signals of one device binding */

/* --- ledger: what one record may grow to ------------------------------------------------------ */
#define PAT_PRINCIPAL_GRANTS_MAX  256  /* grants of one principal, withdrawn ones counted */
#define PAT_PRINCIPAL_KEYS_MAX    64   /* keys that one principal ever had */
#define PAT_ASSET_IDENTIFIERS_MAX 256  /* identifiers that one asset ever had */
#define PAT_ASSET_STREAMS_MAX     64   /* device bindings that one asset ever had */
#define PAT_IDENTIFIER_SPANS_MAX  1024 /* assignments that one identifier ever had */
#define PAT_NEAR_VALUES_MAX       16   /* recorded values kept under one near-miss variant */
#define PAT_LEDGER_ROUNDS_MAX     16   /* rounds of planning and fetching for one batch */

/* --- service --------------------------------------------------------------------------------- */
#define PAT_BATCH_STATEMENTS_MAX   1000 /* statements of one request */
#define PAT_GROUP_STATEMENTS_MAX   4000 /* statements of one group commit: of several requests */
#define PAT_REQUEST_BODY_BYTES_MAX (16 * 1024 * 1024)
#define PAT_JSON_DEPTH_MAX         32     /* jansson's parser recurses once per level */
#define PAT_JSON_VALUES_MAX        262144 /* jansson takes some 100 bytes for each: 26 MB */

#define PAT_HTTP_HEAD_BYTES_MAX     (16 * 1024)         /* request line and header fields */
#define PAT_HTTP_TARGET_BYTES_MAX   2048                /* the longest of ours is a tile's path */
#define PAT_HTTP_HEADERS_MAX        64                  /* civetweb's own bound */
#define PAT_HTTP_HEADER_BYTES_MAX   8192                /* one header field's value */
#define PAT_HTTP_BODY_MS_MAX        30000               /* until a body has come whole */
#define PAT_HTTP_BODIES_BYTES_MAX   (256 * 1024 * 1024) /* of all large bodies held at a time */
#define PAT_HTTP_SMALL_BODY_BYTES   (64 * 1024)         /* up to here a body does not count */
#define PAT_HTTP_THREADS_DEFAULT    1200
#define PAT_HTTP_HEARTBEAT_MS       15000             /* a comment on a quiet event stream */
#define PAT_PORTAL_FILES_MAX        256               /* of the portal, all held in memory */
#define PAT_PORTAL_FILE_BYTES_MAX   (8 * 1024 * 1024) /* one of them */
#define PAT_API_PAGE_MAX            1000              /* entries of one page */
#define PAT_API_PAGE_DEFAULT        100
#define PAT_API_PAGE_BYTES_MAX      (8 * 1024 * 1024) /* statements and leaves of one page */
#define PAT_API_WAIT_S_MAX          25   /* below the 30 s after which proxies give up */
#define PAT_API_CHECKPOINT_CACHE_S  5    /* tlog-tiles: not beyond a few seconds */
#define PAT_API_SCHEME_VERSIONS_MAX 16   /* answers of one lookup */
#define PAT_API_BUNDLE_ROUNDS_MAX   8    /* views taken until a bundle's subjects stand still */
#define PAT_API_FOLD_ENTRIES_MAX    5000 /* of one history, summed up while a reader waits */

#define PAT_PATH_BYTES_MAX         1023 /* a file's path, without the NUL */
#define PAT_LOG_LINE_BYTES_MAX     2048 /* journald splits beyond its own, larger, limit */
#define PAT_CONFIG_FILE_BYTES_MAX  (64 * 1024)
#define PAT_CONFIG_VALUE_BYTES_MAX 1023 /* a path fits */

#define PAT_STORE_KEY_BYTES_MAX          512 /* the longest is an identifier with its prefix */
#define PAT_STORE_VALUE_BYTES_MAX        (64 * 1024 * 1024) /* engines hold a value in one piece */
#define PAT_STORE_CACHE_BYTES_DEFAULT    (64 * 1024 * 1024)
#define PAT_STORE_MEMTABLE_BYTES_DEFAULT (64 * 1024 * 1024)
#define PAT_STORE_FREE_SPACE_BYTES_MIN   (256 * 1024 * 1024) /* RocksDB aborts on a full disk */
#define PAT_STORE_OPEN_SPACE_BYTES_MIN   (8 * 1024 * 1024)   /* opening writes files of its own */
#define PAT_INDEX_DEPTH_MAX              28 /* bits above the buckets: 16 GiB of hashes in memory */
#define PAT_INDEX_DEPTH_MIN              18 /* as chosen: 16 MiB, touched on demand */
#define PAT_INDEX_BUCKET_KEYS            8 /* average, as chosen: more cost hashing, fewer memory */
#define PAT_WRITE_SET_ITEMS_MAX          (1024 * 1024) /* more than the memory of one plan holds */
#define PAT_WRITE_SET_BYTES_MAX          (256 * 1024 * 1024) /* 16 requests of the largest size */

/* --- clients --------------------------------------------------------------------------------- */
#define PAT_CLI_ASSETS_MAX         1000000 /* ids of one list; 16 MB of memory */
#define PAT_CLI_ARGUMENTS_MAX      1024    /* words of a command line; a class has 512 attributes */
#define PAT_CLI_ARENA_BYTES        (1024u * 1024 * 1024) /* reserved, not used: touched on demand */
#define PAT_CLI_FILE_BYTES_MAX     (64 * 1024 * 1024)    /* of a file given on the command line */
#define PAT_CLI_KEY_FILE_BYTES_MAX 1024
#define PAT_CLI_ANSWER_BYTES_MAX   (64 * 1024 * 1024) /* a page of a history, with its proofs */
#define PAT_CLI_CONNECT_MS_MAX     10000
#define PAT_CLI_ANSWER_MS_MAX      120000 /* group commit, proofs and a slow line */
#define PAT_CLI_TILES_MAX          256    /* tiles kept for one consistency proof */
#define PAT_CLI_WORD_BYTES_MAX     63     /* of a command or option, for suggestions */
#define PAT_IMPORT_BYTES_MAX       (64ull * 1024 * 1024 * 1024) /* one source */
#define PAT_IMPORT_ROW_BYTES_MAX   (1024 * 1024)                /* one row of a source */
#define PAT_IMPORT_ROWS_MAX        10000000 /* rows of one source: their keys are kept */
#define PAT_IMPORT_FIELDS_MAX      4096     /* columns of a table; sales catalogues have 507 */
#define PAT_IMPORT_STEPS_MAX       256      /* of one provenance */
#define PAT_IMPORT_RULES_MAX       512      /* rules of one list of a map */
#define PAT_IMPORT_WINDOW_ROWS     1024     /* rows that are planned before they are sent */

#endif
