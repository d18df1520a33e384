// The check, step by step, with its outcome in words.
import type { Verdict, Word } from "../checking/messages";
import { Copyable, Glyph, More, type Tone } from "../design/parts";
import { clock, minute } from "../i18n/dates";
import { t, type Key } from "../i18n/messages";
import { integer } from "../i18n/quantities";
import { hexOf } from "../trust/storage";
import { completenessText, toneOf, wordText } from "./words";

/** What a check was about: only steps that it has are shown. */
export type About = "record" | "file" | "lookup" | "absence";

interface Step {
  readonly key: Key;
  readonly numbers: readonly number[]; // of the verifier's steps (SPEC.md section 9.4)
  readonly checks: readonly string[]; // numbers of checks that fail it
  readonly about: readonly About[];
}

// Where nothing is recorded there are no entries to say anything of.
const everything: readonly About[] = ["record", "file", "lookup", "absence"];
const entries: readonly About[] = ["record", "file", "lookup"];
const whole: readonly About[] = ["record", "file"];
const steps: readonly Step[] = [
  { key: "step.fetch", numbers: [1], checks: ["V31"], about: ["record", "lookup", "absence"] },
  { key: "step.fetch-file", numbers: [1], checks: ["V31"], about: ["file"] },
  { key: "step.checkpoint", numbers: [2], checks: ["V7", "V10", "V2"], about: everything },
  { key: "step.continues", numbers: [3], checks: ["V8"], about: ["record"] },
  { key: "step.entries", numbers: [4], checks: ["V11", "V12", "V13", "V14"], about: entries },
  { key: "step.complete", numbers: [5], checks: ["V22", "V18", "V32"], about: entries },
  { key: "step.absent", numbers: [5], checks: ["V22", "V23"], about: ["absence"] },
  { key: "step.people", numbers: [6, 7], checks: ["V9", "V15"], about: entries },
  { key: "step.standing", numbers: [8], checks: ["V16", "V17", "V21"], about: entries },
  { key: "step.numbers", numbers: [11, 12], checks: ["V19", "V20"], about: entries },
  { key: "step.streams", numbers: [12], checks: ["V24"], about: whole },
  { key: "step.state", numbers: [13], checks: ["V25"], about: whole },
];

interface Outcome {
  readonly key: Key;
  readonly word: Word | undefined; // undefined: not reached
}

// A first visit has nothing to continue; that is said, and is no failure.
function outcomesOf(verdict: Verdict, about: About): Outcome[] {
  const done = new Set(verdict.steps.map(({ step }) => step));
  const own = steps.filter((step) => step.about.includes(about));
  return own.map(({ key, numbers, checks }): Outcome => {
    if (key === "step.continues" && verdict.continues === undefined) return { key: "step.first-visit", word: undefined };
    if (verdict.word === "matches") return { key, word: "matches" };
    if (verdict.check !== undefined && checks.includes(verdict.check)) return { key, word: verdict.word };
    return { key, word: numbers.every((number) => done.has(number)) ? "matches" : undefined };
  });
}

function StepRow({ outcome }: { outcome: Outcome }) {
  const tone: Tone = outcome.word === undefined ? "plain" : toneOf(outcome.word);
  return (
    <li class={`step tone-${tone}`}>
      <Glyph tone={tone} />
      <div class="step-head">
        <span>{t(outcome.key)}</span>
        <span class="step-word">
          {outcome.word === undefined
            ? outcome.key === "step.first-visit"
              ? ""
              : t("step.not-reached")
            : wordText(outcome.word)}
        </span>
      </div>
    </li>
  );
}

/** By the name that other programs call it too. */
export function BrokenRule({ verdict: { rule, check } }: { verdict: Verdict }) {
  if (rule === undefined) return null;
  return (
    <p>
      {t("proof.rule")}: <code>{rule}</code> {check !== undefined && <code>({check})</code>}
    </p>
  );
}

export function CheckpointRows({ verdict }: { verdict: Verdict }) {
  const { checkpoint } = verdict;
  if (checkpoint === undefined) return null;
  return (
    <div class="stack">
      <dl class="origin">
        <div>
          <dt>{t("proof.origin")}</dt>
          <dd class="code">{checkpoint.origin}</dd>
        </div>
        <div>
          <dt>{t("proof.size")}</dt>
          <dd>{integer(checkpoint.size)}</dd>
        </div>
        <div>
          <dt>{t("proof.time")}</dt>
          <dd>{minute(checkpoint.timeMs)}</dd>
        </div>
        <div>
          <dt>{t("proof.root")}</dt>
          <dd>
            <Copyable text={hexOf(checkpoint.root)} label={t("app.copy")} copied={t("app.copied")} of={t("proof.root")} />
          </dd>
        </div>
      </dl>
      <More summary={t("proof.note")}>
        <pre class="bytes">
          {checkpoint.note}
        </pre>
      </More>
    </div>
  );
}

export function ProofSteps({ verdict, atMs, about }: { verdict: Verdict; atMs: number; about: About }) {
  return (
    <div class="stack">
      <p>{t(about === "file" ? "file.proof-lead" : "proof.lead")}</p>
      <ol class="steps">
        {outcomesOf(verdict, about).map((outcome) => (
          <StepRow outcome={outcome} key={outcome.key} />
        ))}
      </ol>
      <BrokenRule verdict={verdict} />
      {verdict.word === "matches" && <p>{completenessText(verdict)}</p>}
      <p class="soft">{t("status.checked-at", { time: clock(atMs), ms: verdict.tookMs })}</p>
      <CheckpointRows verdict={verdict} />
    </div>
  );
}
