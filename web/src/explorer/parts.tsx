// Parts that pages of the log share: titles, who cosigned, entries in a list, the way to the root, commands that do the same
// elsewhere.
import type { LeafLine, Step, TileLink } from "../checking/log_messages";
import type { Verdict } from "../checking/messages";
import { Copyable, More } from "../design/parts";
import { minute } from "../i18n/dates";
import { isKey, t } from "../i18n/messages";
import { integer } from "../i18n/quantities";
import { humanised } from "../i18n/terms";
import { useTitle } from "../title";

/** The title of a page that stands below that of the log. */
export function TitleBelowLog({ title }: { title: string }) {
  useTitle(title);
  return (
    <>
      <p>
        <a href="/log">{t("log.title")}</a>
      </p>
      <h1>{title}</h1>
    </>
  );
}

/** Who cosigned the checkpoint. */
export function Witnesses({ verdict }: { verdict: Verdict }) {
  return (
    <p>
      {t("trust.witnesses")}: {verdict.checkpoint?.cosigners.join(", ") || t("trust.no-witnesses")}
    </p>
  );
}

/** What a leaf is, in words. */
export function whatText(what: string): string {
  const key = `log.kind.${what}`;
  return isKey(key) ? t(key) : humanised(what);
}

export function LeafLink({ index }: { index: bigint }) {
  return <a href={`/log/${index}`}>{integer(index)}</a>;
}

/** Entries, one in a line. */
export function LeafList({ caption, lines }: { caption: string; lines: readonly LeafLine[] }) {
  return (
    <div class="stack">
      <p class="strong">{caption}</p>
      <ul class="leaf-lines" aria-label={caption}>
        {lines.map((line) => (
          <li key={line.hash}>
            <LeafLink index={line.index} />
            <span>{whatText(line.what)}</span>
            <span class="soft">{minute(line.atMs)}</span>
            <span class="soft code">{`${line.hash.slice(0, 16)}…`}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Tile({ level, number }: TileLink) {
  return <a href={`/log/tile/${level}/${number}`}>{t("log.tile-name", { level: String(level), number: String(number) })}</a>;
}

function distinct(links: readonly TileLink[]): readonly TileLink[] {
  const byPath = new Map(links.map((link) => [link.path, link]));
  return [...byPath.values()];
}

/** A command that does the same outside of this page. */
export function Command({ text, of }: { text: string; of: string }) {
  return (
    <div class="command">
      <Copyable text={text} label={t("app.copy")} copied={t("app.copied")} of={of} />
    </div>
  );
}

function StepItem({ step, before, number }: { step: Step; before: string; number: number }) {
  const [left, right] = step.isLeft ? [step.sibling, before] : [before, step.sibling];
  return (
    <li class="hash-step">
      <p>
        <span class="strong">{t("log.step", { number })}</span>
        <span class="soft small"> SHA-256(01 ‖ {t("log.left")} ‖ {t("log.right")})</span>
      </p>
      <p class="code breaking step-hash">{step.hash}</p>
      <More summary={t("log.step-inputs")}>
        <dl class="hash-inputs">
          <div>
            <dt>{t(step.isLeft ? "log.left-beside" : "log.left-so-far")}</dt>
            <dd class="code">{left}</dd>
          </div>
          <div>
            <dt>{t(step.isLeft ? "log.right-so-far" : "log.right-beside")}</dt>
            <dd class="code">{right}</dd>
          </div>
        </dl>
        <p class="soft row">
          {t("log.beside-from")}{" "}
          {distinct(step.from).map((link) => (
            <Tile {...link} key={link.path} />
          ))}
        </p>
        <Command text={`printf '01${left}${right}' | xxd -r -p | sha256sum`} of={t("log.step", { number })} />
      </More>
    </li>
  );
}

/** The way from a hash to the root, each step with what it takes. */
export function PathToRoot({ start, steps }: { start: string; steps: readonly Step[] }) {
  if (steps.length === 0) return <p>{t("log.no-steps")}</p>;
  return (
    <ol class="hash-steps">
      {steps.map((step, at) => (
        <StepItem step={step} before={at === 0 ? start : (steps[at - 1] as Step).hash} number={at + 1} key={step.hash} />
      ))}
    </ol>
  );
}
