// A source: who it is to the log, its standing, its keys, and everything that was signed in its name.
import { useState } from "preact/hooks";
import type { Grant, LeafLine, LogAnswer, SourceKey, SourceView, Who } from "../checking/log_messages";
import { Badge, Button, Copyable, Empty, Section } from "../design/parts";
import { Checked, LogPageOf } from "../explorer/answer";
import { LeafLink, LeafList } from "../explorer/parts";
import { day } from "../i18n/dates";
import { isKey, t } from "../i18n/messages";
import { integer } from "../i18n/quantities";
import { humanised, list, term } from "../i18n/terms";
import { Command } from "../proof/command";
import { useTitle } from "../title";

const operatorType = 7;
const linesFirst = 5;

function When({ line }: { line: LeafLine }) {
  return (
    <span>
      {day(line.atMs)}, <LeafLink index={line.index} />
    </span>
  );
}

function nameOf({ name, type }: Who): string {
  if (name !== undefined) return name;
  if (type === operatorType) return t("source.operator");
  return t("source.unnamed", { type: type === 0 ? t("source.title") : typeText(type) });
}

function Name({ who }: { who: Who }) {
  return <bdi translate={who.name === undefined}>{nameOf(who)}</bdi>;
}

function typeText(type: number): string {
  const key = `source.type-${type}`;
  return isKey(key) ? t(key) : t("source.type-0");
}

function Facts({ source }: { source: SourceView }) {
  return (
    <dl class="key-facts wide">
      <div>
        <dt>{t("source.count")}</dt>
        <dd>
          {integer(source.count)}
          <small>{t("status.claimed")}</small>
        </dd>
      </div>
      <div>
        <dt>{t("source.first")}</dt>
        <dd>{source.first === undefined ? t("source.none") : day(source.first.atMs)}</dd>
      </div>
      <div>
        <dt>{t("source.enrolled")}</dt>
        <dd>
          <When line={source.enrolled} />
        </dd>
      </div>
      {source.grants.length === 0 && (
        <div>
          <dt>{t("source.type")}</dt>
          <dd>{typeText(source.type)}</dd>
        </div>
      )}
    </dl>
  );
}

function Lasted({ since, until }: { since: LeafLine; until: LeafLine | undefined }) {
  return (
    <>
      <span>
        {t("source.since")} <When line={since} />
      </span>
      {until !== undefined && (
        <span>
          {t("source.until")} <When line={until} />
        </span>
      )}
    </>
  );
}

function Granted({ grant }: { grant: Grant }) {
  return (
    <div class="stack-small">
      <p class="source">
        <Lasted since={grant.since} until={grant.ended} />
      </p>
      <p class="source">
        <span>
          {t("source.by")}{" "}
          {grant.by.map((who, place) => (
            <span key={who.principal}>
              {place > 0 && ", "}
              <a href={`/source/${who.principal}`}>
                <Name who={who} />
              </a>
            </span>
          ))}
        </span>
        <span>({t(grant.isChecked ? "source.entitled" : "source.not-checked")})</span>
      </p>
    </div>
  );
}

function Standing({ source }: { source: SourceView }) {
  if (source.grants.length === 0) {
    return <Empty title={t(source.type === operatorType ? "source.is-root" : "source.no-standing")} />;
  }
  return (
    <dl class="facts">
      {source.grants.map((grant) => (
        <div class="fact" key={String(grant.since.index)}>
          <dt>{humanised(term("role", grant.role))}</dt>
          <dd>
            <p class="fact-value">
              {grant.classes.length === 0 ? t("source.all-classes") : list(grant.classes.map((name) => term("class", name)))}
            </p>
            <Granted grant={grant} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function KeyState({ ended, compromised }: SourceKey) {
  if (compromised !== undefined) return <Badge tone="bad">{t("source.key-compromised")}</Badge>;
  if (ended === undefined) return <Badge tone="plain">{t("source.key-current")}</Badge>;
  return <Badge tone="unknown">{t(`source.key-${ended.how}`)}</Badge>;
}

function Keys({ source }: { source: SourceView }) {
  return (
    <dl class="facts">
      {source.keys.map((key) => (
        <div class="fact" key={key.id}>
          <dt>
            <KeyState {...key} />
          </dt>
          <dd>
            <Copyable text={key.publicKey} label={t("app.copy")} copied={t("app.copied")} of={t("source.key")} />
            <p class="source">
              <Lasted since={key.since} until={key.ended?.at} />
              {key.compromised !== undefined && (
                <span>
                  {t("source.key-from")} <LeafLink index={key.compromised.from} /> ({t("source.key-said")}{" "}
                  <LeafLink index={key.compromised.at.index} />)
                </span>
              )}
            </p>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Recorded({ source, onBefore }: { source: SourceView; onBefore: (before: bigint | undefined) => void }) {
  if (source.count === 0n) return <Empty title={t("source.none")} />;
  const to = (source.before ?? 0n) + BigInt(source.entries.length);
  return (
    <div class="stack">
      <p>{t("source.recorded-lead")}</p>
      <LeafList
        caption={t("source.recorded-caption", { shown: integer(source.entries.length), count: integer(source.count) })}
        lines={source.entries}
        first={to < source.count ? source.entries.length : linesFirst}
      />
      <div class="row">
        {to < source.count && (
          <Button quiet onPress={() => onBefore(undefined)}>
            {t("log.newest")}
          </Button>
        )}
        {source.before !== undefined && (
          <Button quiet onPress={() => onBefore(source.before)}>
            {t("log.older")}
          </Button>
        )}
      </div>
    </div>
  );
}

function View(props: { answer: Extract<LogAnswer, { kind: "source" }>; atMs: number; onBefore: (before: bigint | undefined) => void }) {
  const { source, verdict } = props.answer;
  useTitle(nameOf(source));
  return (
    <article>
      <div class="stack">
        <h1>
          <Name who={source} />
        </h1>
        <p class="lead">{t("source.lead")}</p>
        <p>
          <Copyable text={source.principal} label={t("app.copy")} copied={t("app.copied")} of={t("source.id")} />
        </p>
        <Checked verdict={verdict} atMs={props.atMs} />
        <Facts source={source} />
      </div>
      <Section id="standing" title={t("source.standing")}>
        <Standing source={source} />
      </Section>
      <Section id="keys" title={t("source.keys")}>
        <Keys source={source} />
      </Section>
      <Section id="recorded" title={t("source.recorded")}>
        <Recorded source={source} onBefore={props.onBefore} />
      </Section>
      <Section id="not-told" title={t("source.not-told")}>
        <ul>
          <li>{t("source.not-told-content")}</li>
          <li>{t("source.not-told-truth")}</li>
          <li>{t("source.not-told-rate")}</li>
        </ul>
        <p>{t("log.elsewhere-this")}</p>
        <Command text={`patina principal show ${source.principal}`} of={t("source.id")} />
      </Section>
    </article>
  );
}

export function SourcePage({ principal }: { principal: string }) {
  const [before, setBefore] = useState<bigint | undefined>();
  return (
    <LogPageOf
      wanted={{ kind: "source", principal, before }}
      title={t("source.title")}
      outside={{ title: t("source.absent"), lead: t("source.absent-lead") }}
    >
      {(answer, atMs) => answer.kind === "source" && <View answer={answer} atMs={atMs} onBefore={setBefore} />}
    </LogPageOf>
  );
}
