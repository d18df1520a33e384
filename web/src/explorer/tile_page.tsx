// A tile: up to 256 hashes side by side, what stands under each, and the way from the tile to the root.
import type { LogAnswer, TileView } from "../checking/log_messages";
import { FirstOf, Section } from "../design/parts";
import { t } from "../i18n/messages";
import { integer } from "../i18n/quantities";
import { Command } from "../proof/command";
import { Checked, LogPageOf } from "./answer";
import { Heads, PathToRoot, TitleBelowLog } from "./parts";

function below(tile: TileView, at: number): { href: string; text: string } {
  const number = tile.number * 256n + BigInt(at);
  if (tile.level === 0) return { href: `/log/${number}`, text: integer(number) };
  const level = tile.level - 1;
  return { href: `/log/tile/${level}/${number}`, text: `${level}/${number}` };
}

const hashesShown = 16;

function Hashes({ tile }: { tile: TileView }) {
  const caption = t("log.tile-hashes");
  return (
    <div class="stack-none two-columns">
      <Heads of={[t(tile.level === 0 ? "log.column-entry" : "log.column-tile"), t("log.leaf-hash")]} />
      <FirstOf items={tile.hashes} first={hashesShown} more={(count) => t("log.more-hashes", { count })}>
        {(some, from) => (
          <ul class="leaf-lines" aria-label={caption}>
            {some.map((hash, place) => {
              const { href, text } = below(tile, from + place);
              return (
                <li class="leaf-line" key={href}>
                  <a href={href}>{text}</a>
                  <span class="code breaking">{hash}</span>
                </li>
              );
            })}
          </ul>
        )}
      </FirstOf>
    </div>
  );
}

function View({ answer, atMs }: { answer: Extract<LogAnswer, { kind: "tile" }>; atMs: number }) {
  const { tile, verdict } = answer;
  const title = t("log.tile-title", { level: String(tile.level), number: String(tile.number) });
  return (
    <article>
      <div class="stack">
        <TitleBelowLog title={title} />
        <p class="lead">
          {tile.level === 0
            ? t("log.tile-lead-entries", { count: tile.hashes.length })
            : t("log.tile-lead", { count: tile.hashes.length, span: integer(tile.span) })}
        </p>
        <Checked verdict={verdict} atMs={atMs} />
        <Command text={`curl -s ${location.origin}${tile.path} | xxd -p -c 32`} of={title} />
      </div>
      <Section id="path" title={t("log.way")}>
        <p>{t(tile.isWhole ? "log.tile-path-whole" : "log.tile-path-first")}</p>
        <p class="code breaking strong">{tile.start}</p>
        <PathToRoot start={tile.start} steps={tile.steps} />
      </Section>
      <Section id="hashes" title={t("log.tile-hashes")}>
        <Hashes tile={tile} />
      </Section>
    </article>
  );
}

export function TilePage({ level, number }: { level: string; number: string }) {
  const title = t("log.tile-title", { level, number });
  return (
    <LogPageOf
      wanted={{ kind: "tile", level: Number(level), number: BigInt(number) }}
      title={title}
      outside={{ title: t("log.outside-tile"), lead: t("log.outside-lead") }}
    >
      {(answer, atMs) => answer.kind === "tile" && <View answer={answer} atMs={atMs} />}
    </LogPageOf>
  );
}
