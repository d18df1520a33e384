// A check that did not end in "matches": which word, what it means, and nothing of the record.
import type { Verdict } from "../checking/messages";
import { Glyph, More } from "../design/parts";
import { t } from "../i18n/messages";
import { useTitle } from "../title";
import { breakOf } from "../trust/seen";
import { BreakNotice } from "./break_notice";
import { failedStep, ProofSteps } from "./proof_steps";
import { dashed, toneOf, wordText } from "./words";

export function VerdictNotice({ verdict, atMs, about }: { verdict: Verdict; atMs: number; about: string }) {
  const failed = failedStep(verdict);
  const broken = breakOf(verdict);
  useTitle(wordText(verdict.word));
  if (broken !== undefined) return <BreakNotice what={broken} verdict={verdict} />;
  const kind = dashed(verdict.word);
  if (kind === "matches") return null;
  return (
    <div class="stack narrow">
      <div class={`status tone-${toneOf(verdict.word)}`} role="alert">
        <h1 class="status-word">
          <Glyph tone={toneOf(verdict.word)} />
          {wordText(verdict.word)}
        </h1>
        <p class="lead">{t(`status.${kind}`)}</p>
        {failed !== undefined && (
          <p>{t(kind === "does-not-match" ? "status.failed-at" : "status.not-shown", { step: failed })}</p>
        )}
        <p>{t("status.nothing-shown")}</p>
      </div>
      {about !== "" && <p class="code">{about}</p>}
      <More summary={t("status.how")}>
        <ProofSteps verdict={verdict} atMs={atMs} about="record" />
      </More>
    </div>
  );
}
