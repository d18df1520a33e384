// The log was not shown to continue the state that a link names: nothing of the record is shown by that link.
import type { Seen, Verdict } from "../checking/messages";
import { Button, Notice } from "../design/parts";
import { t } from "../i18n/messages";
import { integer } from "../i18n/quantities";
import { VerdictNotice } from "../proof/verdict_notice";
import { save } from "../save";
import { headText } from "./link";

/** Whether the log contradicts what a link names, or only did not prove that it continues it. */
export type Unpinned = "broken" | "missing";

function kindOf({ word }: Verdict): Unpinned {
  return word === "does not match" ? "broken" : "missing";
}

function Head({ title, text }: { title: string; text: string }) {
  return (
    <>
      <h2>{title}</h2>
      <pre class="bytes">
        {text}
      </pre>
    </>
  );
}

export function UnpinnedPage(props: { verdict: Verdict; pin: Seen; onAgain: () => void; onWithout: (what: Unpinned) => void }) {
  const { verdict, pin } = props;
  const kind = kindOf(verdict);
  const now = verdict.checkpoint;
  const named = headText(pin);
  const keep = () => save("patina-evidence.txt", "text/plain", [location.href, named, "", now?.note ?? ""].join("\n"));
  return (
    <div class="stack narrow">
      <VerdictNotice
        word={verdict.word}
        title={t(`unpinned.${kind}-title`)}
        next={[t("next.no-purchase"), t(`unpinned.${kind}-next`)]}
        actions={
          <>
            {kind === "missing" && <Button onPress={props.onAgain}>{t("unsure.again")}</Button>}
            <Button quiet={kind === "missing"} onPress={keep}>
              {t("fork.save")}
            </Button>
            <Button quiet onPress={() => props.onWithout(kind)}>
              {t("unpinned.today")}
            </Button>
          </>
        }
      >
        <p>{t(`unpinned.${kind}-lead`, { size: integer(pin.size), now: integer(now?.size ?? 0n) })}</p>
      </VerdictNotice>
      <Head title={t("unpinned.named")} text={named} />
      {now !== undefined && <Head title={t("fork.now")} text={now.note} />}
    </div>
  );
}

/** Stands on today's record where a reader went on to it: what was found about the link still holds. */
export function WithoutLink({ what }: { what: Unpinned }) {
  return (
    <Notice tone={what === "broken" ? "bad" : "unsure"} title={t(`unpinned.${what}-title`)}>
      <p>{t("unpinned.without")}</p>
    </Notice>
  );
}
