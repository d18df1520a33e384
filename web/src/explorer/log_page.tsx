// The log: its newest checkpoint, and its entries.
import { useState } from "preact/hooks";
import type { LogAnswer } from "../checking/log_messages";
import { Button, Field, Section } from "../design/parts";
import { t } from "../i18n/messages";
import { Command } from "../proof/command";
import { CheckpointRows } from "../proof/proof_steps";
import { go } from "../route";
import { useTitle } from "../title";
import { Checked, LogPageOf } from "./answer";
import { LeafList, Signers } from "./parts";

function GoTo() {
  const [typed, setTyped] = useState("");
  const [wrong, setWrong] = useState(false);
  function submit(event: Event) {
    event.preventDefault();
    const index = typed.replaceAll(/[\s.,]/g, "");
    if (/^\d{1,18}$/.test(index)) go(`/log/${index}`);
    else setWrong(true);
  }
  return (
    <form class="stack" onSubmit={submit} noValidate>
      <Field
        label={t("log.go-to")}
        error={wrong ? t("log.go-to-wrong") : undefined}
        value={typed}
        onValue={setTyped}
        plain
      />
      <div class="row">
        <Button submit>{t("log.go")}</Button>
      </div>
    </form>
  );
}

function View(props: { answer: Extract<LogAnswer, { kind: "log" }>; atMs: number; onBefore: (before: bigint | undefined) => void }) {
  const { verdict, leaves, key } = props.answer;
  const oldest = leaves.at(-1)?.index ?? 0n;
  const isNewest = (leaves[0]?.index ?? 0n) + 1n === verdict.checkpoint?.size;
  useTitle(t("log.title"));
  return (
    <article>
      <div class="stack">
        <h1>{t("log.title")}</h1>
        <p class="lead">{t("log.lead")}</p>
        <Checked verdict={verdict} atMs={props.atMs} />
      </div>
      <Section id="checkpoint" title={t("log.checkpoint")}>
        <CheckpointRows verdict={verdict} />
        <Signers verdict={verdict} logKey={key} />
      </Section>
      <Section id="entries" title={t("log.entries")}>
        <GoTo />
        <LeafList caption={t("log.entries-from", { from: String(oldest), to: String(leaves[0]?.index ?? 0n) })} lines={leaves} />
        <div class="row">
          {!isNewest && (
            <Button quiet onPress={() => props.onBefore(undefined)}>
              {t("log.newest")}
            </Button>
          )}
          {oldest > 0n && (
            <Button quiet onPress={() => props.onBefore(oldest)}>
              {t("log.older")}
            </Button>
          )}
        </div>
      </Section>
      <Section id="elsewhere" title={t("log.elsewhere")}>
        <p>{t("log.elsewhere-lead")}</p>
        <Command text="patina log check" of={t("log.elsewhere")} />
        <Command text="patina log audit" of={t("log.elsewhere")} />
      </Section>
    </article>
  );
}

export function LogPage() {
  const [before, setBefore] = useState<bigint | undefined>();
  return (
    <LogPageOf
      wanted={{ kind: "log", before }}
      title={t("log.title")}
      outside={{ title: t("log.outside"), lead: t("log.outside-lead") }}
    >
      {(answer, atMs) => answer.kind === "log" && <View answer={answer} atMs={atMs} onBefore={setBefore} />}
    </LogPageOf>
  );
}
