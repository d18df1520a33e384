// Look up: one field, what it understood, and the answer. What was typed never becomes part of an address.
import { useEffect, useRef, useState } from "preact/hooks";
import type { Answer } from "../checking/messages";
import { Skeleton } from "../design/parts";
import { t } from "../i18n/messages";
import { useSignal } from "../i18n/signal";
import { go } from "../route";
import { policyOf, trust } from "../trust/policy";
import { askTrusting } from "../trust/use";
import { AnswerPage, isMisread, Misread } from "./answer_page";
import { LookupForm, numberField } from "./lookup_form";

export interface Question {
  readonly scheme: string;
  readonly scope: string;
  readonly value: string;
}

type State =
  | { readonly step: "form" }
  | { readonly step: "asking"; readonly question: Question }
  | { readonly step: "answered"; readonly question: Question; readonly answer: Answer; readonly atMs: number };

// One thing that has the number now: its page is the answer.
function onlyHolder(answer: Answer): string | undefined {
  if (answer.kind !== "holders" || answer.holders.length !== 1) return undefined;
  const [holder] = answer.holders;
  return holder?.releasedMs === undefined ? holder?.asset : undefined;
}

function How() {
  return (
    <section class="card stack" aria-labelledby="how">
      <h2 class="h3" id="how">{t("home.how")}</h2>
      <ul class="stack-small list">
        <li>{t("home.how-1")}</li>
        <li>{t("home.how-2")}</li>
        <li>{t("home.how-3")}</li>
      </ul>
    </section>
  );
}

export function HomePage() {
  const policy = policyOf(useSignal(trust));
  const [typed, setTyped] = useState("");
  const [state, setState] = useState<State>({ step: "form" });
  const before = useRef(state.step);

  useEffect(() => {
    // The answer takes the place of the form, and the form that of the answer: reading goes on there.
    if (state.step !== before.current) document.getElementById(state.step === "form" ? numberField : "main")?.focus();
    before.current = state.step;
  }, [state.step]);

  async function look(question: Question) {
    if (policy === undefined) return; // said above the page
    setState({ step: "asking", question });
    const answer = await askTrusting({ kind: "lookup", ...question }, policy);
    const only = onlyHolder(answer);
    if (only !== undefined) go(`/a/${only}`);
    else setState({ step: "answered", question, answer, atMs: Date.now() });
  }

  if (state.step === "asking") {
    return (
      <div class="stack narrow">
        <h1>{t("looking.title")}</h1>
        <Skeleton lines={4} label={t("looking.label")} />
      </div>
    );
  }
  if (state.step === "answered") {
    const { question, answer, atMs } = state;
    const again = () => setState({ step: "form" });
    if (isMisread(answer)) return <Misread question={question} rule={answer.rule} onChange={again} />;
    return (
      <AnswerPage
        question={question}
        answer={answer}
        atMs={atMs}
        onAgain={() => void look(question)}
        onAnother={again}
      />
    );
  }
  return (
    <div class="beside">
      <div class="stack narrow">
        <h1>{t("home.title")}</h1>
        <p class="lead">{t("home.lead")}</p>
        <LookupForm typed={typed} onTyped={setTyped} onQuestion={(question) => void look(question)} />
        <p class="soft small">{t("home.private")}</p>
      </div>
      <How />
    </div>
  );
}
