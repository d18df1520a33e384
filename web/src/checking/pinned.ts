// Whether the log continues what a link names as well as what this browser saw: each bundle proves that of one state.
import { sameHead } from "../share/link";
import { certificateNumber } from "./certificate";
import type { Answer, Seen, Verdict } from "./messages";

/** Fetches a bundle and checks it against an earlier state. */
export type Against = (earlier: Seen | undefined) => Promise<Answer>;

const roundsMax = 3; // a log may grow between two questions

function headOf(answer: Answer): Seen | undefined {
  return "verdict" in answer && answer.verdict.word === "matches" ? answer.verdict.checkpoint : undefined;
}

function marked(answer: Answer, pin: Seen): Answer {
  if (answer.kind === "unproven" && answer.verdict.check === "V8") return { kind: "unpinned", verdict: answer.verdict, pin };
  if (answer.kind !== "record") return answer;
  return { ...answer, pinned: { head: pin, certificate: certificateNumber(answer.record.asset, pin) } };
}

// On a first visit there is nothing that was seen before; the link alone is continued.
function firstSeen(answer: Answer): Answer {
  if (answer.kind !== "record" && answer.kind !== "nothing") return answer;
  const verdict: Verdict = { ...answer.verdict, continues: undefined };
  return { ...answer, verdict };
}

/** The answer, if the log continues both. */
export async function checkPinned(pin: Seen, seen: Seen | undefined, against: Against): Promise<Answer> {
  if (seen === undefined) return firstSeen(marked(await against(pin), pin));
  if (sameHead(pin, seen)) return marked(await against(seen), pin);
  for (let round = 0; round < roundsMax; round++) {
    const today = await against(seen);
    const head = headOf(today);
    if (head === undefined) return today;
    const linked = await against(pin);
    const other = headOf(linked);
    if (other === undefined) return marked(linked, pin);
    if (sameHead(head, other)) return marked(today, pin);
    // Of one size there is one root: two of them are two histories.
    if (head.size === other.size) return refused(linked, "verify.fork", pin);
  }
  return refused(await against(pin), "verify.missing", pin);
}

function refused(answer: Answer, rule: "verify.fork" | "verify.missing", pin: Seen): Answer {
  if (!("verdict" in answer)) return answer;
  const word = rule === "verify.fork" ? "does not match" : "not proven";
  return { kind: "unpinned", verdict: { ...answer.verdict, word, rule, check: "V8" }, pin };
}
