// Who recorded this history, source by source, and what became of their entries.
import type { Record } from "../checking/messages";
import { Badge, More, Section } from "../design/parts";
import { day, edtf } from "../i18n/dates";
import { t } from "../i18n/messages";
import { list, term } from "../i18n/terms";
import { EntryLink } from "./entry_link";
import { fates, sharesOf, signersOf, type Fate, type Mark, type Share, type Signers, type When } from "./sources";
import { nameOf } from "./values";

const shownAtOnce = 8;
const marksAtOnce = 3;

interface About {
  readonly record: Record;
  readonly signers: Signers;
}

function whenText({ occurred, ms }: When): string {
  return occurred === "" ? day(ms) : edtf(occurred);
}

function datesText({ dates }: Share): string {
  if (dates === undefined) return t("history.undated");
  const [from, to] = [whenText(dates.first), whenText(dates.last)];
  return from === to ? from : t("sources.dates", { from, to });
}

function Names({ ids, record }: { ids: readonly string[]; record: Record }) {
  if (ids.length === 0) return null;
  return (
    <>
      , <bdi translate={false}>{list(ids.map((id) => nameOf(record.people, id)))}</bdi>
    </>
  );
}

// Anybody may say otherwise; whether he was one to say it stands beside it.
function isSelfDeclared(index: bigint, { state }: Record): boolean {
  return state.records.some((stated) => stated.index === index && stated.selfDeclared);
}

// An entry beside the others, those with the names of their sources where they are not its own.
function Marked({ mark, principal, record, signers }: About & { mark: Mark; principal: string }) {
  return (
    <li>
      <EntryLink index={mark.index} />
      {mark.others.map((other) => {
        const ids = [...(signers.get(other) ?? [])];
        return (
          <span key={String(other)}>
            {" · "}
            <EntryLink index={other} />
            {!ids.includes(principal) && <Names ids={ids} record={record} />}
            {isSelfDeclared(other, record) && (
              <>
                {" "}
                <Badge tone="unsure">{t("standing.self")}</Badge>
              </>
            )}
          </span>
        );
      })}
    </li>
  );
}

function Became({ fate, share, ...about }: About & { fate: Fate; share: Share }) {
  const marks = share.marks.get(fate);
  if (marks === undefined) return null;
  const items = marks.map((mark) => <Marked mark={mark} principal={share.principal} {...about} key={String(mark.index)} />);
  const rest = items.slice(marksAtOnce);
  return (
    <div class="stack-none small">
      <p>{t(`sources.${fate}`, { count: marks.length, all: share.entries })}</p>
      <ul class="list">{items.slice(0, marksAtOnce)}</ul>
      {rest.length > 0 && (
        <More summary={t("sources.more-marks", { count: rest.length })}>
          <ul class="list">{rest}</ul>
        </More>
      )}
    </div>
  );
}

function Row({ share, ...about }: About & { share: Share }) {
  return (
    <li>
      <div class="stack-none">
        <a href={`/source/${share.principal}`}>
          <bdi translate={false}>{nameOf(about.record.people, share.principal)}</bdi>
        </a>
        {share.roles.length > 0 && <p class="soft small">{list(share.roles.map((role) => term("role", role)))}</p>}
        {share.roles.length === 0 && (
          <p>
            <Badge tone="unsure">{t("standing.self")}</Badge>
          </p>
        )}
      </div>
      <div class="stack-none">
        <p>{t("asset.records-count", { count: share.entries })}</p>
        <p class="soft small">{datesText(share)}</p>
      </div>
      <div class="stack-small">
        {share.marks.size === 0 && <p class="soft small">{t("sources.unmarked")}</p>}
        {fates.map((fate) => (
          <Became fate={fate} share={share} {...about} key={fate} />
        ))}
      </div>
    </li>
  );
}

function List({ shares, ...about }: About & { shares: readonly Share[] }) {
  return (
    <ul class="rows named">
      {shares.map((share) => (
        <Row share={share} {...about} key={share.principal} />
      ))}
    </ul>
  );
}

export function SourcesSection({ record }: { record: Record }) {
  const shares = sharesOf(record);
  const about = { record, signers: signersOf(record) };
  const rest = shares.slice(shownAtOnce);
  return (
    <Section id="sources" title={t("sources.title")}>
      <p>{t("sources.lead")}</p>
      <List shares={shares.slice(0, shownAtOnce)} {...about} />
      {rest.length > 0 && (
        <More summary={t("sources.more", { count: rest.length })}>
          <List shares={rest} {...about} />
        </More>
      )}
    </Section>
  );
}
