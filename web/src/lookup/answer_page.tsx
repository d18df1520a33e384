// The answer to a look-up: several records, nothing recorded, or that it cannot be told.
import { titleOf } from "../asset/title";
import type { Answer, Holder, Verdict } from "../checking/messages";
import { Button, More, Notice } from "../design/parts";
import { day } from "../i18n/dates";
import { isKey, t } from "../i18n/messages";
import { term } from "../i18n/terms";
import { ProofSteps } from "../proof/proof_steps";
import { BreakNotice } from "../proof/break_notice";
import { VerdictNotice } from "../proof/verdict_notice";
import { useTitle } from "../title";
import { compared } from "../trust/seen";
import { useAsset } from "../trust/use";
import type { Question } from "./home_page";

// What it is called is shown where its record was verified too; without that, its number alone.
function HolderRow({ holder }: { holder: Holder }) {
  const { releasedMs } = holder;
  const asked = useAsset(holder.asset, 0);
  const record = asked.state === "answered" && asked.answer.kind === "record" ? asked.answer.record : undefined;
  return (
    <li class="card stack-small">
      <h2 class="h3">{record === undefined ? t("asset.records-number") : titleOf(record.state)}</h2>
      <p class="code">{holder.asset}</p>
      <p>{releasedMs === undefined ? t("found.now") : t("found.until", { date: day(releasedMs) })}</p>
      <p>
        <a href={`/a/${holder.asset}`}>{t("found.open")}</a>
      </p>
    </li>
  );
}

function kindOf({ scheme, scope }: Question): string {
  return [term("scheme", scheme), scope].filter((part) => part !== "").join(", ");
}

function asked(question: Question): string {
  return `${kindOf(question)}: ${question.value}`;
}

function Several(props: { question: Question; holders: readonly Holder[]; verdict: Verdict; atMs: number }) {
  const title = t("found.title", { count: props.holders.length });
  useTitle(title);
  return (
    <div class="stack">
      <h1>{title}</h1>
      <p class="lead">{asked(props.question)}</p>
      <ul class="alerts">
        {props.holders.map((holder) => (
          <HolderRow holder={holder} key={String(holder.assignedIndex)} />
        ))}
      </ul>
      <p class="soft">{t("found.checked")}</p>
      <More summary={t("status.how")}>
        <ProofSteps verdict={props.verdict} atMs={props.atMs} about="lookup" />
      </More>
    </div>
  );
}

function Nothing(props: { question: Question; verdict: Verdict; atMs: number }) {
  const title = t("absent.title");
  useTitle(title);
  return (
    <div class="stack narrow">
      <h1>{title}</h1>
      <p class="lead">{t("absent.lead", { what: asked(props.question) })}</p>
      <Notice tone="plain" title={t("absent.means")}>
        <ul class="stack-small list">
          <li>{t("absent.means-1")}</li>
          <li>{t("absent.means-2")}</li>
          <li>{t("absent.means-3")}</li>
        </ul>
      </Notice>
      <h2>{t("absent.next")}</h2>
      <ul class="stack-small list">
        <li>{t("absent.next-1")}</li>
        <li>{t("absent.next-2")}</li>
      </ul>
      <More summary={t("absent.proof")}>
        <ProofSteps verdict={props.verdict} atMs={props.atMs} about="absence" />
      </More>
    </div>
  );
}

/** That nothing can be told: about the network or this site, not about the record. */
export function CannotTell(props: { answer: Answer; onAgain: () => void }) {
  const title = t("unsure.title");
  useTitle(title);
  const why =
    props.answer.kind === "refused"
      ? t("unsure.service", { problem: props.answer.rule === "" ? String(props.answer.status) : props.answer.rule })
      : t("unsure.network");
  return (
    <div class="stack narrow">
      <h1>{title}</h1>
      <p class="lead">{why}</p>
      <Button onPress={props.onAgain}>{t("unsure.again")}</Button>
    </div>
  );
}

// What the typed value cannot be: the log's own rules for that kind of number refuse it.
export function isMisread(answer: Answer): answer is Extract<Answer, { kind: "refused" }> {
  return answer.kind === "refused" && /^(vin|identifier|lookup)\./.test(answer.rule);
}

export function Misread(props: { question: Question; rule: string; onChange: () => void }) {
  const { question, rule } = props;
  const why = `misread.${rule}`;
  useTitle(t("misread.title"));
  return (
    <div class="stack narrow">
      <h1>{t("misread.title")}</h1>
      <p class="lead">{t(isKey(why) ? why : "misread.other")}</p>
      <div>
        <p class="soft">{kindOf(question)}</p>
        <p class="code strong" translate={false}>
          {question.value}
        </p>
      </div>
      <p>{t("misread.lead")}</p>
      <Button onPress={props.onChange}>{t("misread.change")}</Button>
    </div>
  );
}

export function AnswerPage(props: { question: Question; answer: Answer; atMs: number; onAgain: () => void }) {
  const { answer, question, atMs } = props;
  const broken = "verdict" in answer && answer.verdict.checkpoint !== undefined && compared(answer.verdict.checkpoint);
  if ("verdict" in answer && broken !== undefined && broken !== false) {
    return <BreakNotice what={broken} verdict={answer.verdict} />;
  }
  switch (answer.kind) {
    case "holders":
      return <Several question={question} holders={answer.holders} verdict={answer.verdict} atMs={atMs} />;
    case "nothing":
      return <Nothing question={question} verdict={answer.verdict} atMs={atMs} />;
    case "unproven":
      return <VerdictNotice verdict={answer.verdict} atMs={atMs} about={asked(question)} />;
    default:
      return <CannotTell answer={answer} onAgain={props.onAgain} />;
  }
}
