// Who recorded this history, source by source, and what became of their entries.
import type { Record } from "../checking/messages";
import { Badge, More, Section } from "../design/parts";
import { day, edtf } from "../i18n/dates";
import { t, type Key } from "../i18n/messages";
import { list, term } from "../i18n/terms";
import { EntryLink, EntryList } from "./entry_link";
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
      {" "}
      (<bdi translate={false}>{list(ids.map((id) => nameOf(record.people, id)))}</bdi>)
    </>
  );
}

// Anybody may say otherwise; whether he was one to say it stands beside it.
function isSelfDeclared(index: bigint, { state }: Record): boolean {
  return state.records.some((stated) => stated.index === index && stated.selfDeclared);
}

// Whose it is, where it is not of the same source.
function Signed({ index, principal, record, signers }: About & { index: bigint; principal: string }) {
  const ids = [...(signers.get(index) ?? [])];
  return (
    <>
      {!ids.includes(principal) && <Names ids={ids} record={record} />}
      {isSelfDeclared(index, record) && (
        <>
          {" "}
          <Badge tone="unsure">{t("standing.self")}</Badge>
        </>
      )}
    </>
  );
}

const joint: { readonly [fate in Fate]: Key } = {
  disputed: "sources.mark.disputed",
  "number-elsewhere": "sources.mark.number-elsewhere",
  "corrected-by-other": "sources.mark.corrected",
  "corrected-by-itself": "sources.mark.corrected",
  "taken-back-by-other": "sources.mark.taken-back",
  "taken-back-by-itself": "sources.mark.taken-back",
};

// An entry, and by which others that became of it.
function Marked({ mark, fate, ...about }: About & { mark: Mark; fate: Fate; principal: string }) {
  return (
    <li>
      <EntryLink index={mark.index} />, {t(joint[fate])}{" "}
      <EntryList indexes={mark.others} after={(index) => <Signed index={index} {...about} />} />
    </li>
  );
}

function Became({ fate, share, ...about }: About & { fate: Fate; share: Share }) {
  const marks = share.marks.get(fate);
  if (marks === undefined) return null;
  const items = marks.map((mark) => <Marked mark={mark} fate={fate} principal={share.principal} {...about} key={String(mark.index)} />);
  const rest = items.slice(marksAtOnce);
  return (
    <div class="stack-none small">
      <p>{t(`sources.${fate}`, { count: marks.length, all: share.entries })}</p>
      <ul class="marks">{items.slice(0, marksAtOnce)}</ul>
      {rest.length > 0 && (
        <More summary={t("sources.more-marks", { count: rest.length })}>
          <ul class="marks">{rest}</ul>
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
