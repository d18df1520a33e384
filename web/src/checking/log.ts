// The log itself, read from its tiles: the signed checkpoint, leaves and tiles, each with its way to the root.
import { acceptCheckpoint, checkConsistency, parseLeaf, parsePolicy, Refusal, wordOf } from "@patina/verify";
import { hex } from "./events";
import { fieldsOf, lineOf } from "./leaf_fields";
import type { LogAnswer, LogRequest, Step, TileLink } from "./log_messages";
import type { Seen, Trusting, Verdict } from "./messages";
import { TileFault, Tiles, tilePath, tileWidth, widthOf, type PathStep } from "./tiles";

/** What fetching gives: bytes, or why there are none. */
export type Fetched = { readonly bytes: Uint8Array } | Extract<LogAnswer, { kind: "unreachable" | "refused" }>;
export type Get = (path: string, accept: string) => Promise<Fetched>;

/** What was fetched is not there; no verdict on the log. */
export class NotFetched extends Error {
  constructor(readonly answer: Extract<LogAnswer, { kind: "unreachable" | "refused" }>) {
    super(answer.kind);
  }
}

/** Bytes, or NotFetched. */
export async function bytesFrom(get: Get, path: string, accept: string): Promise<Uint8Array> {
  const fetched = await get(path, accept);
  if ("kind" in fetched) throw new NotFetched(fetched);
  return fetched.bytes;
}

/** A checkpoint that the policy accepts, and its tiles. */
export interface Log {
  readonly tiles: Tiles;
  readonly checkpoint: ReturnType<typeof acceptCheckpoint>;
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return hex(a) === hex(b);
}

/** Refuses unless the tree of these tiles continues what this browser saw. */
async function checkContinues(tiles: Tiles, root: Uint8Array, seen: Seen | undefined): Promise<boolean | undefined> {
  if (seen === undefined || seen.size === 0n) return undefined;
  if (seen.size > tiles.size) throw new Refusal("verify.rollback");
  if (seen.size === tiles.size && !same(seen.root, root)) throw new Refusal("verify.fork");
  checkConsistency(seen, { size: tiles.size, root }, await tiles.consistency(seen.size));
  return true;
}

/** The verdict that a view of the log stands under. */
export function verdictOf(checkpoint: Log["checkpoint"] | undefined, timeMs: number, startedMs: number): Verdict {
  return {
    word: "matches",
    rule: undefined,
    check: undefined,
    steps: [],
    tookMs: Math.round(performance.now() - startedMs),
    checkpoint: checkpoint === undefined ? undefined : { ...checkpoint, timeMs },
    completeness: undefined,
    stale: false,
    continues: undefined,
  };
}

/** Opens the log at its newest checkpoint, and hands it to `read`; a refusal on the way becomes a verdict. */
export async function withLog(trusting: Trusting, get: Get, read: (log: Log, verdict: () => Verdict) => Promise<LogAnswer>): Promise<LogAnswer> {
  const startedMs = performance.now();
  let checkpoint: Log["checkpoint"] | undefined;
  let timeMs = 0;
  try {
    checkpoint = acceptCheckpoint(await bytesFrom(get, "/checkpoint", "text/plain"), parsePolicy(trusting.policy));
    const tiles = new Tiles(checkpoint.size, (path) => bytesFrom(get, `/tile/${path}`, "application/octet-stream"));
    const log = { tiles, checkpoint };
    const commit = parseLeaf(await provenLeaf(log, tiles.size - 1n));
    if (commit.case !== "commit") throw new Refusal("verify.view");
    timeMs = Number(commit.value.timeMs);
    const continues = await checkContinues(tiles, checkpoint.root, trusting.seen);
    return await read(log, () => ({ ...verdictOf(log.checkpoint, timeMs, startedMs), continues }));
  } catch (error) {
    if (error instanceof NotFetched) return error.answer;
    if (!(error instanceof Refusal) && !(error instanceof TileFault)) throw error;
    const verdict = verdictOf(checkpoint, timeMs, startedMs);
    const word = error instanceof TileFault ? "does not match" : wordOf(error.rule);
    return { kind: "unproven", verdict: { ...verdict, word, rule: error.rule } };
  }
}

function linkOf(tiles: Tiles, level: number, number: bigint): TileLink {
  return { level, number, path: `/tile/${tilePath({ level, number }, tiles.size)}` };
}

function stepOf(tiles: Tiles, { sibling, isLeft, from, hash }: PathStep): Step {
  const links = from.map(({ level, number }) => linkOf(tiles, Number(level), number));
  return { sibling: hex(sibling), isLeft, from: links, hash: hex(hash) };
}

/** A path that leads to the root; refused where it leads elsewhere. */
async function provenPath({ tiles, checkpoint }: Log, height: number, number: bigint): Promise<{ start: string; steps: readonly Step[] }> {
  const { start, steps } = await tiles.path(height, number);
  if (!same(steps.at(-1)?.hash ?? start, checkpoint.root)) throw new Refusal("tlog.inclusion-root");
  return { start: hex(start), steps: steps.map((step) => stepOf(tiles, step)) };
}

async function leafWithPath(log: Log, index: bigint): Promise<{ bytes: Uint8Array; steps: readonly Step[] }> {
  const leaves = await log.tiles.leaves(index / tileWidth); // first: then the path is made of their hashes
  const { steps } = await provenPath(log, 0, index);
  return { bytes: leaves[Number(index % tileWidth)] as Uint8Array, steps };
}

/** The bytes of a leaf, which lead to the root. */
export async function provenLeaf(log: Log, index: bigint): Promise<Uint8Array> {
  return (await leafWithPath(log, index)).bytes;
}

const linesMax = 25n;

// The leaves before `before`, newest first, of one tile: so one path shows them all.
async function askLog({ before, policy }: Extract<LogRequest, { kind: "log" }>, log: Log, verdict: () => Verdict): Promise<LogAnswer> {
  const { size } = log.checkpoint;
  const end = before === undefined || before > size ? size : before;
  if (end <= 0n) return { kind: "outside", verdict: verdict() };
  const tile = (end - 1n) / tileWidth;
  const start = end - linesMax > tile * tileWidth ? end - linesMax : tile * tileWidth;
  await provenLeaf(log, end - 1n);
  const leaves = await log.tiles.leaves(tile);
  const lines = leaves.slice(Number(start - tile * tileWidth), Number(end - tile * tileWidth)).map((bytes, at) => lineOf(start + BigInt(at), bytes));
  const key = parsePolicy(policy).logs.find(({ name }) => name === log.checkpoint.origin);
  return { kind: "log", verdict: verdict(), key: key === undefined ? "" : hex(key.publicKey), leaves: lines.reverse() };
}

async function askLeaf({ index }: Extract<LogRequest, { kind: "leaf" }>, log: Log, verdict: () => Verdict): Promise<LogAnswer> {
  if (index >= log.checkpoint.size) return { kind: "outside", verdict: verdict() };
  const { bytes, steps } = await leafWithPath(log, index);
  const entriesPath = `/tile/${tilePath({ level: "entries", number: index / tileWidth }, log.tiles.size)}`;
  const leaf = { ...lineOf(index, bytes), bytes: hex(bytes), fields: fieldsOf(bytes), path: steps, entriesPath };
  return { kind: "leaf", verdict: verdict(), leaf };
}

async function askTile({ level, number }: Extract<LogRequest, { kind: "tile" }>, log: Log, verdict: () => Verdict): Promise<LogAnswer> {
  const name = { level, number };
  const width = widthOf(name, log.tiles.size);
  if (width === 0n) return { kind: "outside", verdict: verdict() };
  const isWhole = width === tileWidth;
  const hashes = (await log.tiles.hashes(name)).map(hex);
  const height = 8 * level;
  // Every hash of a whole tile is part of what its root is made of; of another each is led to the root by itself.
  if (!isWhole) for (let at = 0n; at < width; at++) await provenPath(log, height, number * tileWidth + at);
  const { start, steps } = isWhole ? await provenPath(log, height + 8, number) : await provenPath(log, height, number * tileWidth);
  const path = `/tile/${tilePath(name, log.tiles.size)}`;
  const tile = { level, number, path, hashes, span: 1n << BigInt(height), start, steps, isWhole };
  return { kind: "tile", verdict: verdict(), tile };
}

/** Answers what is asked of the log itself. */
export function askOfLog(request: Exclude<LogRequest, { kind: "source" }>, get: Get): Promise<LogAnswer> {
  return withLog(request, get, (log, verdict) => {
    switch (request.kind) {
      case "log":
        return askLog(request, log, verdict);
      case "leaf":
        return askLeaf(request, log, verdict);
      case "tile":
        return askTile(request, log, verdict);
    }
  });
}
