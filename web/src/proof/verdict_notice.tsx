// A check that did not end in "matches": which word, what it means, and nothing of the record.
import type { ComponentChildren } from "preact";
import type { Verdict, Word } from "../checking/messages";
import { Glyph, More } from "../design/parts";
import { t } from "../i18n/messages";
import { useTitle } from "../title";
import { breakOf } from "../trust/seen";
import { BreakNotice } from "./break_notice";
import { failedStep, ProofSteps } from "./proof_steps";
import { dashed, toneOf, wordText } from "./words";

/** The word that a check ended in, and what follows for the reader. */
export function WordStatus(props: { word: Word; lead: string; children?: ComponentChildren }) {
  return (
    <div class={`status tone-${toneOf(props.word)}`} role="alert">
      <h1 class="status-word">
        <Glyph tone={toneOf(props.word)} />
        {wordText(props.word)}
      </h1>
      <p class="lead">{props.lead}</p>
      {props.children}
      <p>{t("status.nothing-shown")}</p>
    </div>
  );
}

export function VerdictNotice({ verdict, atMs, about }: { verdict: Verdict; atMs: number; about: string }) {
  const failed = failedStep(verdict);
  const broken = breakOf(verdict);
  useTitle(wordText(verdict.word));
  if (broken !== undefined) return <BreakNotice what={broken} verdict={verdict} />;
  const kind = dashed(verdict.word);
  if (kind === "matches") return null;
  return (
    <div class="stack narrow">
      <WordStatus word={verdict.word} lead={t(`status.${kind}`)}>
        {failed !== undefined && (
          <p>{t(kind === "does-not-match" ? "status.failed-at" : "status.not-shown", { step: failed })}</p>
        )}
      </WordStatus>
      {about !== "" && <p class="code">{about}</p>}
      <More summary={t("status.how")}>
        <ProofSteps verdict={verdict} atMs={atMs} about="record" />
      </More>
    </div>
  );
}
