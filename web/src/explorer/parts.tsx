// Parts that pages of the log share: titles, who signed, entries in lines, the way to the root.
import type { LeafLine, Step, TileLink } from "../checking/log_messages";
import type { Verdict } from "../checking/messages";
import { Copyable, FirstOf, More } from "../design/parts";
import { minute } from "../i18n/dates";
import { isKey, t } from "../i18n/messages";
import { integer } from "../i18n/quantities";
import { humanised } from "../i18n/terms";
import { Command } from "../proof/command";
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

/** Who signed the checkpoint: the log with its key, where it is said, and who cosigned. */
export function Signers({ verdict, logKey }: { verdict: Verdict; logKey?: string }) {
  return (
    <dl class="origin">
      {logKey !== undefined && (
        <div>
          <dt>{t("log.key")}</dt>
          <dd>
            <Copyable text={logKey} label={t("app.copy")} copied={t("app.copied")} of={t("proof.key")} />
          </dd>
        </div>
      )}
      <div>
        <dt>{t("trust.witnesses")}</dt>
        <dd>{verdict.checkpoint?.cosigners.join(", ") || t("trust.no-witnesses")}</dd>
      </div>
    </dl>
  );
}

/** What a leaf is, in words. */
export function whatText(what: string): string {
  const key = `log.kind.${what}`;
  return isKey(key) ? t(key) : humanised(what);
}

/** An entry by its number, in words. */
export function LeafLink({ index }: { index: bigint }) {
  return <a href={`/log/${index}`}>{t("log.entry", { index: integer(index) })}</a>;
}

/** Names of columns, where there is room for columns. Readers of lines hear what stands in them. */
export function Heads({ of }: { of: readonly string[] }) {
  return (
    <p class="leaf-line heads soft" aria-hidden="true">
      {of.map((name) => (
        <span key={name}>{name}</span>
      ))}
    </p>
  );
}

function Line({ line }: { line: LeafLine }) {
  return (
    <li class="leaf-line">
      <a href={`/log/${line.index}`}>{integer(line.index)}</a>
      <span>{whatText(line.what)}</span>
      <span class="soft">{minute(line.atMs)}</span>
      <span class="soft code">{`${line.hash.slice(0, 16)}…`}</span>
    </li>
  );
}

/** Entries, one in a line: the first ones, and the others where they are asked for. */
export function LeafList({ caption, lines, first = lines.length }: { caption: string; lines: readonly LeafLine[]; first?: number }) {
  return (
    <div class="stack">
      <p class="strong">{caption}</p>
      <div class="stack-none">
        <Heads of={[t("log.column-entry"), t("log.column-what"), t("log.column-time"), t("log.leaf-hash")]} />
        <FirstOf items={lines} first={first} more={(count) => t("log.more", { count })}>
          {(some) => (
            <ul class="leaf-lines" aria-label={caption}>
              {some.map((line) => (
                <Line line={line} key={line.hash} />
              ))}
            </ul>
          )}
        </FirstOf>
      </div>
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

function StepItem({ step, before, number }: { step: Step; before: string; number: number }) {
  const [left, right] = step.isLeft ? [step.sibling, before] : [before, step.sibling];
  return (
    <li class="hash-step">
      <p>
        <span class="strong">{t("log.step", { number })}</span>
        <span class="soft small">
          {" "}
          <bdi dir="ltr">
            SHA-256(01 ‖ <bdi>{t("log.left")}</bdi> ‖ <bdi>{t("log.right")}</bdi>)
          </bdi>
        </span>
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
