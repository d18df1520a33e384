// The small parts that pages are made of. They know nothing of records: texts come in ready.
import type { ComponentChildren, JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { copyText } from "../copy";

export type Tone = "good" | "unsure" | "bad" | "unknown" | "plain";

const shapes: Record<Tone, JSX.Element> = {
  good: <path d="M4.5 12.5l5 5 10-11" fill="none" stroke="currentColor" stroke-width="3" />,
  unsure: (
    <g fill="none" stroke="currentColor" stroke-width="2.5">
      <path d="M12 3l9.5 17h-19z" stroke-linejoin="round" />
      <path d="M12 9.5v5M12 17v.5" />
    </g>
  ),
  bad: (
    <g fill="none" stroke="currentColor" stroke-width="2.5">
      <path d="M8 2.5h8L21.5 8v8L16 21.5H8L2.5 16V8z" stroke-linejoin="round" />
      <path d="M12 7v6.5M12 16.5v.5" />
    </g>
  ),
  unknown: (
    <g fill="none" stroke="currentColor" stroke-width="2.5">
      <circle cx="12" cy="12" r="9.5" />
      <path d="M9 9.5a3 3 0 1 1 4.2 2.7c-.9.5-1.2 1-1.2 2M12 17v.5" />
    </g>
  ),
  plain: (
    <g fill="none" stroke="currentColor" stroke-width="2.5">
      <circle cx="12" cy="12" r="9.5" />
      <path d="M12 11v6M12 7v.5" />
    </g>
  ),
};

/** The shape that stands with a tone. Decoration: the word beside it says the same. */
export function Glyph({ tone }: { tone: Tone }) {
  return (
    <svg class="glyph" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      {shapes[tone]}
    </svg>
  );
}

export function Notice(props: {
  tone: Tone;
  title?: ComponentChildren;
  live?: boolean;
  children?: ComponentChildren;
}) {
  return (
    <div class={`notice tone-${props.tone}`} role={props.live === true ? "alert" : undefined}>
      <Glyph tone={props.tone} />
      <div class="notice-body">
        {props.title !== undefined && <p class="notice-title">{props.title}</p>}
        {props.children}
      </div>
    </div>
  );
}

export function Badge({ tone, children }: { tone: Tone; children: ComponentChildren }) {
  return (
    <span class={`badge tone-${tone}`}>
      <Glyph tone={tone} />
      <span>{children}</span>
    </span>
  );
}

export function Button(props: {
  quiet?: boolean;
  small?: boolean;
  submit?: boolean;
  disabled?: boolean;
  onPress?: () => void;
  children: ComponentChildren;
}) {
  const kind = `${props.quiet === true ? " quiet" : ""}${props.small === true ? " small" : ""}`;
  return (
    <button
      class={`button${kind}`}
      type={props.submit === true ? "submit" : "button"}
      disabled={props.disabled ?? false}
      onClick={props.onPress}
    >
      {props.children}
    </button>
  );
}

/** What is wrong with a form, in the words that stand beside its fields, with a link to each of them (by its id). */
export function ErrorSummary({ title, errors }: { title: string; errors: readonly { id: string; text: string }[] }) {
  return (
    <div class="error-summary" role="alert" tabIndex={-1}>
      <Notice tone="bad" title={title}>
        <ul class="list stack-small">
          {errors.map(({ id, text }) => (
            <li key={id}>
              <a href={`#${id}`}>{text}</a>
            </li>
          ))}
        </ul>
      </Notice>
    </div>
  );
}

export function Field(props: {
  id?: string;
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  value: string;
  onValue: (value: string) => void;
  plain?: boolean;
}) {
  const own = useId();
  const id = props.id ?? own;
  const described = [
    props.hint === undefined ? "" : `${id}-hint`,
    props.error === undefined ? "" : `${id}-error`,
  ];
  const names = described.filter((name) => name !== "").join(" ");
  return (
    <div class={`field${props.error === undefined ? "" : " wrong"}`}>
      <label for={id}>{props.label}</label>
      {props.hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {props.hint}
        </p>
      )}
      {props.error !== undefined && (
        <p class="field-error" id={`${id}-error`}>
          {props.error}
        </p>
      )}
      <input
        id={id}
        class={`field-input${props.plain === true ? " plain" : ""}`}
        type="text"
        autocomplete="off"
        autocapitalize="characters"
        spellcheck={false}
        aria-describedby={names === "" ? undefined : names}
        aria-invalid={props.error !== undefined}
        value={props.value}
        onInput={(event) => props.onValue(event.currentTarget.value)}
      />
    </div>
  );
}

export interface Choice {
  readonly value: string;
  readonly label: string;
  readonly hint?: string | undefined;
}

export function Choices(props: {
  legend: string;
  choices: readonly Choice[];
  /** Of the first choice. */
  id?: string;
  error?: string | undefined;
  chosen: string;
  onChoose: (value: string) => void;
}) {
  const name = useId();
  const { error } = props;
  return (
    <fieldset class={`choices${error === undefined ? "" : " wrong"}`} aria-describedby={error === undefined ? undefined : `${name}-error`}>
      <legend>{props.legend}</legend>
      {error !== undefined && (
        <p class="field-error" id={`${name}-error`}>
          {error}
        </p>
      )}
      {props.choices.map((choice, place) => (
        <label class="choice" key={choice.value}>
          <input
            type="radio"
            id={place === 0 ? props.id : undefined}
            name={name}
            value={choice.value}
            checked={choice.value === props.chosen}
            onChange={() => props.onChoose(choice.value)}
          />
          <span>
            {choice.label}
            {choice.hint !== undefined && <span class="soft small"> {choice.hint}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

export function More({ summary, children }: { summary: ComponentChildren; children: ComponentChildren }) {
  return (
    <details class="more">
      <summary>{summary}</summary>
      <div class="more-body">{children}</div>
    </details>
  );
}

/** The first of many, and the others where they are asked for. */
export function FirstOf<T>(props: {
  items: readonly T[];
  first: number;
  more: (count: number) => string;
  children: (items: readonly T[], from: number) => ComponentChildren;
}) {
  const rest = props.items.slice(props.first);
  return (
    <>
      {props.children(props.items.slice(0, props.first), 0)}
      {rest.length > 0 && <More summary={props.more(rest.length)}>{props.children(rest, props.first)}</More>}
    </>
  );
}

/** Text that is copied as a whole; says so when it was. */
export function Copyable(props: { text: string; shown?: ComponentChildren; label: string; copied: string; of: string }) {
  const [done, setDone] = useState(false);
  async function copy() {
    if (!(await copyText(props.text))) return; // then it can be marked and copied by hand
    setDone(true);
    setTimeout(() => setDone(false), 3000);
  }
  return (
    <span class="copyable">
      <span class="code" translate={false}>
        {props.shown ?? props.text}
      </span>
      <button class="copy" type="button" onClick={() => void copy()}>
        <span aria-live="polite">{done ? props.copied : props.label}</span>
        <span class="seen-by-readers"> {props.of}</span>
      </button>
    </span>
  );
}

export function Skeleton({ lines, label }: { lines: number; label: string }) {
  return (
    <div class="skeleton" role="status">
      <span class="seen-by-readers" style={{ animation: "none" }}>
        {label}
      </span>
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} aria-hidden="true" />
      ))}
    </div>
  );
}

export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children}
    </div>
  );
}

export function Section(props: {
  id: string;
  title: string;
  beside?: ComponentChildren;
  children: ComponentChildren;
}) {
  return (
    <section class="section" id={props.id} aria-labelledby={`${props.id}-title`}>
      <div class="section-head">
        <h2 id={`${props.id}-title`} tabIndex={-1}>
          {props.title}
        </h2>
        {props.beside}
      </div>
      {props.children}
    </section>
  );
}

export interface Column {
  readonly label: string;
  readonly number?: boolean;
}

/** Where the screen is narrow, each row is a block, its first cell the head and the others beside their labels. */
export function DataTable(props: {
  caption: string;
  columns: readonly Column[];
  rows: readonly (readonly ComponentChildren[])[];
}) {
  const look = (place: number) => (props.columns[place]?.number === true ? "number" : undefined);
  return (
    <div class="table-scroll" tabIndex={0} role="region" aria-label={props.caption}>
      <table role="table">
        <caption>{props.caption}</caption>
        <thead role="rowgroup">
          <tr role="row">
            {props.columns.map(({ label }, place) => (
              <th scope="col" role="columnheader" class={look(place)} key={label}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {props.rows.map((row, number) => (
            <tr role="row" key={number}>
              {row.map((cell, place) => (
                <td role="cell" class={look(place)} data-label={props.columns[place]?.label} key={place}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
