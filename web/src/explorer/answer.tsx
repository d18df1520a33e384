// What every page of the log shares: waiting, what could not be had, what does not hold; only then what was asked for.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { LogAnswer } from "../checking/log_messages";
import type { Verdict } from "../checking/messages";
import { Glyph, Skeleton } from "../design/parts";
import { clock } from "../i18n/dates";
import { t } from "../i18n/messages";
import { integer } from "../i18n/quantities";
import { CannotTell } from "../lookup/answer_page";
import { ProblemPage } from "../pages/errors";
import { BreakNotice } from "../proof/break_notice";
import { WordStatus } from "../proof/verdict_notice";
import { dashed, wordText } from "../proof/words";
import { useTitle } from "../title";
import { breakOf } from "../trust/seen";
import { useLog, type LogWanted } from "./use";

function Waiting({ title }: { title: string }) {
  useTitle(title);
  return (
    <div class="stack">
      <h1>{title}</h1>
      <p class="soft">{t("log.reading")}</p>
      <Skeleton lines={7} label={t("log.reading")} />
    </div>
  );
}

// The bytes are the log's, and what they say is against its own rules.
const againstRules: ReadonlySet<string | undefined> = new Set(["verify.enrolment", "verify.key", "verify.key-change", "verify.standing"]);

function Unproven({ verdict }: { verdict: Verdict }) {
  const broken = breakOf(verdict);
  const kind = dashed(verdict.word);
  useTitle(wordText(verdict.word));
  if (broken !== undefined && verdict.checkpoint !== undefined) return <BreakNotice what={broken} verdict={verdict} />;
  if (kind === "matches") return null;
  return (
    <div class="stack narrow">
      <WordStatus word={verdict.word} lead={t(againstRules.has(verdict.rule) ? "log.against-rules" : `log.${kind}`)} />
      <p>
        {t("proof.rule")}: <code>{verdict.rule}</code> {verdict.check !== undefined && <code>({verdict.check})</code>}
      </p>
    </div>
  );
}

function Outside({ verdict, title, lead }: { verdict: Verdict; title: string; lead: string }) {
  useTitle(title);
  return (
    <div class="stack narrow">
      <h1>{title}</h1>
      <p class="lead">{lead}</p>
      <p>{t("log.outside-size", { size: integer(verdict.checkpoint?.size ?? 0n) })}</p>
      <p>
        <a href="/log">{t("log.to-log")}</a>
      </p>
    </div>
  );
}

/** How it was checked, in a line. */
export function Checked({ verdict, atMs }: { verdict: Verdict; atMs: number }) {
  return (
    <p class="row checked">
      <span class="badge tone-good">
        <Glyph tone="good" />
        <span>{wordText("matches")}</span>
      </span>
      <span class="soft">
        {t("status.checked-at", { time: clock(atMs), ms: verdict.tookMs })}{" "}
        {t(verdict.continues === true ? "log.continues" : "log.first-seen")}
      </span>
    </p>
  );
}

/** Asks, and shows what was asked for where it holds. */
export function LogPageOf(props: {
  wanted: LogWanted;
  title: string;
  outside: { title: string; lead: string };
  children: (answer: LogAnswer, atMs: number) => ComponentChildren;
}) {
  const [attempt, setAttempt] = useState(0);
  const asked = useLog(props.wanted, attempt);
  if (asked.state === "asking") return <Waiting title={props.title} />;
  if (asked.state === "broken") return <ProblemPage />;
  if (asked.state !== "answered") return <h1>{t("unsure.title")}</h1>;
  const { answer, atMs } = asked;
  switch (answer.kind) {
    case "unproven":
      return <Unproven verdict={answer.verdict} />;
    case "outside":
      return <Outside verdict={answer.verdict} {...props.outside} />;
    case "unreachable":
    case "refused":
      return <CannotTell answer={answer} onAgain={() => setAttempt(attempt + 1)} />;
    default:
      return <>{props.children(answer, atMs)}</>;
  }
}
