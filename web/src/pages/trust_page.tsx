// Whom this page trusts: origin, key, genesis, witnesses.
import { useState } from "preact/hooks";
import { Badge, Button, Copyable, More, Notice, Section } from "../design/parts";
import { day } from "../i18n/dates";
import { t } from "../i18n/messages";
import { useSignal } from "../i18n/signal";
import { Command, verifyCommand } from "../proof/command";
import { useTitle } from "../title";
import { keepPinned, partiesOf, policyOf, takeNamed, trust, type Party, type Trust } from "../trust/policy";

function since(now: Trust): string | undefined {
  if (now.state === "pinned" || now.state === "changed") return t("trust.pinned", { date: day(now.sinceMs) });
  if (now.state === "built in") return t("trust.built-in");
  return now.state === "unpinned" ? t("trust.unpinned") : undefined;
}

// What differs, marked; of two texts that differ in a character, that one.
function Marked({ text, other }: { text: string; other: string | undefined }) {
  if (other === undefined || other === text) return <>{text}</>;
  const shorter = Math.min(text.length, other.length);
  let start = 0;
  while (start < shorter && text[start] === other[start]) start++;
  let end = 0;
  while (end < shorter - start && text.at(-1 - end) === other.at(-1 - end)) end++;
  return (
    <>
      {text.slice(0, start)}
      <mark>{text.slice(start, text.length - end)}</mark>
      {text.slice(text.length - end)}
    </>
  );
}

function Row({ label, text, other, copied }: { label: string; text: string; other: string | undefined; copied?: boolean }) {
  const shown = <Marked text={text} other={other} />;
  return (
    <div>
      <dt>
        {label} {other !== undefined && other !== text && <Badge tone="unsure">{t("trust.differs")}</Badge>}
      </dt>
      <dd class={copied === true ? undefined : "code"}>
        {copied === true ? <Copyable text={text} shown={shown} label={t("app.copy")} copied={t("app.copied")} of={label} /> : shown}
      </dd>
    </div>
  );
}

function genesisOf({ name }: Party): string {
  return name.slice(name.lastIndexOf("/") + 1);
}

function Log({ party, other }: { party: Party; other: Party | undefined }) {
  return (
    <dl class="origin card">
      <Row label={t("proof.origin")} text={party.name} other={other?.name} />
      <Row label={t("proof.key")} text={party.key} other={other?.key} copied />
      <Row label={t("proof.genesis")} text={genesisOf(party)} other={other && genesisOf(other)} copied />
    </dl>
  );
}

const logsOf = (policy: string) => partiesOf(policy).filter(({ kind }) => kind === "log");

function Policy({ text, other }: { text: string; other?: string }) {
  const witnesses = partiesOf(text).filter(({ kind }) => kind === "witness");
  const others = other === undefined ? [] : logsOf(other);
  return (
    <div class="stack">
      {logsOf(text).map((party, place) => (
        <Log party={party} other={others[place]} key={party.key} />
      ))}
      <p>
        <span class="strong">{t("trust.witnesses")}: </span>
        {witnesses.length === 0 ? t("trust.no-witnesses") : witnesses.map(({ name }) => name).join(", ")}
      </p>
      <More summary={t("trust.text")}>
        <pre class="bytes">
          {text}
        </pre>
      </More>
    </div>
  );
}

// The reader decides below what is compared, not before.
function Changed({ policy, named, onKeep }: { policy: string; named: string; onKeep: () => void }) {
  return (
    <>
      <Section id="trusted" title={t("trust.old")}>
        <Policy text={policy} other={named} />
      </Section>
      <Section id="named" title={t("trust.new")}>
        <Policy text={named} other={policy} />
      </Section>
      <Section id="decide" title={t("trust.decide")}>
        <div class="row">
          <Button onPress={onKeep}>{t("trust.keep")}</Button>
          <Button quiet onPress={takeNamed}>
            {t("trust.take")}
          </Button>
        </div>
      </Section>
    </>
  );
}

export function TrustPage() {
  const now = useSignal(trust);
  const policy = policyOf(now);
  const [kept, setKept] = useState(false);
  useTitle(t("trust.title"));

  function keep() {
    keepPinned();
    setKept(true);
    scrollTo(0, 0);
  }

  return (
    <div>
      <div class="stack narrow">
        <h1>{t("trust.title")}</h1>
        <p class="lead">{t("trust.lead")}</p>
        {since(now) !== undefined && <p class="soft">{since(now)}</p>}
        {kept && (
          <Notice tone="plain" live>
            {t("trust.kept")}
          </Notice>
        )}
      </div>
      {now.state === "changed" && <Changed policy={now.policy} named={now.named} onKeep={keep} />}
      {now.state !== "changed" && policy !== undefined && (
        <Section id="trusted" title={t("trust.trusted")}>
          <Policy text={policy} />
        </Section>
      )}
      <Section id="code" title={t("proof.operator-title")}>
        <p>{t("proof.operator")}</p>
        <Command text={verifyCommand} of={t("proof.command")} />
      </Section>
    </div>
  );
}
