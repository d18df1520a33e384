// The first level: in one sentence what was checked, and in the next what that does not mean.
import type { ComponentChildren } from "preact";
import type { Record, Verdict } from "../checking/messages";
import { Glyph, More, Notice } from "../design/parts";
import { clock, duration } from "../i18n/dates";
import { t } from "../i18n/messages";
import { completenessText, toneOf, wordText } from "../proof/words";
import { nameOf } from "./values";

// The principals who signed, most entries first; of many, the first and how many more.
function signersText({ events, people }: Record): string {
  const counts = new Map<string, number>();
  for (const { sources } of events) {
    for (const { principal } of sources) counts.set(principal, (counts.get(principal) ?? 0) + 1);
  }
  const ids = [...counts].sort((a, b) => b[1] - a[1]).map(([id]) => id);
  const names = ids.map((id) => nameOf(people, id));
  if (names.length <= 1) return names[0] ?? "";
  if (names.length === 2) return t("app.list-and", { first: names[0] as string, last: names[1] as string });
  return t("status.signers-more", { name: names[0] as string, count: names.length - 1 });
}

/** How the check ended, in one sentence, and what is said below it. */
export function Outcome({ record, verdict, children }: { record: Record; verdict: Verdict; children: ComponentChildren }) {
  return (
    <section class={`status tone-${toneOf(verdict.word)}`} aria-label={t("asset.proof")}>
      <p class="status-word">
        <Glyph tone={toneOf(verdict.word)} />
        {wordText(verdict.word)}
      </p>
      <p>{t("status.matches", { count: Number(record.state.entries), sources: signersText(record) })}</p>
      {children}
    </section>
  );
}

interface Checked {
  readonly record: Record;
  readonly verdict: Verdict;
  readonly atMs: number;
  /** A file says of itself how old it is; the log behind it may be newer. */
  readonly isFile?: boolean;
}

/** What limits the outcome, though it matches. */
export function Reservations({ record, verdict, atMs, isFile }: Checked) {
  const age = atMs - (verdict.checkpoint?.timeMs ?? atMs);
  return (
    <>
      {verdict.stale && isFile !== true && (
        <Notice tone="unsure" title={t("status.aged-title")}>
          <p>{t("status.aged", { age: duration(age) })}</p>
        </Notice>
      )}
      {record.state.selfDeclared && <Notice tone="unsure">{t("asset.self-declared")}</Notice>}
    </>
  );
}

export function Status({ record, verdict, atMs, isFile = false }: Checked) {
  return (
    <div class="stack">
      <Outcome record={record} verdict={verdict}>
        <p class="soft small">{t("status.checked", { time: clock(atMs) })}</p>
        <More summary={t("status.what-not")}>
          <p>{t("status.not-meaning")}</p>
          <p>{completenessText(verdict)}</p>
          <p>
            <a href="#proof">{t("status.how")}</a>
          </p>
        </More>
      </Outcome>
      <Reservations record={record} verdict={verdict} atMs={atMs} isFile={isFile} />
    </div>
  );
}
