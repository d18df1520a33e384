// The page's side of the Worker.
import { startWorker } from "../worker_url";
import type { LogAnswer, LogRequest } from "./log_messages";
import type { Answer, Request } from "./messages";

interface Waiting {
  readonly resolve: (answer: never) => void;
  readonly reject: (error: Error) => void;
}

let worker: Worker | undefined;
let next = 1;
const waiting = new Map<number, Waiting>();

function failAll(why: string): void {
  for (const { reject } of waiting.values()) reject(new Error(why));
  waiting.clear();
}

function start(): Worker {
  const started = startWorker("checker");
  started.onmessage = ({ data }: MessageEvent<{ id: number; answer?: never; failure?: string }>) => {
    const asked = waiting.get(data.id);
    waiting.delete(data.id);
    if (data.answer !== undefined) asked?.resolve(data.answer);
    else asked?.reject(new Error(data.failure ?? "no answer"));
  };
  started.onerror = () => failAll("the checker could not be started");
  return started;
}

/** Starts the Worker, so that it is ready when it is needed. */
export function prepare(): Worker {
  worker ??= start();
  return worker;
}

/** Asks the Worker. Rejects only where this program is wrong, or could not be loaded. */
export function ask(request: Request): Promise<Answer>;
export function ask(request: LogRequest): Promise<LogAnswer>;
export function ask(request: Request | LogRequest): Promise<unknown> {
  const id = next++;
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    prepare().postMessage({ id, request });
  });
}
