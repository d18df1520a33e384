// A value that components watch. Small enough not to need a library.
import { useEffect, useState } from "preact/hooks";

export interface Signal<T> {
  value: T;
  watch(seen: () => void): () => void;
}

export function signalOf<T>(first: T): Signal<T> {
  let current = first;
  const watchers = new Set<() => void>();
  return {
    get value() {
      return current;
    },
    set value(next: T) {
      if (Object.is(next, current)) return;
      current = next;
      for (const seen of [...watchers]) seen();
    },
    watch(seen) {
      watchers.add(seen);
      return () => watchers.delete(seen);
    },
  };
}

/** The value, drawn again when it changes. */
export function useSignal<T>(signal: Signal<T>): T {
  const [drawn, draw] = useState(signal.value);
  useEffect(() => {
    draw(signal.value); // it may have changed since it was drawn
    return signal.watch(() => draw(signal.value));
  }, [signal]);
  return drawn;
}
