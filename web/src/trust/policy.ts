// Whom this page trusts: built in, or named by the site and pinned on the first visit. A change is never taken silently.
import { signalOf } from "../i18n/signal";
import { recall, remember } from "./storage";

const key = "patina.trust";

interface Pinned {
  readonly policy: string;
  readonly sinceMs: number;
}

export type Trust =
  | { readonly state: "loading" }
  | { readonly state: "none" } // the site names nobody
  | { readonly state: "unreachable" }
  | { readonly state: "built in"; readonly policy: string }
  | { readonly state: "pinned"; readonly policy: string; readonly sinceMs: number }
  | { readonly state: "unpinned"; readonly policy: string } // storage is switched off
  | { readonly state: "changed"; readonly policy: string; readonly sinceMs: number; readonly named: string };

export const trust = signalOf<Trust>({ state: "loading" });

/** The policy that is checked against; undefined where there is none. */
export function policyOf(now: Trust): string | undefined {
  return "policy" in now ? now.policy : undefined;
}

function readPinned(value: unknown): Pinned | undefined {
  const { policy, sinceMs } = value as Partial<Pinned>;
  return typeof policy === "string" && typeof sinceMs === "number" ? { policy, sinceMs } : undefined;
}

function pin(policy: string): Trust {
  const sinceMs = Date.now();
  return remember(key, { policy, sinceMs }) ? { state: "pinned", policy, sinceMs } : { state: "unpinned", policy };
}

// Addresses and comments may change; keys, names and the quorum may not.
export function meaning(policy: string): string {
  const lines = policy.split("\n").map((line) => line.trim().split(/\s+/));
  const kept = lines.filter((words) => words[0] !== "" && !(words[0] as string).startsWith("#"));
  const bare = kept.map((words) => {
    if (words[0] === "log") return words.slice(0, 2);
    return words[0] === "witness" ? words.slice(0, 3) : words;
  });
  return bare.map((words) => words.join(" ")).sort().join("\n");
}

async function named(): Promise<Response | undefined> {
  try {
    return await fetch("/portal/policy", { cache: "no-store", redirect: "error" });
  } catch {
    return undefined;
  }
}

/** Finds out whom to trust. */
export async function loadTrust(): Promise<void> {
  const builtIn = import.meta.env["VITE_PATINA_POLICY"] as string | undefined;
  if (builtIn !== undefined && builtIn !== "") {
    trust.value = { state: "built in", policy: builtIn };
    return;
  }
  const pinned = recall(key, readPinned);
  const response = await named();
  const policy = response?.ok === true ? await response.text() : undefined;
  if (pinned !== undefined) {
    const isSame = policy === undefined || meaning(policy) === meaning(pinned.policy);
    trust.value = isSame ? { state: "pinned", ...pinned } : { state: "changed", ...pinned, named: policy };
  } else if (policy !== undefined) {
    trust.value = pin(policy);
  } else {
    trust.value = { state: response === undefined || response.status >= 500 ? "unreachable" : "none" };
  }
}

/** Goes on trusting as before, because the reader said so; who opens the site again is asked again. */
export function keepPinned(): void {
  const now = trust.value;
  if (now.state === "changed") trust.value = { state: "pinned", policy: now.policy, sinceMs: now.sinceMs };
}

/** Trusts whom the site names now, because the reader said so. */
export function takeNamed(): void {
  const now = trust.value;
  if (now.state === "changed") trust.value = pin(now.named);
}

/** A log or a witness of a policy. */
export interface Party {
  readonly kind: "log" | "witness";
  readonly name: string;
  readonly key: string;
}

/** The keys that a policy names. The verifier reads it strictly; this is for showing it. */
export function partiesOf(policy: string): Party[] {
  return policy.split("\n").flatMap((line): Party[] => {
    const words = line.trim().split(/\s+/);
    const isLog = words[0] === "log";
    const text = isLog ? words[1] : words[0] === "witness" ? words[2] : undefined;
    if (text === undefined) return [];
    // A name has no plus; a key, in base 64, may.
    const plus = text.indexOf("+");
    return [{ kind: isLog ? "log" : "witness", name: text.slice(0, Math.max(0, plus)), key: text.slice(plus + 1) }];
  });
}
