// The log was not shown to continue the state that a link names: nothing of the record is shown by that link.
import type { Seen, Verdict } from "../checking/messages";
import { Button, Glyph, Notice } from "../design/parts";
import { t } from "../i18n/messages";
import { integer } from "../i18n/quantities";
import { toneOf, wordText } from "../proof/words";
import { go } from "../route";
import { save } from "../save";
import { useTitle } from "../title";
import { headText } from "./link";

function Evidence({ verdict, pin }: { verdict: Verdict; pin: Seen }) {
  const now = verdict.checkpoint;
  const named = headText(pin);
  return (
    <div class="stack">
      <h2>{t("unpinned.named")}</h2>
      <pre class="bytes" tabIndex={0}>
        {named}
      </pre>
      {now !== undefined && (
        <>
          <h2>{t("fork.now")}</h2>
          <pre class="bytes" tabIndex={0}>
            {now.note}
          </pre>
          <Button quiet onPress={() => save("patina-evidence.txt", "text/plain", `${location.href}\n${named}\n\n${now.note}`)}>
            {t("fork.save")}
          </Button>
        </>
      )}
    </div>
  );
}

export function UnpinnedPage({ verdict, pin, asset }: { verdict: Verdict; pin: Seen; asset: string }) {
  const broken = verdict.word === "does not match";
  const key = broken ? "unpinned.broken" : "unpinned.missing";
  const values = { size: integer(pin.size), now: integer(verdict.checkpoint?.size ?? 0n) };
  useTitle(t(`${key}-title`));
  return (
    <div class="stack narrow">
      <h1 class={`status-word tone-${toneOf(verdict.word)}`}>
        <Glyph tone={toneOf(verdict.word)} />
        {wordText(verdict.word)}
      </h1>
      <Notice tone={broken ? "bad" : "unsure"} live title={t(`${key}-title`)}>
        <p>{t(`${key}-lead`, values)}</p>
      </Notice>
      <p>{t(`${key}-next`)}</p>
      <Button onPress={() => go(`/a/${asset}`)}>{t("unpinned.today")}</Button>
      <Evidence verdict={verdict} pin={pin} />
    </div>
  );
}
