// A log that went back on what this browser saw: said loudly, with the evidence to keep.
import type { Verdict } from "../checking/messages";
import { Button, Notice } from "../design/parts";
import { day } from "../i18n/dates";
import { t } from "../i18n/messages";
import { integer } from "../i18n/quantities";
import { save } from "../save";
import { useTitle } from "../title";
import { lastSeen, type Break } from "../trust/seen";

export function BreakNotice({ what, verdict }: { what: Break; verdict: Verdict }) {
  const now = verdict.checkpoint;
  const before = now === undefined ? undefined : lastSeen(now.origin);
  useTitle(t(`${what}.title`));
  const date = day(before?.atMs ?? 0);
  const values = { date, seen: integer(before?.size ?? 0n), now: integer(now?.size ?? 0n) };
  return (
    <div class="stack narrow">
      <h1>{t("word.does-not-match")}</h1>
      <Notice tone="bad" live title={t(`${what}.title`)}>
        <p>{t(`${what}.lead`, values)}</p>
      </Notice>
      {before !== undefined && now !== undefined && (
        <div class="stack">
          <h2>{t("fork.seen", { date })}</h2>
          <pre class="bytes" tabIndex={0}>
            {before.note}
          </pre>
          <h2>{t("fork.now")}</h2>
          <pre class="bytes" tabIndex={0}>
            {now.note}
          </pre>
          <Button onPress={() => save("patina-evidence.txt", "text/plain", `${before.note}\n\n${now.note}`)}>
            {t("fork.save")}
          </Button>
        </div>
      )}
    </div>
  );
}
