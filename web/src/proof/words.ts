// How the four words look and read.
import type { Verdict, Word } from "../checking/messages";
import type { Tone } from "../design/parts";
import { t } from "../i18n/messages";

export function toneOf(word: Word): Tone {
  switch (word) {
    case "matches":
      return "good";
    case "not proven":
      return "unsure";
    case "does not match":
      return "bad";
    case "could not check":
      return "unknown";
  }
}

type Dashed = "matches" | "not-proven" | "does-not-match" | "could-not-check";

export function dashed(word: Word): Dashed {
  return word.replaceAll(" ", "-") as Dashed;
}

export function wordText(word: Word): string {
  return t(`word.${dashed(word)}`);
}

/** What the log's completeness rests on. */
export function completenessText({ completeness, checkpoint }: Verdict): string {
  const auditors = (checkpoint?.cosigners ?? []).filter((name) => name.startsWith("auditor"));
  if (completeness !== "confirmed" || auditors.length === 0) return t("status.claimed");
  return t("status.confirmed", { auditors: auditors.join(", ") });
}
