// The answer to a look-up: several records, nothing recorded, or that it cannot be told.
import { titleOf } from "../asset/title";
import type { Answer, Holder, Verdict } from "../checking/messages";
import { Button, More } from "../design/parts";
import { day } from "../i18n/dates";
import { isKey, t } from "../i18n/messages";
import { Absent } from "../proof/absent";
import { BreakNotice } from "../proof/break_notice";
import { CannotTell } from "../proof/cannot_tell";
import { ProofSteps } from "../proof/proof_steps";
import { Unproven } from "../proof/unproven";
import { useTitle } from "../title";
import { compared } from "../trust/seen";
import { useAsset } from "../trust/use";
import type { Question } from "./home_page";
import { kindText } from "./kind_text";

// What it is called is shown where its record was verified too; without that, its number alone.
function HolderRow({ holder }: { holder: Holder }) {
  const { releasedMs } = holder;
  const asked = useAsset(holder.asset, 0);
  const record = asked.state === "answered" && asked.answer.kind === "record" ? asked.answer.record : undefined;
  return (
    <li class="card stack-small">
      <h2 class="h3">{record === undefined ? t("asset.records-number") : titleOf(record.state)}</h2>
      <p class="code" translate={false}>
        {holder.asset}
      </p>
      <p>{releasedMs === undefined ? t("found.now") : t("found.until", { date: day(releasedMs) })}</p>
      <p>
        <a href={`/a/${holder.asset}`}>{t("found.open")}</a>
      </p>
    </li>
  );
}

function Typed({ question }: { question: Question }) {
  return (
    <div>
      <p class="soft">{kindText(question)}</p>
      <p class="code strong" translate={false}>
        {question.value}
      </p>
    </div>
  );
}

interface Answered {
  readonly question: Question;
  readonly verdict: Verdict;
  readonly atMs: number;
  readonly onAnother: () => void;
}

function Several(props: Answered & { holders: readonly Holder[] }) {
  const title = t("found.title", { count: props.holders.length });
  const nowFirst = [...props.holders].sort((a, b) => (b.releasedMs ?? Infinity) - (a.releasedMs ?? Infinity) || 0);
  useTitle(title);
  return (
    <div class="stack">
      <h1>{title}</h1>
      <Typed question={props.question} />
      <ul class="cards">
        {nowFirst.map((holder) => (
          <HolderRow holder={holder} key={String(holder.assignedIndex)} />
        ))}
      </ul>
      <p class="soft">{t("found.checked")}</p>
      <More summary={t("status.how")}>
        <ProofSteps verdict={props.verdict} atMs={props.atMs} about="lookup" />
      </More>
      <p>
        <Button quiet onPress={props.onAnother}>
          {t("found.again")}
        </Button>
      </p>
    </div>
  );
}

function Nothing(props: Answered) {
  return (
    <Absent
      title={t("absent.title")}
      lead={t("absent.lead")}
      what={{ label: kindText(props.question), shown: props.question.value }}
      means={["absent.means-1", "absent.means-2", "absent.means-3"]}
      next={["absent.next-1", "absent.next-2"]}
      verdict={props.verdict}
      atMs={props.atMs}
    >
      <p>
        <Button onPress={props.onAnother}>{t("found.again")}</Button>
      </p>
    </Absent>
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
      <Typed question={question} />
      <p>{t("misread.lead")}</p>
      <Button onPress={props.onChange}>{t("misread.change")}</Button>
    </div>
  );
}

export function AnswerPage(props: {
  question: Question;
  answer: Answer;
  atMs: number;
  onAgain: () => void;
  onAnother: () => void;
}) {
  const { answer, question, atMs, onAnother } = props;
  const another = (
    <Button quiet onPress={onAnother}>
      {t("found.again")}
    </Button>
  );
  const broken = "verdict" in answer && answer.verdict.checkpoint !== undefined && compared(answer.verdict.checkpoint);
  if ("verdict" in answer && broken !== undefined && broken !== false) {
    return <BreakNotice what={broken} verdict={answer.verdict} another={another} />;
  }
  switch (answer.kind) {
    case "holders":
      return <Several question={question} holders={answer.holders} verdict={answer.verdict} atMs={atMs} onAnother={onAnother} />;
    case "nothing":
      return <Nothing question={question} verdict={answer.verdict} atMs={atMs} onAnother={onAnother} />;
    case "unproven":
      return (
        <Unproven
          verdict={answer.verdict}
          atMs={atMs}
          about="lookup"
          what={{ label: kindText(question), shown: question.value }}
          evidence={answer.bundle}
          another={another}
          onAgain={props.onAgain}
        />
      );
    default:
      return <CannotTell answered={answer.kind === "refused"} about="lookup" another={another} onAgain={props.onAgain} />;
  }
}
