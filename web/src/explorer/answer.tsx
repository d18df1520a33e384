// What every page of the log shares: waiting, what could not be had, what does not hold; only then what was asked for.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { LogAnswer } from "../checking/log_messages";
import type { Verdict } from "../checking/messages";
import { Button, Glyph, More, Skeleton } from "../design/parts";
import { clock } from "../i18n/dates";
import { t } from "../i18n/messages";
import { integer } from "../i18n/quantities";
import { ProblemPage } from "../pages/errors";
import { BreakNotice } from "../proof/break_notice";
import { CannotTell } from "../proof/cannot_tell";
import { Command } from "../proof/command";
import { BrokenRule, CheckpointRows } from "../proof/proof_steps";
import { reasonOf } from "../proof/reasons";
import { VerdictNotice } from "../proof/verdict_notice";
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

function Unproven(props: { verdict: Verdict; atMs: number; isPart: boolean; onAgain: () => void }) {
  const { verdict, atMs } = props;
  const broken = breakOf(verdict);
  const kind = dashed(verdict.word);
  const reason = reasonOf(verdict);
  const isAgainst = againstRules.has(verdict.rule);
  if (broken !== undefined && verdict.checkpoint !== undefined) return <BreakNotice what={broken} verdict={verdict} />;
  if (kind === "matches") return null;
  const isRefused = kind !== "could-not-check"; // by what was sent, and not for the want of it
  return (
    <div class="stack narrow">
      <VerdictNotice
        word={verdict.word}
        title={t(isAgainst ? "log.against-rules" : `log.${kind}`)}
        next={isRefused ? [t("next.no-purchase"), t("next.log-check"), t("next.network")] : [t("next.network")]}
        actions={
          <>
            <Button onPress={props.onAgain}>{t("unsure.again")}</Button>
            {props.isPart && <a href="/log">{t("log.to-log")}</a>}
          </>
        }
      >
        {isAgainst && <p>{t("log.against-rules-lead")}</p>}
        {!isAgainst && reason !== undefined && <p>{t(reason)}</p>}
        {kind === "could-not-check" && <p>{t("unsure.log")}</p>}
        <p>{t("status.nothing-shown")}</p>
      </VerdictNotice>
      {isRefused && <Command text="patina log check" of={t("log.elsewhere")} />}
      <More summary={t("status.how")}>
        <p>{t("log.how")}</p>
        <BrokenRule verdict={verdict} />
        <p class="soft">{t("status.checked-at", { time: clock(atMs), ms: verdict.tookMs })}</p>
        <CheckpointRows verdict={verdict} />
      </More>
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
  const { answer, atMs } = asked;
  const again = () => setAttempt(attempt + 1);
  switch (answer.kind) {
    case "unproven":
      return <Unproven verdict={answer.verdict} atMs={atMs} isPart={props.wanted.kind !== "log"} onAgain={again} />;
    case "outside":
      return <Outside verdict={answer.verdict} {...props.outside} />;
    case "unreachable":
    case "refused":
      return <CannotTell answered={answer.kind === "refused"} about="log" onAgain={again} />;
    default:
      return <>{props.children(answer, atMs)}</>;
  }
}
