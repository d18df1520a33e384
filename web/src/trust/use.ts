// Asking the Worker with the trust that this browser holds, and remembering what was verified.
import { useEffect, useState } from "preact/hooks";
import type { Answer, Request, Seen, Trusting } from "../checking/messages";
import { ask } from "../checking/client";
import { useSignal } from "../i18n/signal";
import { partiesOf, policyOf, trust } from "./policy";
import { keepSeen, lastSeen } from "./seen";

type Wanted = Request extends infer R ? (R extends Request ? Omit<R, keyof Trusting> : never) : never;

/** What was seen of the log that a policy names; of several logs the first. */
export function seenUnder(policy: string): Seen | undefined {
  const log = partiesOf(policy).find(({ kind }) => kind === "log");
  const before = log === undefined ? undefined : lastSeen(log.name);
  return before === undefined ? undefined : { size: before.size, root: before.root };
}

/** Asks, and remembers the checkpoint where all of it matched. A file of old may be older than what was seen. */
export async function askTrusting(wanted: Wanted, policy: string): Promise<Answer> {
  const seen = wanted.kind === "file" ? undefined : seenUnder(policy);
  const answer = await ask({ ...wanted, policy, seen, nowMs: Date.now() } as Request);
  const verdict = "verdict" in answer ? answer.verdict : undefined;
  const isProven = wanted.kind === "asset" || seen === undefined;
  if (verdict?.word === "matches" && verdict.checkpoint !== undefined && isProven) keepSeen(verdict.checkpoint);
  return answer;
}

export type Asked<A = Answer> =
  | { readonly state: "asking" }
  | { readonly state: "broken" }
  | { readonly state: "answered"; readonly answer: A; readonly atMs: number };

/** What `asking` is answered under the trust of this browser; asks again when that or `about` changes. */
export function useAnswer<A>(asking: (policy: string) => Promise<A>, about: readonly unknown[]): Asked<A> {
  const policy = policyOf(useSignal(trust));
  const [asked, setAsked] = useState<Asked<A>>({ state: "asking" });
  useEffect(() => {
    let isCurrent = true;
    setAsked({ state: "asking" });
    if (policy !== undefined) {
      asking(policy).then(
        (answer) => isCurrent && setAsked({ state: "answered", answer, atMs: Date.now() }),
        () => isCurrent && setAsked({ state: "broken" }),
      );
    }
    return () => {
      isCurrent = false;
    };
  }, [policy, ...about]);
  return asked;
}

/** The answer about an asset; asks again when the trust, `attempt` or `pin` changes. */
export function useAsset(asset: string, attempt: number, pin?: Seen): Asked {
  return useAnswer((policy) => askTrusting({ kind: "asset", asset, pin }, policy), [asset, attempt, pin]);
}
