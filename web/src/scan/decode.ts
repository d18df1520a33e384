// The page's side of the reader of codes. It is started when it is first needed.
import { startWorker } from "../worker_url";

export interface Picture {
  readonly id: number;
  readonly width: number;
  readonly height: number;
  readonly pixels: ArrayBuffer;
}

export type Reading =
  | { readonly id: number; readonly texts: readonly string[] }
  | { readonly id: number; readonly failure: string };

interface Waiting {
  readonly resolve: (texts: readonly string[]) => void;
  readonly reject: (error: Error) => void;
}

let worker: Worker | undefined;
let next = 1;
const waiting = new Map<number, Waiting>();

function answered({ data }: MessageEvent<Reading>): void {
  const asked = waiting.get(data.id);
  waiting.delete(data.id);
  if ("texts" in data) asked?.resolve(data.texts);
  else asked?.reject(new Error(data.failure));
}

function failed(): void {
  for (const { reject } of waiting.values()) reject(new Error("the reader of codes could not be started"));
  waiting.clear();
  worker = undefined;
}

function start(): Worker {
  const started = startWorker("reader");
  started.onmessage = answered;
  started.onerror = failed;
  return started;
}

/** The texts of all codes in a picture. Its pixels are handed over, and gone afterwards. */
export function codesIn({ width, height, data }: ImageData): Promise<readonly string[]> {
  worker ??= start();
  const id = next++;
  const pixels = data.buffer as ArrayBuffer;
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    worker?.postMessage({ id, width, height, pixels } satisfies Picture, [pixels]);
  });
}
