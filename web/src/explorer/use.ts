// Asking the Worker about the log itself, with the trust that this browser holds.
import { ask } from "../checking/client";
import type { LogAnswer, LogRequest } from "../checking/log_messages";
import type { Trusting } from "../checking/messages";
import { keepSeen } from "../trust/seen";
import { seenUnder, useAnswer, type Asked } from "../trust/use";

export type LogWanted = LogRequest extends infer R ? (R extends LogRequest ? Omit<R, keyof Trusting> : never) : never;

// Bigints stand in what is asked, so it is compared by a text of its own.
function named(wanted: LogWanted): string {
  return Object.values(wanted).map(String).join(" ");
}

async function askLog(wanted: LogWanted, policy: string): Promise<LogAnswer> {
  const answer = await ask({ ...wanted, policy, seen: seenUnder(policy), nowMs: Date.now() } as LogRequest);
  const verdict = "verdict" in answer ? answer.verdict : undefined;
  if (verdict?.word === "matches" && verdict.checkpoint !== undefined) keepSeen(verdict.checkpoint);
  return answer;
}

/** The answer; asks again when the trust, what is wanted or `attempt` changes. */
export function useLog(wanted: LogWanted, attempt: number): Asked<LogAnswer> {
  return useAnswer((policy) => askLog(wanted, policy), [named(wanted), attempt]);
}
