// What the log's interface answers about one subject of the index: SPEC.md section 7.8 and "Index over HTTP" in 7.9.
import { equal } from "./bytes.js";
import { checkCommit } from "./bundle/log.js";
import { checkOrder, sublogRoot } from "./bundle/subjects.js";
import { decode } from "./canonical.js";
import { IndexExtraSchema } from "#gen/proto/api_pb.js";
import type { SubjectProof } from "#gen/proto/bundle_pb.js";
import { hashBytes, indexPageMax } from "./limits.js";
import { checkAbsence, checkPresence, indexValue } from "./mapindex.js";
import { policyOf, type Accepted, type Policy } from "./policy.js";
import { acceptReceipt, parseReceipt } from "./receiptfile.js";
import { checking, Failure, need, refuse, type Word } from "./refusal.js";
import { CompactRange } from "./tlog.js";

export interface IndexResult {
  readonly word: Word;
  readonly check: string | undefined;
  readonly rule: string | undefined;
  readonly checkpoint: Accepted | undefined;
  /** How many entries name the subject; 0: it is proven absent. */
  readonly count: bigint | undefined;
  /** The number of the first entry listed, and the entries: log index and leaf hash. */
  readonly from: bigint | undefined;
  readonly entries: readonly { readonly index: bigint; readonly leafHash: Uint8Array }[];
  /** Whether the page reaches the last entry, and so was checked against the sub-log's root. */
  readonly last: boolean | undefined;
}

function checkForm({ count, root, from, peaks, entries }: SubjectProof): void {
  need(
    entries.length <= indexPageMax && root.length === (count === 0n ? 0 : hashBytes),
    "verify.chain",
  );
  need(
    from + BigInt(entries.length) <= count && (count > 0n || peaks.length === 0),
    "verify.chain",
  );
  need(
    [...peaks, ...entries.map(({ leafHash }) => leafHash)].every(
      ({ length }) => length === hashBytes,
    ),
    "verify.chain",
  );
}

function checkPage(subject: SubjectProof, coveredSize: bigint): boolean {
  checkForm(subject);
  checkOrder(subject.entries, coveredSize);
  const range = CompactRange.of(subject.from, subject.peaks) ?? refuse("verify.chain");
  const root = sublogRoot(range, subject.entries);
  if (range.size < subject.count) return false;
  need(subject.count === 0n || equal(root, subject.root), "verify.chain");
  return true;
}

function check(bytes: Uint8Array, policy: Policy, key: Uint8Array): IndexResult {
  const file = checking("V1", "answer", () => parseReceipt(bytes));
  const checkpoint = checking("V7", "checkpoint", () => acceptReceipt(file, policy));
  const { extra } = file;
  if (extra === undefined) throw new Failure("V10", "verify.missing", "commit", "not proven");
  const { commit: leaf, subject } = checking("V10", "commit", () =>
    decode(IndexExtraSchema, extra),
  );
  const commit = checking("V10", "commit", () => {
    need(file.index + 1n === checkpoint.size, "verify.view");
    return checkCommit(leaf, file.hashes, checkpoint);
  });
  if (subject === undefined) throw new Failure("V22", "verify.missing", "subject", "not proven");
  const last = checking("V22", "subject", () => {
    need(equal(subject.key, key), "index.proof-path");
    if (subject.count === 0n) checkAbsence(key, subject.path, commit.indexRoot);
    else
      checkPresence(key, indexValue(subject.count, subject.root), subject.path, commit.indexRoot);
    return checkPage(subject, commit.coveredSize);
  });
  const { count, from, entries } = subject;
  return {
    word: "matches",
    check: undefined,
    rule: undefined,
    checkpoint,
    count,
    from,
    entries,
    last,
  };
}

/**
 * Checks an answer of GET /v1/index for the subject of that key. A page in the middle is only as good as its peaks: a walk
 * is complete where it began at 0, each page's peaks are those that the reader had by then, and `last` is true.
 */
export function verifyIndexAnswer(
  bytes: Uint8Array,
  policy: Policy | string | Uint8Array,
  key: Uint8Array,
): IndexResult {
  const trusted = policyOf(policy);
  try {
    return check(bytes, trusted, key);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { word, check: number, rule } = error;
    const nothing = {
      checkpoint: undefined,
      count: undefined,
      from: undefined,
      entries: [],
      last: undefined,
    };
    return { word, check: number, rule, ...nothing };
  }
}
