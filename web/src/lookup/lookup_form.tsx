// The field, what it understood, and, where it has to ask, which kind of number it is.
import { useEffect, useRef, useState } from "preact/hooks";
import { Button, Choices, ErrorSummary, Field, Notice } from "../design/parts";
import { isKey, t } from "../i18n/messages";
import { term } from "../i18n/terms";
import { go } from "../route";
import { Later } from "../later";
import { useTitle } from "../title";
import type { Question } from "./home_page";
import { schemes, understand, type Hint, type Understood } from "./understand";

/** The id of the field for a number. */
export const numberField = "number";

function hintText(hint: Hint): string {
  switch (hint.kind) {
    case "vin-letters":
      return t("hint.vin-letters", { suggestion: hint.suggestion });
    case "vin-length":
      return t("hint.vin-length", { count: hint.count });
    case "asset-length":
      return t("hint.asset-length", { count: hint.count });
    default:
      return t(`hint.${hint.kind}`);
  }
}

function foreignText(host: string): string {
  return t("understood.foreign", { host });
}

function HintNotice({ hint, onUse }: { hint: Hint; onUse: (value: string) => void }) {
  return (
    <Notice tone="unsure">
      <p>{hintText(hint)}</p>
      {hint.kind === "vin-letters" && (
        <Button quiet small onPress={() => onUse(hint.suggestion)}>
          {t("hint.use-suggestion", { suggestion: hint.suggestion })}
        </Button>
      )}
    </Notice>
  );
}

function readAs(understood: Understood): string | undefined {
  if (understood.kind === "asset") return t("understood.as", { what: t("understood.asset") });
  return understood.kind === "vin" ? t("understood.as", { what: term("scheme", "vin") }) : undefined;
}

function scopeLabel(scope: string): string {
  const key = `scope.${scope}`;
  return isKey(key) ? t(key) : scope;
}

const scanPanel = () => import("../scan/scan_panel").then((module) => module.ScanPanel);

interface Chosen {
  readonly scheme: string;
  readonly scope: string;
}

function questionOf(understood: Understood, typed: string, chosen: Chosen): Question | undefined {
  if (understood.kind === "vin" && chosen.scheme === "") return { scheme: "vin", scope: "", value: understood.value };
  const scheme = schemes.find(({ name }) => name === chosen.scheme);
  if (scheme === undefined) return undefined;
  if (scheme.scope !== "" && chosen.scope.trim() === "") return undefined;
  const scope = scheme.scope === "" ? "" : chosen.scope.trim().toLowerCase();
  return { scheme: scheme.name, scope, value: typed.trim() };
}

// What keeps a look-up from beginning, and the field that it is about.
interface Fault {
  readonly id: typeof numberField | "kind" | "scope";
  readonly text: string;
}

function faultOf(understood: Understood, chosen: Chosen): Fault {
  if (understood.kind === "empty") return { id: numberField, text: t("understood.empty") };
  if (understood.kind === "foreign") return { id: numberField, text: foreignText(understood.host) };
  if (chosen.scheme === "") return { id: "kind", text: t("understood.choose-missing") };
  return { id: "scope", text: t("scope.missing") };
}

function SchemeChoice(props: { chosen: Chosen; fault: Fault | undefined; onChoose: (chosen: Chosen) => void }) {
  const { chosen, fault, onChoose } = props;
  const scope = schemes.find(({ name }) => name === chosen.scheme)?.scope ?? "";
  return (
    <div class="stack">
      <Choices
        id="kind"
        error={fault?.id === "kind" ? fault.text : undefined}
        legend={t("understood.choose")}
        choices={schemes.map(({ name }) => ({ value: name, label: term("scheme", name) }))}
        chosen={chosen.scheme}
        onChoose={(scheme) => onChoose({ ...chosen, scheme })}
      />
      {scope !== "" && (
        <Field
          plain
          id="scope"
          label={scopeLabel(scope)}
          hint={t("scope.hint")}
          error={fault?.id === "scope" ? fault.text : undefined}
          value={chosen.scope}
          onValue={(value) => onChoose({ ...chosen, scope: value })}
        />
      )}
    </div>
  );
}

// What begins a look-up, beside each other as equals.
function Starts({ onScan }: { onScan: (() => void) | undefined }) {
  return (
    <div class="row">
      <Button submit>{t("home.look-up")}</Button>
      {onScan !== undefined && (
        <Button quiet onPress={onScan}>
          {t("scan.open")}
        </Button>
      )}
    </div>
  );
}

export function LookupForm(props: {
  typed: string;
  onTyped: (typed: string) => void;
  onQuestion: (question: Question) => void;
}) {
  const { typed } = props;
  const understood = understand(typed, location.origin);
  const [chosen, setChosen] = useState<Chosen>({ scheme: "", scope: "" });
  const [asking, setAsking] = useState(false);
  const [refused, setRefused] = useState(0); // how often since something was changed
  const [scanning, setScanning] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const hint = "hint" in understood ? understood.hint : undefined;
  const asksKind = asking && (understood.kind === "other" || understood.kind === "vin");
  const fault = refused > 0 ? faultOf(understood, chosen) : undefined;

  useTitle(t(fault === undefined ? "home.title" : "form.error-title", { title: t("home.title") }));
  useEffect(() => {
    if (refused > 0) form.current?.querySelector<HTMLElement>(".error-summary")?.focus();
  }, [refused]);

  function submit(event: Event) {
    event.preventDefault();
    if (understood.kind === "asset") return go(`/a/${understood.asset}${understood.link ?? ""}`);
    const question = questionOf(understood, typed, chosen);
    if (question !== undefined) return props.onQuestion(question);
    if (understood.kind === "other" && !asking) return setAsking(true);
    return setRefused(refused + 1);
  }

  function change(value: string) {
    setRefused(0);
    props.onTyped(value);
  }

  function choose(now: Chosen) {
    setRefused(0);
    setChosen(now);
  }

  // Reading goes on where it was left.
  function close() {
    setScanning(false);
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>(".row .quiet")?.focus());
  }

  // A record is opened; a number is shown first, so that it can be compared with the thing.
  function take(code: string) {
    const read = understand(code, location.origin);
    if (read.kind === "asset") return go(`/a/${read.asset}${read.link ?? ""}`);
    setScanning(false);
    change(code);
    return document.getElementById(numberField)?.focus();
  }

  return (
    <form class="stack" method="post" onSubmit={submit} ref={form} noValidate>
      {fault !== undefined && <ErrorSummary title={t("form.problem")} errors={[fault]} />}
      <Field
        id={numberField}
        label={t("home.field")}
        hint={t("home.hint")}
        error={fault?.id === numberField ? fault.text : undefined}
        value={typed}
        onValue={change}
      />
      {!asksKind && <Starts onScan={scanning ? undefined : () => setScanning(true)} />}
      {scanning && <Later load={scanPanel} with={{ onFound: take, onClose: close }} />}
      <div class="stack-small" aria-live="polite">
        {readAs(understood) !== undefined && <p class="soft">{readAs(understood)}</p>}
        {understood.kind === "foreign" && fault === undefined && <Notice tone="unsure">{foreignText(understood.host)}</Notice>}
        {hint !== undefined && <HintNotice hint={hint} onUse={change} />}
      </div>
      {understood.kind === "vin" && !asking && (
        <p>
          <Button quiet small onPress={() => setAsking(true)}>
            {t("understood.another")}
          </Button>
        </p>
      )}
      {asksKind && (
        <>
          <SchemeChoice chosen={chosen} fault={fault} onChoose={choose} />
          <p>
            <Button submit>{t("home.look-up")}</Button>
          </p>
        </>
      )}
    </form>
  );
}
