// From a bundle's bytes to an answer: verified by @patina/verify, then folded by the log's rules.
import { fromBinary } from "@bufbuild/protobuf";
import { ProofBundleSchema, type ProofBundle } from "@patina/proto/bundle_pb";
import { AssetHistorySchema } from "@patina/proto/state_pb";
import { leafHash, Refusal, verifyBundle, writeAssetId, type BundleResult } from "@patina/verify";
import { certificateNumber } from "./certificate";
import { judgeCorrections } from "./corrections";
import { eventsOf, hex } from "./events";
import { fold, RuleRefusal } from "./rules";
import type { Answer, Checkpoint, EntryProof, HistoryEvent, Holder, Record, Seen, Trusting, Verdict, Word } from "./messages";

function checkpointOf({ checkpoint }: BundleResult): Checkpoint | undefined {
  if (checkpoint === undefined) return undefined;
  const { origin, size, root, timeMs, note, cosigners } = checkpoint;
  return { origin, size, root, timeMs: Number(timeMs), note, cosigners };
}

function failed(word: Word, rule: string, check: string | undefined): Verdict {
  return {
    word,
    rule,
    check,
    steps: [],
    tookMs: 0,
    checkpoint: undefined,
    completeness: undefined,
    stale: false,
    continues: undefined,
  };
}

function verdictOf(result: BundleResult, startedMs: number, seen: Seen | undefined): Verdict {
  return {
    word: result.word,
    rule: result.rule,
    check: result.check,
    steps: result.trace.map(({ step, what }) => ({ step, what })),
    tookMs: Math.round(performance.now() - startedMs),
    checkpoint: checkpointOf(result),
    completeness: result.completeness,
    stale: result.stale ?? false,
    continues: seen === undefined ? undefined : result.word === "matches",
  };
}

function proofsOf(bundle: ProofBundle, indexes: ReadonlySet<bigint>): EntryProof[] {
  return bundle.entries.flatMap(({ entry, leaf, inclusion, signatures }) => {
    if (entry === undefined || !indexes.has(entry.index)) return [];
    const keys = signatures.map(({ publicKey }) => hex(publicKey));
    return [{ index: entry.index, leafHash: hex(leafHash(leaf)), path: inclusion.map(hex), keys }];
  });
}

// By device, whoever signed its last binding besides itself.
function fittersIn(events: readonly HistoryEvent[]): ReadonlyMap<string, readonly string[]> {
  const bound = events.filter(({ kind }) => kind === "bound");
  return new Map(
    bound.map(({ about, sources }) => [about, sources.map(({ principal }) => principal).filter((id) => id !== about)]),
  );
}

async function recordOf(bytes: Uint8Array, result: BundleResult, historyBytes: Uint8Array): Promise<Record> {
  const history = fromBinary(AssetHistorySchema, historyBytes);
  const state = await fold(historyBytes);
  const events = eventsOf(history);
  judgeCorrections(state, events);
  const fitters = fittersIn(events);
  if (history.schema === undefined) throw new Error("a verified history has its class");
  return {
    asset: writeAssetId(history.asset),
    state,
    schema: history.schema,
    events,
    people: result.principals.map(({ id, name }) => ({ id: hex(id), name, fittedBy: fitters.get(hex(id)) })),
    proofs: proofsOf(fromBinary(ProofBundleSchema, bytes), new Set(events.map(({ index }) => index))),
    bundle: bytes,
    certificate: result.checkpoint === undefined ? "" : certificateNumber(writeAssetId(history.asset), result.checkpoint),
  };
}

function verify(bytes: Uint8Array, { policy, seen, nowMs }: Trusting): BundleResult {
  return verifyBundle(bytes, policy, { now: BigInt(nowMs), ...(seen === undefined ? {} : { earlier: seen }) });
}

/** What a reader asked for: the verified bundle has to be about that, and about nothing else. */
export type Wanted = (bundle: ProofBundle) => boolean;

function holdersOf(result: BundleResult): Holder[] {
  const times = new Map(result.entries.map(({ index, loggedAtMs }) => [index, Number(loggedAtMs)]));
  const spans = (result.lookup ?? []).flatMap((answer) => answer.spans);
  return spans.map(({ asset, assignedIndex, releasedIndex }) => ({
    asset: writeAssetId(asset),
    assignedIndex,
    assignedMs: times.get(assignedIndex) ?? 0,
    releasedMs: releasedIndex === undefined ? undefined : times.get(releasedIndex),
  }));
}

async function answerOf(bytes: Uint8Array, result: BundleResult, verdict: Verdict): Promise<Answer> {
  if (result.recorded !== true) return { kind: "nothing", verdict, bundle: bytes };
  if (result.history === undefined) return { kind: "holders", verdict, holders: holdersOf(result) };
  const startedMs = performance.now();
  const record = await recordOf(bytes, result, result.history);
  const tookMs = verdict.tookMs + Math.round(performance.now() - startedMs);
  return { kind: "record", verdict: { ...verdict, tookMs }, record };
}

/** Checks a bundle and answers with what it says. */
export async function check(bytes: Uint8Array, trusting: Trusting, wanted: Wanted): Promise<Answer> {
  const startedMs = performance.now();
  try {
    const result = verify(bytes, trusting);
    const verdict = verdictOf(result, startedMs, trusting.seen);
    if (result.word !== "matches") return { kind: "unproven", verdict, bundle: bytes };
    if (!wanted(fromBinary(ProofBundleSchema, bytes))) {
      const other = { ...verdict, word: "does not match", rule: "verify.bundle" } as const;
      return { kind: "unproven", verdict: other, bundle: bytes };
    }
    return await answerOf(bytes, result, verdict);
  } catch (error) {
    if (error instanceof Refusal) return { kind: "unproven", verdict: failed("could not check", error.rule, undefined), bundle: bytes };
    if (error instanceof RuleRefusal) return { kind: "unproven", verdict: failed("does not match", error.rule, "V25"), bundle: bytes };
    throw error;
  }
}
