// A bundle, checked from its bytes to its closure: SPEC.md section 9.4. The first check that fails ends it.
import { equal, hex } from "../bytes.js";
import type { ProofBundle, SubjectProof } from "#gen/proto/bundle_pb.js";
import { asksForAuditor, policyOf, type Policy } from "../policy.js";
import { checking, Failure, need, type Word } from "../refusal.js";
import type { TreeHead } from "../tlog.js";
import { checkAsset, type Context } from "./asset.js";
import { Catalog } from "./catalog.js";
import { checkClosure } from "./closure.js";
import { checkEntries } from "./entries.js";
import { parseBundle } from "./form.js";
import { historyBytes, type CheckedAsset } from "./history.js";
import { Identifiers, type LookupAnswer } from "./identifiers.js";
import { checkEarlier, checkGenesisEntry, checkLog } from "./log.js";
import { Roll } from "./roll.js";
import { checkSubjects } from "./subjects.js";
import { summarise, type EntrySummary, type PrincipalSummary } from "./summary.js";
import { placeOf, View } from "./view.js";

/** What the reader gives beside the bundle and the policy. */
export interface BundleOptions {
  /** A checkpoint that the reader holds: the bundle's must continue it. */
  readonly earlier?: TreeHead;
  /** Ms since 1970, for the age (V26); without it the age is not judged. */
  readonly now?: bigint;
}

/** The checkpoint that a bundle is about. */
export interface CheckpointSummary extends TreeHead {
  readonly origin: string;
  /** The log's clock when it was made, ms since 1970. */
  readonly timeMs: bigint;
  /** Witnesses of the policy that cosigned it. */
  readonly cosigners: readonly string[];
  readonly note: string;
}

/** A step that was done, and on how much. */
export interface TraceStep {
  readonly step: number;
  readonly checks: readonly string[];
  readonly what: string;
}

export interface BundleResult {
  readonly word: Word;
  /** The check that failed, "V1" to "V33"; undefined where the word is "matches". */
  readonly check: string | undefined;
  readonly rule: string | undefined;
  readonly place: string | undefined;
  readonly trace: readonly TraceStep[];
  /** Known once it was accepted. All that follows only where the word is "matches". */
  readonly checkpoint: CheckpointSummary | undefined;
  /** Whether the policy asks for an auditor, who replays the log's index, or takes the log's word for it. */
  readonly completeness: "claimed" | "confirmed" | undefined;
  /** Older than the log's own promise to publish (V26). Undefined without `now`. */
  readonly stale: boolean | undefined;
  /** 16 bytes; undefined for a look-up. */
  readonly asset: Uint8Array | undefined;
  /** Whether anything is recorded: about the asset, or under the identifier. */
  readonly recorded: boolean | undefined;
  /** The canonical AssetHistory for the fold; undefined where nothing is recorded. */
  readonly history: Uint8Array | undefined;
  readonly lookup: readonly LookupAnswer[] | undefined;
  readonly entries: readonly EntrySummary[];
  readonly principals: readonly PrincipalSummary[];
  /** Entries whose identifier could not be checked: its value or its proof is not in the bundle (V19). */
  readonly uncheckedIdentifiers: readonly bigint[];
}

class Run {
  readonly trace: TraceStep[] = [];
  checkpoint: CheckpointSummary | undefined;

  done(step: number, checks: string, what: string): void {
    this.trace.push({ step, checks: checks.split(" "), what });
  }

  log(bundle: ProofBundle, policy: Policy): View {
    const { checkpoint, commit } = checkLog(bundle, policy);
    const { origin, size, root, cosigners, note } = checkpoint;
    this.checkpoint = { origin, size, root, timeMs: commit.timeMs, cosigners, note };
    this.done(2, "V7 V10", `checkpoint of ${size} leaves`);
    return new View(bundle, checkpoint, commit);
  }

  // Steps 4 to 8: everything that any history rests on.
  ground(view: View): Context {
    checkEntries(view);
    this.done(4, "V11 V12 V13 V14", `${view.entries.size} entries`);
    checkSubjects(view);
    this.done(5, "V22 V18", `${view.checkedSubjects().length} subjects`);
    const genesis = checkGenesisEntry(view);
    this.done(6, "V9", "entry 0");
    const roll = new Roll(view, genesis);
    roll.check();
    this.done(7, "V15", `${roll.all().length} principals`);
    roll.checkPrincipals();
    this.done(8, "V17", "enrolments, grants and withdrawals");
    return { view, genesis, roll };
  }
}

interface Outcome {
  readonly asset: CheckedAsset | undefined;
  readonly lookup: readonly LookupAnswer[] | undefined;
  readonly unchecked: readonly bigint[];
}

// Steps 9 to 12.
function checkAbout(context: Context, run: Run): Outcome {
  const { about } = context.view.bundle;
  if (about.case === "lookup") {
    const catalog = new Catalog(context.view, context.roll);
    catalog.versionsOf(about.value.scheme);
    run.done(9, "V21 V17", `scheme ${about.value.scheme}`);
    const lookup = new Identifiers(context.view, context.genesis, catalog).lookUp(about.value);
    run.done(11, "V19 V20 V23", `${lookup.length} versions of the scheme`);
    return { asset: undefined, lookup, unchecked: [] };
  }
  const checked = checkAsset(context, about.value as Uint8Array);
  run.done(
    12,
    "V21 V17 V19 V20 V24",
    checked === undefined ? "nothing recorded" : "the asset's history",
  );
  return { asset: checked?.asset, lookup: undefined, unchecked: checked?.unchecked ?? [] };
}

function isStale(context: Context, now: bigint | undefined): boolean | undefined {
  const { timeMs } = context.view.commit;
  if (now === undefined) return undefined;
  return now > timeMs + 1000n * BigInt(context.genesis.parameters.maxQuietS);
}

function matching(
  context: Context,
  outcome: Outcome,
  run: Run,
  policy: Policy,
  now: bigint | undefined,
): BundleResult {
  const { about } = context.view.bundle;
  const { asset, lookup } = outcome;
  return {
    ...nothing("matches", run),
    completeness: asksForAuditor(policy) ? "confirmed" : "claimed",
    stale: isStale(context, now),
    asset: about.case === "asset" ? about.value : undefined,
    recorded: asset !== undefined || (lookup ?? []).some(({ state }) => state === "recorded"),
    history: asset && historyBytes(asset, context.genesis.policy, context.roll),
    lookup,
    ...summarise(context, asset),
    uncheckedIdentifiers: outcome.unchecked,
  };
}

function nothing(word: Word, run: Run): BundleResult {
  return {
    word,
    check: undefined,
    rule: undefined,
    place: undefined,
    trace: run.trace,
    checkpoint: run.checkpoint,
    completeness: undefined,
    stale: undefined,
    asset: undefined,
    recorded: undefined,
    history: undefined,
    lookup: undefined,
    entries: [],
    principals: [],
    uncheckedIdentifiers: [],
  };
}

function verify(bytes: Uint8Array, policy: Policy, options: BundleOptions, run: Run): BundleResult {
  const bundle = checking("V31", "bundle", () => parseBundle(bytes));
  run.done(1, "V31", `${bytes.length} bytes`);
  const view = run.log(bundle, policy);
  if (options.earlier !== undefined) {
    checkEarlier(bundle, view.checkpoint, options.earlier);
    run.done(3, "V8", `continues ${options.earlier.size} leaves`);
  }
  const context = run.ground(view);
  const outcome = checkAbout(context, run);
  checkClosure(view, context.genesis);
  run.done(13, "V32 V18", "closure");
  return matching(context, outcome, run, policy, options.now);
}

// What a run answers: its result, or the check that failed.
function answered(run: Run, act: () => BundleResult): BundleResult {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { word, check, rule, place } = error;
    return { ...nothing(word, run), check, rule, place };
  }
}

/**
 * Checks a bundle against the reader's policy. It never throws for what is in the bundle: the result says what is wrong.
 * Throws a Refusal where the policy text is not a policy.
 */
export function verifyBundle(
  bytes: Uint8Array,
  policy: Policy | string | Uint8Array,
  options: BundleOptions = {},
): BundleResult {
  const trusted = policyOf(policy);
  const run = new Run();
  return answered(run, () => verify(bytes, trusted, options, run));
}

function begins(older: SubjectProof, newer: SubjectProof): boolean {
  return older.entries.every(({ index, leafHash }, n) => {
    const entry = newer.entries[n];
    return entry !== undefined && entry.index === index && equal(entry.leafHash, leafHash);
  });
}

/** V33: of each subject that both bundles hold, the older one's entries are the first of the newer one's. */
export function checkContinues(older: ProofBundle, newer: ProofBundle): void {
  const subjects = new Map(newer.subjects.map((proof) => [hex(proof.key), proof]));
  for (const subject of older.subjects) {
    const same = subjects.get(hex(subject.key));
    const holds = same === undefined || begins(subject, same);
    checking("V33", placeOf.subject(subject.key), () => need(holds, "verify.fork"));
  }
}

/**
 * V33: checks both bundles, the newer one with the older's checkpoint, and that of each subject that both hold the older
 * history is the beginning of the newer one. Answers what failed first, or the newer bundle's result.
 */
export function verifyContinuation(
  older: Uint8Array,
  newer: Uint8Array,
  policy: Policy | string | Uint8Array,
  options: { readonly now?: bigint } = {},
): BundleResult {
  const trusted = policyOf(policy);
  const before = verifyBundle(older, trusted);
  if (before.word !== "matches" || before.checkpoint === undefined) return before;
  const after = verifyBundle(newer, trusted, { ...options, earlier: before.checkpoint });
  if (after.word !== "matches") return after;
  return answered(new Run(), () => {
    checkContinues(parseBundle(older), parseBundle(newer));
    return after;
  });
}
