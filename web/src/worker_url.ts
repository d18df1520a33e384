// The addresses that Workers are started from. The content security policy admits one policy of Trusted Types, and that
// admits these addresses.
import checker from "./checking/worker.ts?worker&url";
import reader from "./scan/reader.ts?worker&url";

interface Policy {
  createScriptURL(url: string): string;
}

const addresses = { checker, reader } as const;
let policy: Policy | undefined;

function made(): Policy | undefined {
  const types = (globalThis as { trustedTypes?: { createPolicy(name: string, rules: Policy): Policy } }).trustedTypes;
  return types?.createPolicy("patina-worker", {
    createScriptURL(asked) {
      if (asked !== checker && asked !== reader) throw new TypeError("no other script may be loaded");
      return asked;
    },
  });
}

/** Starts a Worker. */
export function startWorker(which: keyof typeof addresses): Worker {
  policy ??= made();
  const url = addresses[which];
  return new Worker(policy === undefined ? url : policy.createScriptURL(url), { type: "module" });
}
