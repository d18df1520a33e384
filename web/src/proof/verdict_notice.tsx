// A check that did not end in "matches", in one shape for all of them: the word, what was found, what to do.
import type { ComponentChildren } from "preact";
import type { Word } from "../checking/messages";
import { Glyph } from "../design/parts";
import { t } from "../i18n/messages";
import { useTitle } from "../title";
import { toneOf, wordText } from "./words";

/** The first thing on its page. What there is to show besides, such as evidence, stands below it. */
export function VerdictNotice(props: {
  word: Word;
  title: string; // what was found, in a sentence; the page's title too
  children?: ComponentChildren; // paragraphs: what follows from it
  next?: readonly string[]; // what the reader can do, a line each
  actions?: ComponentChildren; // buttons, the one to press first
}) {
  useTitle(props.title);
  return (
    <div class={`status verdict tone-${toneOf(props.word)}`} role="alert">
      <h1 class="status-word">
        <Glyph tone={toneOf(props.word)} />
        {wordText(props.word)}
      </h1>
      <p class="lead strong">{props.title}</p>
      {props.children}
      {props.next !== undefined && (
        <>
          <h2 class="h3">{t("absent.next")}</h2>
          <ul class="stack-small list">
            {props.next.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </>
      )}
      {props.actions !== undefined && <div class="row">{props.actions}</div>}
    </div>
  );
}
