// That nothing is recorded, proven by the log's index: what that does not mean, and what to do.
import type { ComponentChildren } from "preact";
import type { Verdict } from "../checking/messages";
import { More, Notice } from "../design/parts";
import { t, type Key } from "../i18n/messages";
import { useTitle } from "../title";
import { AskedFor, type What } from "./asked_for";
import { ProofSteps } from "./proof_steps";

function Lines({ keys }: { keys: readonly Key[] }) {
  return (
    <ul class="stack-small list">
      {keys.map((key) => (
        <li key={key}>{t(key)}</li>
      ))}
    </ul>
  );
}

export function Absent(props: {
  title: string;
  lead: string;
  what: What;
  means: readonly Key[]; // what it does not mean
  next: readonly Key[];
  verdict: Verdict;
  atMs: number;
  children?: ComponentChildren; // where to go from here
}) {
  useTitle(props.title);
  return (
    <div class="stack narrow">
      <h1>{props.title}</h1>
      <p class="lead">{props.lead}</p>
      <AskedFor {...props.what} />
      <Notice tone="plain" title={t("absent.means")}>
        <Lines keys={props.means} />
      </Notice>
      <h2>{t("absent.next")}</h2>
      <Lines keys={props.next} />
      {props.children}
      <More summary={t("status.how")}>
        <ProofSteps verdict={props.verdict} atMs={props.atMs} about="absence" />
      </More>
    </div>
  );
}
