// One entry of the log: its bytes, what they hash to, the way to the root, who signed that; each step with its inputs.
import type { LeafField, LogAnswer } from "../checking/log_messages";
import { Copyable, FirstOf, More, Section } from "../design/parts";
import { minute } from "../i18n/dates";
import { t } from "../i18n/messages";
import { integer } from "../i18n/quantities";
import { Command } from "../proof/command";
import { CheckpointRows } from "../proof/proof_steps";
import { hexOf } from "../trust/storage";
import { Checked, LogPageOf } from "./answer";
import { LeafLink, PathToRoot, Signers, TitleBelowLog, whatText } from "./parts";

const bytesShown = 256;
const chunk = 64; // bytes

function Bytes({ hex }: { hex: string }) {
  const chunks = hex.match(new RegExp(`.{1,${2 * chunk}}`, "g")) ?? [];
  const more = t("log.more-bytes", { count: hex.length / 2 - bytesShown });
  return (
    <FirstOf items={chunks} first={bytesShown / chunk} more={() => more}>
      {(some) => <pre class="bytes">{some.join("")}</pre>}
    </FirstOf>
  );
}

function Value({ field }: { field: LeafField }) {
  if (field.leaf !== undefined) return <LeafLink index={field.leaf} />;
  if (field.principal !== undefined) return <a class="code breaking" href={`/source/${field.principal}`}>{field.value}</a>;
  return (
    <span>
      <span class="code breaking">{field.value}</span>
      {field.time !== undefined && <span class="soft"> {minute(field.time)}</span>}
    </span>
  );
}

// The leaf's own bytes from the service, hashed by other programs.
function hashCommand(index: bigint): string {
  const url = `${location.origin}/v1/entries/${index}`;
  return `{ printf '\\0'; curl -s -H 'Accept: application/json' ${url} | sed 's/.*"leaf": *"//; s/".*//' | base64 -d; } | sha256sum`;
}

function View({ answer, atMs }: { answer: Extract<LogAnswer, { kind: "leaf" }>; atMs: number }) {
  const { leaf, verdict } = answer;
  const size = verdict.checkpoint?.size ?? 0n;
  const title = t("log.entry-title", { index: integer(leaf.index) });
  return (
    <article>
      <div class="stack">
        <TitleBelowLog title={title} />
        <p class="lead">
          {whatText(leaf.what)}, {minute(leaf.atMs)}
        </p>
        {leaf.what === "private" && <p>{t("log.private-means")}</p>}
        <Checked verdict={verdict} atMs={atMs} />
        <nav class="row" aria-label={t("log.beside")}>
          {leaf.index > 0n && <a href={`/log/${leaf.index - 1n}`}>{t("log.previous")}</a>}
          {leaf.index + 1n < size && <a href={`/log/${leaf.index + 1n}`}>{t("log.next")}</a>}
        </nav>
      </div>
      <Section id="bytes" title={t("log.step-bytes")}>
        <p>{t("log.step-bytes-lead", { count: leaf.bytes.length / 2, path: leaf.entriesPath })}</p>
        <Bytes hex={leaf.bytes} />
        <More summary={t("log.fields")}>
          <dl class="facts">
            {leaf.fields.map((field, place) => (
              <div class="fact" key={place}>
                <dt class="code">{field.name}</dt>
                <dd>
                  <Value field={field} />
                </dd>
              </div>
            ))}
          </dl>
        </More>
      </Section>
      <Section id="hash" title={t("log.step-hash")}>
        <p>{t("log.step-hash-lead")}</p>
        <p class="code breaking strong">
          <Copyable text={leaf.hash} label={t("app.copy")} copied={t("app.copied")} of={t("log.leaf-hash")} />
        </p>
        <Command text={hashCommand(leaf.index)} of={t("log.step-hash")} />
      </Section>
      <Section id="path" title={t("log.step-path")}>
        <p>{t("log.step-path-lead")}</p>
        <PathToRoot start={leaf.hash} steps={leaf.path} />
      </Section>
      <Section id="root" title={t("log.step-root")}>
        <p>{t("log.step-root-lead")}</p>
        <p class="code breaking strong">{hexOf(verdict.checkpoint?.root ?? new Uint8Array())}</p>
        <p>{t("log.step-root-signed")}</p>
        <CheckpointRows verdict={verdict} />
        <Signers verdict={verdict} />
        <p>
          <a href="/trust">{t("app.trust")}</a>
        </p>
        <p>{t("log.elsewhere-this")}</p>
        <Command text="patina log check" of={t("log.step-root")} />
      </Section>
    </article>
  );
}

export function LeafPage({ index }: { index: string }) {
  return (
    <LogPageOf
      wanted={{ kind: "leaf", index: BigInt(index) }}
      title={t("log.entry-title", { index: integer(BigInt(index)) })}
      outside={{ title: t("log.outside"), lead: t("log.outside-lead") }}
    >
      {(answer, atMs) => answer.kind === "leaf" && <View answer={answer} atMs={atMs} />}
    </LogPageOf>
  );
}
