/* Checkpoints: the text of a note that states a log's size and root.
 *
 * Three lines: origin, size, root in base 64. A foreign log may add extension lines; ours never
 * does, because nobody audits them. Spec: c2sp.org/tlog-checkpoint. */
#ifndef PAT_CORE_NOTE_CHECKPOINT_H
#define PAT_CORE_NOTE_CHECKPOINT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/limits.h"
#include "core/base/status.h"
#include "core/bytes/builder.h"
#include "core/note/signed_note.h"
#include "core/tlog/proof.h"

typedef struct {
  pat_span origin;     /* borrowed from the text; not empty */
  pat_tlog_head head;  /* size and root */
  pat_span extensions; /* whole lines with their newlines; empty for our own logs; borrowed */
} pat_checkpoint;

typedef enum {
  PAT_CHECKPOINT_STRICT = 0, /* a log of ours: extension lines are refused */
  PAT_CHECKPOINT_TOLERANT    /* anybody's log: extension lines are kept */
} pat_checkpoint_mode;

/* Reads the text of a checkpoint's note.
 * in    text              pat_note.text; borrowed for the checkpoint's life
 * out   ret_checkpoint    unchanged on failure
 *       reterr            where; may be NULL
 * fails checkpoint.text-size     larger than PAT_CHECKPOINT_TEXT_BYTES_MAX
 *       checkpoint.form          fewer than three lines, or no newline at the end
 *       checkpoint.origin        empty, or longer than PAT_ORIGIN_BYTES_MAX
 *       checkpoint.size          not a decimal number in its one form, or above PAT_TLOG_SIZE_MAX
 *       checkpoint.root          not 32 bytes in base 64
 *       checkpoint.empty-root    size 0 with a root that is not the empty tree's
 *       checkpoint.extension     an extension line in strict mode, or an empty one
 * time  O(text.size) */
pat_status pat_checkpoint_parse(pat_span text, pat_checkpoint_mode mode,
                                pat_checkpoint *ret_checkpoint, pat_err *reterr)
    PAT_NONNULL(3) PAT_MUST_USE;

/* Writes a checkpoint's text, three lines.
 * in    origin    1..PAT_ORIGIN_BYTES_MAX bytes without newline or control characters
 *       head      size <= PAT_TLOG_SIZE_MAX (asserted)
 * out   out       sticky: that it fits shows at its end; unchanged on failure
 * fails checkpoint.origin
 * time  O(1) */
pat_status pat_checkpoint_format(pat_span origin, const pat_tlog_head *head,
                                 pat_builder *out) PAT_NONNULL_ALL PAT_MUST_USE;

/* Reads a signed checkpoint of one known log and verifies the log's own signature; witnesses are
 * for policy.h.
 * in    bytes             the signed note; a stranger's; borrowed for the checkpoint's life
 *       key               the log's key, type PAT_NOTE_TYPE_ED25519; its name must be the origin
 *       mode              as for pat_checkpoint_parse
 * out   ret_checkpoint    unchanged on failure
 *       reterr            may be NULL
 * fails as pat_note_parse, pat_note_verify and pat_checkpoint_parse, and
 *       checkpoint.other-origin    signed, but the origin line is not the key's name
 * time  one Ed25519 verification; 4 KiB of stack */
pat_status pat_checkpoint_open(pat_span bytes, const pat_note_key *key, pat_checkpoint_mode mode,
                               pat_checkpoint *ret_checkpoint, pat_err *reterr)
    PAT_NONNULL(2, 4) PAT_MUST_USE;

#endif
