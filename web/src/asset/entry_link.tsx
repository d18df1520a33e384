// Links to entries: to their place on this page, or in the log where they stand on none or on another.
import { createContext, type ComponentChildren } from "preact";
import { useContext, useEffect, useRef } from "preact/hooks";
import type { HistoryEvent } from "../checking/messages";
import { t } from "../i18n/messages";
import { listed } from "../i18n/terms";

/** The history that is on the page. */
export const OnPage = createContext<readonly HistoryEvent[]>([]);

/** Where an entry stands. The batches of a stream stand as one, at its last. */
export function entryHref(events: readonly HistoryEvent[], index: bigint): string {
  const here = events.find((event) => event.index === index || event.batches.some((batch) => batch.index === index));
  return here === undefined ? `/log/${index}` : `#entry-${here.index}`;
}

export function EntryLink({ index, children }: { index: bigint; children?: ComponentChildren }) {
  const href = entryHref(useContext(OnPage), index);
  return <a href={href}>{children ?? t("history.entry", { index: String(index) })}</a>;
}

/** Several entries within a sentence; `after` is what stands behind each. */
export function EntryList({ indexes, after }: { indexes: readonly bigint[]; after?: (index: bigint) => ComponentChildren }) {
  return (
    <>
      {listed(indexes).map(({ item, before }) => (
        <span key={String(item)}>
          {before}
          <EntryLink index={item}>{t("log.entry", { index: String(item) })}</EntryLink>
          {after?.(item)}
        </span>
      ))}
    </>
  );
}

function indexIn(hash: string): bigint | undefined {
  const digits = /^#entry-(\d{1,20})$/.exec(hash)?.[1];
  return digits === undefined ? undefined : BigInt(digits);
}

/** Calls `show` with the entry that the address or a followed link names, before the browser looks for it. */
export function useNamedEntry(show: (index: bigint) => void): void {
  const isNamed = useRef(indexIn(location.hash) !== undefined);
  useEffect(() => {
    const tell = (hash: string) => {
      const index = indexIn(hash);
      if (index === undefined) return;
      isNamed.current = true;
      show(index);
    };
    const follow = ({ target }: Event) => tell((target as Element).closest("a[href]")?.getAttribute("href") ?? "");
    const turn = () => tell(location.hash);
    addEventListener("click", follow, { capture: true });
    addEventListener("hashchange", turn);
    return () => {
      removeEventListener("click", follow, { capture: true });
      removeEventListener("hashchange", turn);
    };
  });
  // The browser looks for a place only once: one that was drawn later is looked for again.
  useEffect(() => {
    if (isNamed.current && document.querySelector(":target") === null) location.replace(location.hash);
    isNamed.current = false;
  });
}
