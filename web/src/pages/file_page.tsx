// A saved record, checked on this device: nothing is sent.
import { useRef, useState } from "preact/hooks";
import { AnswerView } from "../asset/asset_page";
import type { Answer } from "../checking/messages";
import { Button, Notice, Skeleton } from "../design/parts";
import { t } from "../i18n/messages";
import { useSignal } from "../i18n/signal";
import { useTitle } from "../title";
import { policyOf, trust } from "../trust/policy";
import { askTrusting } from "../trust/use";

const bytesMax = 64 * 1024 * 1024; // a bundle's (SPEC.md section 11)

type State =
  | { readonly step: "waiting" | "checking" | "too large" }
  | { readonly step: "checked"; readonly answer: Answer; readonly atMs: number };

export function FilePage() {
  const policy = policyOf(useSignal(trust));
  const [state, setState] = useState<State>({ step: "waiting" });
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  useTitle(t("file.title"));

  async function take(file: File | null | undefined) {
    if (file === null || file === undefined || policy === undefined) return;
    if (file.size > bytesMax) return setState({ step: "too large" });
    setState({ step: "checking" });
    const bytes = new Uint8Array(await file.arrayBuffer());
    const answer = await askTrusting({ kind: "file", bytes }, policy);
    return setState({ step: "checked", answer, atMs: Date.now() });
  }

  function drop(event: DragEvent) {
    event.preventDefault();
    setOver(false);
    void take(event.dataTransfer?.files[0]);
  }

  if (state.step === "checking") return <Skeleton lines={5} label={t("file.checking")} />;
  return (
    <div class="stack">
      {state.step !== "checked" && <h1>{t("file.title")}</h1>}
      {state.step !== "checked" && <p class="lead">{t("file.lead")}</p>}
      {state.step === "too large" && <Notice tone="unknown">{t("file.too-large")}</Notice>}
      {state.step === "checked" && (
        <AnswerView answer={state.answer} asset="" atMs={state.atMs} onAgain={() => setState({ step: "waiting" })} />
      )}
      <div
        class={`drop stack${over ? " over" : ""}`}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <input
          ref={input}
          type="file"
          hidden
          accept=".patina"
          onChange={(event) => void take(event.currentTarget.files?.[0])}
        />
        <p>
          <Button onPress={() => input.current?.click()}>{t("file.choose")}</Button>
        </p>
        <p class="soft">{t("file.drop")}</p>
      </div>
    </div>
  );
}
