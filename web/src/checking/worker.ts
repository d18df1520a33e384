// The Worker: fetches, checks, answers. It is the only place that talks to the log, so nothing that was not checked
// reaches the page.
import { create, fromBinary, toBinary, toJsonString } from "@bufbuild/protobuf";
import { LookupRequestSchema, LookupResponseSchema } from "@patina/proto/api_pb";
import { ProofBundleSchema, type ProofBundle } from "@patina/proto/bundle_pb";
import { readAssetId } from "@patina/verify";
import { check } from "./check";
import { askOfLog } from "./log";
import type { LogAnswer, LogRequest } from "./log_messages";
import type { Answer, Request, Seen } from "./messages";
import { checkPinned } from "./pinned";
import { loadRules } from "./rules";
import { askSource } from "./source";

const bundleType = "application/vnd.patina.bundle.v1+protobuf";
const messageType = "application/x-protobuf";

type Ask<K extends Request["kind"]> = Extract<Request, { kind: K }>;
type Fetched = { readonly bytes: Uint8Array } | Extract<Answer, { kind: "unreachable" | "refused" }>;

async function ruleOf(response: Response): Promise<string> {
  try {
    const problem = (await response.json()) as { rule?: unknown };
    return typeof problem.rule === "string" ? problem.rule : "";
  } catch {
    return "";
  }
}

async function get(path: string, options: RequestInit): Promise<Fetched> {
  try {
    const response = await fetch(path, { cache: "no-store", redirect: "error", ...options });
    if (!response.ok) return { kind: "refused", status: response.status, rule: await ruleOf(response) };
    return { bytes: new Uint8Array(await response.arrayBuffer()) };
  } catch {
    return { kind: "unreachable" };
  }
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

async function bundleAt(asset: string, since: string): Promise<Fetched> {
  return get(`/v1/assets/${asset}/bundle${since}`, { headers: { Accept: bundleType } });
}

async function askAsset({ asset, policy, seen, pin, nowMs }: Ask<"asset">): Promise<Answer> {
  const id = readAssetId(asset);
  const against = async (earlier: Seen | undefined): Promise<Answer> => {
    const since = earlier === undefined || earlier.size === 0n ? "" : `?since=${earlier.size}`;
    let fetched = await bundleAt(asset, since);
    // A log that does not know what was seen is asked for what it has; that then cannot continue it.
    if ("kind" in fetched && fetched.kind === "refused" && since !== "") fetched = await bundleAt(asset, "");
    if ("kind" in fetched) return fetched;
    const trusting = { policy, seen: earlier, nowMs };
    return check(fetched.bytes, trusting, ({ about }) => about.case === "asset" && same(about.value, id));
  };
  return pin === undefined ? against(seen) : checkPinned(pin, seen, against);
}

function isAbout(bundle: ProofBundle, asked: Ask<"lookup">): boolean {
  const { about } = bundle;
  if (about.case !== "lookup") return false;
  const { scheme, scope, value } = about.value;
  return scheme === asked.scheme && scope === asked.scope && value === asked.value;
}

async function askLookup(asked: Ask<"lookup">): Promise<Answer> {
  const { scheme, scope, value, policy, nowMs } = asked;
  const body = toJsonString(LookupRequestSchema, create(LookupRequestSchema, { scheme, scope, value }));
  const headers = { "Content-Type": "application/json", Accept: messageType };
  const fetched = await get("/v1/lookup", { method: "POST", headers, body });
  if ("kind" in fetched) return fetched;
  const { proof } = fromBinary(LookupResponseSchema, fetched.bytes);
  if (proof === undefined) return { kind: "refused", status: 200, rule: "verify.missing" };
  // The answer to a look-up brings no proof that the log continues an earlier one: the page compares what it can.
  return check(toBinary(ProofBundleSchema, proof), { policy, seen: undefined, nowMs }, (bundle) => isAbout(bundle, asked));
}

const getAs = (path: string, accept: string) => get(path, { headers: { Accept: accept } });

function answer(request: Request | LogRequest): Promise<Answer | LogAnswer> {
  switch (request.kind) {
    case "log":
    case "leaf":
    case "tile":
      return askOfLog(request, getAs);
    case "source":
      return askSource(request, getAs);
    case "asset":
      return askAsset(request);
    case "lookup":
      return askLookup(request);
    case "file":
      return check(request.bytes, request, () => true);
  }
}

loadRules().catch(() => undefined); // asked again when they are needed

self.onmessage = async ({ data }: MessageEvent<{ id: number; request: Request | LogRequest }>) => {
  try {
    self.postMessage({ id: data.id, answer: await answer(data.request) });
  } catch (error) {
    self.postMessage({ id: data.id, failure: String(error) });
  }
};
