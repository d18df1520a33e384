// V32 and V18: nothing stands in a bundle that is not part of its closure. SPEC.md sections 7.9 and 9.4, step 13.
import { hex } from "../bytes.js";
import { checking, need } from "../refusal.js";
import {
  placeOf,
  type CheckedEntry,
  type CheckedGenesis,
  type CheckedSubject,
  type View,
} from "./view.js";

function checkLinks(entry: CheckedEntry, subjects: ReadonlyMap<string, CheckedSubject>): void {
  for (const { key, seq } of entry.leaf.subjects) {
    const subject = subjects.get(hex(key));
    need(subject === undefined || subject.entries[Number(seq)] === entry, "verify.chain");
  }
}

/** Refuses what was not asked for, and what no subject lists. */
export function checkClosure(view: View, genesis: CheckedGenesis): void {
  const { name } = genesis.policy;
  const policy = view.ask("policy", name).entries;
  checking("V32", `policy ${name}`, () =>
    need(policy.length === 1 && policy[0] === genesis.entry, "verify.bundle"),
  );
  const subjects = view.checkedSubjects();
  for (const subject of subjects) {
    checking("V32", placeOf.subject(subject.key), () =>
      need(view.wasAskedFor(subject), "verify.bundle"),
    );
  }
  const listed = new Set(subjects.flatMap(({ entries }) => entries));
  for (const entry of view.entries.values()) {
    checking("V32", placeOf.entry(entry.index), () => need(listed.has(entry), "verify.bundle"));
  }
  const byKey = new Map(subjects.map((subject) => [hex(subject.key), subject]));
  for (const entry of view.entries.values()) {
    checking("V18", placeOf.entry(entry.index), () => checkLinks(entry, byKey));
  }
}
