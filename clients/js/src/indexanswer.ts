// What the log's interface answers about one subject of the index: SPEC.md section 7.8, "Index over HTTP" in 7.9, and 9.6.
import { equal } from "./bytes.js";
import { checkCommit } from "./bundle/log.js";
import { checkOrder, sublogRoot } from "./bundle/subjects.js";
import { decode } from "./canonical.js";
import { IndexExtraSchema } from "#gen/proto/api_pb.js";
import type { SubjectProof } from "#gen/proto/bundle_pb.js";
import type { IndexCommit } from "#gen/proto/log_pb.js";
import { hashBytes, indexPageMax, tlogSizeMax } from "./limits.js";
import { checkAbsence, checkPresence, indexValue } from "./mapindex.js";
import { policyOf, type Accepted, type Policy } from "./policy.js";
import { acceptReceipt, parseReceipt } from "./receiptfile.js";
import { checking, Failure, need, refuse, type Word } from "./refusal.js";
import { CompactRange } from "./tlog.js";

/** What a page of the same walk goes on from. */
interface Walk {
  readonly range: CompactRange;
  readonly lastIndex: bigint | undefined;
  readonly fromStart: boolean;
}

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
  /** Whether this page and those before it show all entries. */
  readonly complete: boolean;
  /** For the page behind this one; undefined where this one does not match. */
  readonly walk: Walk | undefined;
}

function checkForm({ count, root, from, peaks, entries }: SubjectProof): CompactRange {
  const rootSize = count === 0n ? 0 : hashBytes;
  need(count <= tlogSizeMax && root.length === rootSize, "verify.chain");
  need(entries.length <= indexPageMax, "verify.chain");
  need(from + BigInt(entries.length) <= count, "verify.chain");
  need(
    [...peaks, ...entries.map(({ leafHash }) => leafHash)].every(
      ({ length }) => length === hashBytes,
    ),
    "verify.chain",
  );
  return CompactRange.of(from, peaks) ?? refuse("verify.chain");
}

function checkProof(key: Uint8Array, { count, root, path }: SubjectProof, indexRoot: Uint8Array) {
  if (count === 0n) checkAbsence(key, path, indexRoot);
  else checkPresence(key, indexValue(count, root), path, indexRoot);
}

// The page goes on where the one before it ended.
function checkJoint({ from, peaks, entries }: SubjectProof, before: Walk | undefined): void {
  if (before === undefined) return;
  const { range, lastIndex } = before;
  const ended = range.hashes();
  need(from === range.size && peaks.length === ended.length, "verify.chain");
  need(
    peaks.every((peak, i) => equal(peak, ended[i] as Uint8Array)),
    "verify.chain",
  );
  const [first] = entries;
  need(first === undefined || lastIndex === undefined || first.index > lastIndex, "verify.chain");
}

function checkSubject(
  key: Uint8Array,
  subject: SubjectProof,
  commit: IndexCommit,
  before: Walk | undefined,
): Walk {
  need(equal(subject.key, key), "index.proof-path");
  const range = checkForm(subject);
  checkProof(key, subject, commit.indexRoot);
  checkOrder(subject.entries, commit.coveredSize);
  checkJoint(subject, before);
  const root = sublogRoot(range, subject.entries);
  const last = range.size === subject.count;
  need(!last || subject.count === 0n || equal(root, subject.root), "verify.chain");
  return {
    range,
    lastIndex: subject.entries.at(-1)?.index ?? before?.lastIndex,
    fromStart: before?.fromStart ?? subject.from === 0n,
  };
}

function check(
  bytes: Uint8Array,
  policy: Policy,
  key: Uint8Array,
  before: Walk | undefined,
): IndexResult {
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
  const walk = checking("V22", "subject", () => checkSubject(key, subject, commit, before));
  const { count, from, entries } = subject;
  const last = walk.range.size === count;
  return {
    word: "matches",
    check: undefined,
    rule: undefined,
    checkpoint,
    count,
    from,
    entries,
    last,
    complete: last && walk.fromStart,
    walk,
  };
}

const nothing = {
  checkpoint: undefined,
  count: undefined,
  from: undefined,
  entries: [],
  last: undefined,
  complete: false,
  walk: undefined,
};

/**
 * Checks an answer of GET /v1/index for the subject of that key, and, where the page before it is given, that it goes on
 * where that ended. A page in the middle is only as good as its peaks: what `complete` says of the last one counts.
 */
export function verifyIndexAnswer(
  bytes: Uint8Array,
  policy: Policy | string | Uint8Array,
  key: Uint8Array,
  before?: IndexResult,
): IndexResult {
  const trusted = policyOf(policy);
  if (before !== undefined && before.walk === undefined)
    throw new Error("the page before does not match");
  try {
    return check(bytes, trusted, key, before?.walk);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { word, check: number, rule } = error;
    return { word, check: number, rule, ...nothing };
  }
}

/** Checks the pages of one walk in their order: a walk that is not complete is not proven. Answers of the last one checked. */
export function verifyIndexWalk(
  pages: readonly Uint8Array[],
  policy: Policy | string | Uint8Array,
  key: Uint8Array,
): IndexResult {
  const trusted = policyOf(policy);
  let result: IndexResult | undefined;
  for (const page of pages) {
    result = verifyIndexAnswer(page, trusted, key, result);
    if (result.word !== "matches") return result;
  }
  if (result?.complete === true) return result;
  return { word: "not proven", check: "V22", rule: "verify.missing", ...nothing };
}
