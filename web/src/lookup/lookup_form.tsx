// The field, what it understood, and, where it has to ask, which kind of number it is.
import { useEffect, useRef, useState } from "preact/hooks";
import { Button, Choices, Field, Notice } from "../design/parts";
import { isKey, t } from "../i18n/messages";
import { term } from "../i18n/terms";
import { go } from "../route";
import { Later } from "../later";
import type { Question } from "./home_page";
import { schemes, understand, type Hint, type Understood } from "./understand";

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

function SchemeChoice(props: { chosen: Chosen; missing: boolean; onChoose: (chosen: Chosen) => void }) {
  const { chosen, onChoose } = props;
  const scope = schemes.find(({ name }) => name === chosen.scheme)?.scope ?? "";
  return (
    <div class="stack">
      <Choices
        legend={t("understood.choose")}
        choices={schemes.map(({ name }) => ({ value: name, label: term("scheme", name) }))}
        chosen={chosen.scheme}
        onChoose={(scheme) => onChoose({ ...chosen, scheme })}
      />
      {scope !== "" && (
        <Field
          plain
          label={scopeLabel(scope)}
          hint={t("scope.hint")}
          error={props.missing ? t("scope.missing") : undefined}
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
    <>
      <Button submit>{t("home.look-up")}</Button>
      {onScan !== undefined && (
        <Button quiet onPress={onScan}>
          {t("scan.open")}
        </Button>
      )}
    </>
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
  const [missing, setMissing] = useState(false);
  const [scanning, setScanning] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const hint = "hint" in understood ? understood.hint : undefined;
  const asksKind = asking && (understood.kind === "other" || understood.kind === "vin");
  const isEmptyError = missing && understood.kind === "empty";

  useEffect(() => {
    if (missing) form.current?.querySelector<HTMLInputElement>("[aria-invalid=true], input[type=radio]")?.focus();
  }, [missing]);

  function submit(event: Event) {
    event.preventDefault();
    setMissing(false);
    if (understood.kind === "asset") return go(`/a/${understood.asset}${understood.link ?? ""}`);
    const question = questionOf(understood, typed, chosen);
    if (question !== undefined) return props.onQuestion(question);
    if (understood.kind === "other" && !asking) return setAsking(true);
    return setMissing(true);
  }

  function change(value: string) {
    setMissing(false);
    props.onTyped(value);
  }

  // Reading goes on where it was left.
  function close() {
    setScanning(false);
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>(".input-row .quiet")?.focus());
  }

  // A record is opened; a number is shown first, so that it can be compared with the thing.
  function take(code: string) {
    const read = understand(code, location.origin);
    if (read.kind === "asset") return go(`/a/${read.asset}${read.link ?? ""}`);
    setScanning(false);
    change(code);
    return form.current?.querySelector<HTMLInputElement>("input[type=text]")?.focus();
  }

  return (
    <form class="stack" method="post" onSubmit={submit} ref={form} noValidate>
      <Field
        label={t("home.field")}
        hint={t("home.hint")}
        error={isEmptyError ? t("understood.empty") : undefined}
        value={typed}
        onValue={change}
        beside={asksKind ? undefined : <Starts onScan={scanning ? undefined : () => setScanning(true)} />}
      />
      {scanning && <Later load={scanPanel} with={{ onFound: take, onClose: close }} />}
      <div class="stack-small" aria-live="polite">
        {readAs(understood) !== undefined && <p class="soft">{readAs(understood)}</p>}
        {understood.kind === "foreign" && (
          <Notice tone="unsure">{t("understood.foreign", { host: understood.host })}</Notice>
        )}
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
          <SchemeChoice chosen={chosen} missing={missing && chosen.scheme !== ""} onChoose={setChosen} />
          <p>
            <Button submit>{t("home.look-up")}</Button>
          </p>
        </>
      )}
    </form>
  );
}
