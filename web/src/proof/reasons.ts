// Why a check did not end in "matches", in a sentence. It says what was wrong, not which step said so.
import type { Verdict } from "../checking/messages";
import type { Key } from "../i18n/messages";

// Rules that say more than the check in which they were broken.
const byRule: Readonly<Record<string, Key>> = {
  "verify.missing": "fail.missing",
  "verify.bundle-size": "fail.size",
  "bytes.newer-format": "fail.newer",
  "policy.log": "fail.signer",
  "note.unsigned": "fail.signer",
  "policy.quorum-missing": "fail.quorum",
};

// What it is that is missing says more than that something is.
const missing: Readonly<Record<string, Key>> = { V8: "fail.continues", V23: "fail.absent" };

const byCheck: Readonly<Record<string, Key>> = {
  V2: "fail.checkpoint",
  V7: "fail.checkpoint",
  V9: "fail.people",
  V10: "fail.index",
  V11: "fail.entries",
  V12: "fail.entries",
  V13: "fail.entries",
  V14: "fail.entries",
  V15: "fail.people",
  V16: "fail.standing",
  V17: "fail.standing",
  V18: "fail.complete",
  V19: "fail.numbers",
  V20: "fail.numbers",
  V21: "fail.class",
  V22: "fail.complete",
  V23: "fail.complete",
  V24: "fail.streams",
  V25: "fail.state",
  V31: "fail.read",
  V32: "fail.complete",
};

/** Undefined where the word says all that is known. */
export function reasonOf({ check, rule, word }: Verdict): Key | undefined {
  const known = rule === undefined ? undefined : byRule[rule];
  if (check === undefined) return rule === "verify.bundle" ? "fail.other" : known;
  if (rule === "verify.missing") return missing[check] ?? known;
  if (check === "V31" && word === "does not match") return "fail.form";
  return known ?? byCheck[check];
}
