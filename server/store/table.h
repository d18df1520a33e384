/* The tables of the store. The numbers and names are part of the store's format: never change one,
 * only append (with a new PAT_STORE_FORMAT). */
#ifndef PAT_SERVER_STORE_TABLE_H
#define PAT_SERVER_STORE_TABLE_H

typedef enum {
  PAT_TABLE_META = 0,  /* name -> value: format, head, depth of the index */
  PAT_TABLE_LEAF,      /* u64be log index -> leaf bytes */
  PAT_TABLE_TILE,      /* tile coordinates -> hashes */
  PAT_TABLE_STATEMENT, /* SHA-256 of statement -> record */
  PAT_TABLE_SUBJECT,   /* subject key K -> record */
  PAT_TABLE_SUBLOG,    /* K || u64be sequence number -> record */
  PAT_TABLE_STATE,     /* prefix byte || id -> record */
  PAT_TABLE_NEAR,      /* prefix -> record: near misses of identifiers */
  PAT_TABLE_COMMIT,    /* u64be epoch -> record */
  PAT_TABLE_INDEX,     /* u32be bucket number -> record: the verifiable index */
  PAT_TABLE_COUNT
} pat_table;

/* The table's name in the store's files, as in "leaf". Static storage. */
const char *pat_table_name(pat_table table);

#endif
