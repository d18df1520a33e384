// A saved record, checked on this device: nothing is sent.
import { useRef, useState } from "preact/hooks";
import { AnswerView } from "../asset/asset_page";
import type { Answer } from "../checking/messages";
import { Button, Notice, Section, Skeleton } from "../design/parts";
import { minute } from "../i18n/dates";
import { t } from "../i18n/messages";
import { useSignal } from "../i18n/signal";
import { useTitle } from "../title";
import { policyOf, trust } from "../trust/policy";
import { askTrusting } from "../trust/use";

const bytesMax = 64 * 1024 * 1024; // a bundle's (SPEC.md section 11)

interface Checked {
  readonly step: "checked";
  readonly name: string;
  readonly answer: Answer;
  readonly atMs: number;
}

type State = { readonly step: "waiting" | "checking" | "too large" } | Checked;

function Drop({ onFile }: { onFile: (file: File | null | undefined) => void }) {
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  return (
    <div
      class={`drop stack${over ? " over" : ""}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        onFile(event.dataTransfer?.files[0]);
      }}
    >
      <input ref={input} type="file" hidden accept=".patina" onChange={(event) => onFile(event.currentTarget.files?.[0])} />
      <p>
        <Button onPress={() => input.current?.click()}>{t("file.choose")}</Button>
      </p>
      <p class="soft">{t("file.drop")}</p>
    </div>
  );
}

// Whatever was recorded since is not in a file: said before anything that is.
function FromFile({ name, answer }: Checked) {
  const checkpoint = answer.kind === "record" || answer.kind === "nothing" ? answer.verdict.checkpoint : undefined;
  if (checkpoint === undefined) return null;
  return (
    <Notice tone="plain" title={t("file.from", { name })}>
      <p>{t("file.as-of", { time: minute(checkpoint.timeMs) })}</p>
      <p>
        <a href="#another">{t("file.another")}</a>
      </p>
    </Notice>
  );
}

export function FilePage() {
  const policy = policyOf(useSignal(trust));
  const [state, setState] = useState<State>({ step: "waiting" });
  useTitle(t("file.title"));

  async function take(file: File | null | undefined) {
    if (file === null || file === undefined || policy === undefined) return;
    if (file.size > bytesMax) return setState({ step: "too large" });
    setState({ step: "checking" });
    const bytes = new Uint8Array(await file.arrayBuffer());
    const answer = await askTrusting({ kind: "file", bytes }, policy);
    return setState({ step: "checked", name: file.name, answer, atMs: Date.now() });
  }

  const drop = <Drop onFile={(file) => void take(file)} />;
  if (state.step === "checking") return <Skeleton lines={5} label={t("file.checking")} />;
  if (state.step === "checked") {
    return (
      <div class="stack">
        <FromFile {...state} />
        <AnswerView
          answer={state.answer}
          asset=""
          atMs={state.atMs}
          opened={{ link: "", file: state.name }}
          onAgain={() => setState({ step: "waiting" })}
        />
        <Section id="another" title={t("file.another")}>
          {drop}
        </Section>
      </div>
    );
  }
  return (
    <div class="stack">
      <h1>{t("file.title")}</h1>
      <p class="lead">{t("file.lead")}</p>
      {state.step === "too large" && <Notice tone="unknown">{t("file.too-large")}</Notice>}
      {drop}
    </div>
  );
}
