// Whom this page trusts: origin, key, genesis, witnesses.
import { Copyable, More, Section } from "../design/parts";
import { day } from "../i18n/dates";
import { t } from "../i18n/messages";
import { useSignal } from "../i18n/signal";
import { useTitle } from "../title";
import { partiesOf, policyOf, trust, type Party, type Trust } from "../trust/policy";

function since(now: Trust): string | undefined {
  if (now.state === "pinned" || now.state === "changed") return t("trust.pinned", { date: day(now.sinceMs) });
  if (now.state === "built in") return t("trust.built-in");
  return now.state === "unpinned" ? t("trust.unpinned") : undefined;
}

function Log({ party }: { party: Party }) {
  const genesis = party.name.slice(party.name.lastIndexOf("/") + 1);
  return (
    <dl class="origin card">
      <div>
        <dt>{t("proof.origin")}</dt>
        <dd class="code">{party.name}</dd>
      </div>
      <div>
        <dt>{t("proof.key")}</dt>
        <dd>
          <Copyable text={party.key} label={t("app.copy")} copied={t("app.copied")} of={t("proof.key")} />
        </dd>
      </div>
      <div>
        <dt>{t("proof.genesis")}</dt>
        <dd>
          <Copyable text={genesis} label={t("app.copy")} copied={t("app.copied")} of={t("proof.genesis")} />
        </dd>
      </div>
    </dl>
  );
}

function Policy({ text }: { text: string }) {
  const parties = partiesOf(text);
  const witnesses = parties.filter(({ kind }) => kind === "witness");
  return (
    <div class="stack">
      {parties
        .filter(({ kind }) => kind === "log")
        .map((party) => (
          <Log party={party} key={party.key} />
        ))}
      <p>
        <span class="strong">{t("trust.witnesses")}: </span>
        {witnesses.length === 0 ? t("trust.no-witnesses") : witnesses.map(({ name }) => name).join(", ")}
      </p>
      <More summary={t("trust.text")}>
        <pre class="bytes" tabIndex={0}>
          {text}
        </pre>
      </More>
    </div>
  );
}

export function TrustPage() {
  const now = useSignal(trust);
  const policy = policyOf(now);
  useTitle(t("trust.title"));
  return (
    <div>
      <div class="stack narrow">
        <h1>{t("trust.title")}</h1>
        <p class="lead">{t("trust.lead")}</p>
        {since(now) !== undefined && <p class="soft">{since(now)}</p>}
      </div>
      {policy !== undefined && (
        <Section id="trusted" title={t(now.state === "changed" ? "trust.old" : "trust.trusted")}>
          <Policy text={policy} />
        </Section>
      )}
      {now.state === "changed" && (
        <Section id="named" title={t("trust.new")}>
          <Policy text={now.named} />
        </Section>
      )}
      <Section id="code" title={t("proof.operator-title")}>
        <p>{t("proof.operator")}</p>
        <pre class="bytes" tabIndex={0}>
          {t("proof.command")}
        </pre>
      </Section>
    </div>
  );
}
