// The newest checkpoint of each log that this browser has seen and verified, and evidence against a log that forked.
import type { Checkpoint, Seen, Verdict } from "../checking/messages";
import { bytesOf, hexOf, recall, remember } from "./storage";

interface Kept {
  readonly size: string;
  readonly root: string;
  readonly note: string;
  readonly atMs: number;
}

export interface Remembered extends Seen {
  readonly note: string;
  readonly atMs: number;
}

function keyOf(origin: string): string {
  return `patina.seen.${origin}`;
}

function readKept(value: unknown): Remembered | undefined {
  const { size, root, note, atMs } = value as Partial<Kept>;
  if (typeof size !== "string" || typeof root !== "string" || typeof note !== "string") return undefined;
  return { size: BigInt(size), root: bytesOf(root), note, atMs: atMs ?? 0 };
}

/** What was seen of a log before. */
export function lastSeen(origin: string): Remembered | undefined {
  return recall(keyOf(origin), readKept);
}

/** Remembers a verified checkpoint that continues what was seen before. */
export function keepSeen(checkpoint: Checkpoint): void {
  const before = lastSeen(checkpoint.origin);
  if (before !== undefined && before.size >= checkpoint.size) return;
  const { size, root, note } = checkpoint;
  remember(keyOf(checkpoint.origin), { size: String(size), root: hexOf(root), note, atMs: Date.now() } satisfies Kept);
}

export type Break = "fork" | "rollback";

/** Whether a verdict says that the log went back on what this browser saw. */
export function breakOf(verdict: Verdict): Break | undefined {
  if (verdict.rule === "verify.rollback") return "rollback";
  const broken = verdict.rule === "verify.fork" || (verdict.rule?.startsWith("tlog.consistency-") ?? false);
  return broken ? "fork" : undefined;
}

/** The same for an answer without a proof that it continues: what can be said from sizes and roots alone. */
export function compared(checkpoint: Checkpoint): Break | undefined {
  const before = lastSeen(checkpoint.origin);
  if (before === undefined || checkpoint.size > before.size) return undefined;
  if (checkpoint.size < before.size) return "rollback";
  return hexOf(checkpoint.root) === hexOf(before.root) ? undefined : "fork";
}
