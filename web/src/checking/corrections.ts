// Which corrections may stand for what they correct. The state does not name their targets; the history does.
import type { AssetState, Correction } from "@patina/proto/state_pb";
import type { HistoryEvent } from "./messages";

/** A correction of a record's state as it leaves the Worker. The last one of its fact that counts is what holds. */
export type Judged = Correction & { counts?: boolean };

function isByItsSource(correction: HistoryEvent | undefined, events: readonly HistoryEvent[]): boolean {
  const target = events.find(({ statement }) => statement === correction?.target);
  const ids = new Set(target?.sources.map(({ principal }) => principal));
  return correction?.sources.some(({ principal }) => ids.has(principal)) === true;
}

/** Marks each correction: it counts where it is not self-declared, or shares a source with its target (SPEC.md section 8.2). */
export function judgeCorrections(state: AssetState, events: readonly HistoryEvent[]): void {
  const facts = [...state.manufacturer, ...state.consumer, ...state.records.flatMap(({ fields }) => fields)];
  for (const correction of facts.flatMap(({ corrections }): Judged[] => corrections)) {
    const event = events.find(({ index }) => index === correction.index);
    correction.counts = !correction.selfDeclared || isByItsSource(event, events);
  }
}
