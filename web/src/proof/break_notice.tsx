// A log that went back on what this browser saw: said loudly, with the evidence to keep.
import type { ComponentChildren } from "preact";
import type { Verdict } from "../checking/messages";
import { Button } from "../design/parts";
import { day } from "../i18n/dates";
import { t } from "../i18n/messages";
import { integer } from "../i18n/quantities";
import { save } from "../save";
import { lastSeen, type Break } from "../trust/seen";
import { VerdictNotice } from "./verdict_notice";

export function BreakNotice(props: {
  what: Break;
  verdict: Verdict;
  another?: ComponentChildren; // where to go from here
}) {
  const { what, verdict } = props;
  const now = verdict.checkpoint;
  const before = now === undefined ? undefined : lastSeen(now.origin);
  const date = day(before?.atMs ?? 0);
  const values = { date, seen: integer(before?.size ?? 0n), now: integer(now?.size ?? 0n) };
  const notes = before === undefined || now === undefined ? undefined : `${before.note}\n\n${now.note}`;
  return (
    <div class="stack narrow">
      <VerdictNotice
        word="does not match"
        title={t(`${what}.title`)}
        next={[t("next.no-purchase"), t("fork.next")]}
        actions={
          <>
            {notes !== undefined && <Button onPress={() => save("patina-evidence.txt", "text/plain", notes)}>{t("fork.save")}</Button>}
            {props.another}
          </>
        }
      >
        <p>{t(`${what}.lead`, values)}</p>
      </VerdictNotice>
      {before !== undefined && now !== undefined && (
        <>
          <h2>{t("fork.seen", { date })}</h2>
          <pre class="bytes">
            {before.note}
          </pre>
          <h2>{t("fork.now")}</h2>
          <pre class="bytes">
            {now.note}
          </pre>
        </>
      )}
    </div>
  );
}
