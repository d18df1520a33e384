// The log's rules, compiled to WebAssembly from the code that the server runs: from a history to its state.
import { fromBinary } from "@bufbuild/protobuf";
import { AssetStateSchema, type AssetState } from "@patina/proto/state_pb";
import rulesUrl from "@patina/rules?url";

interface Rules {
  readonly memory: WebAssembly.Memory;
  patina_input(size: number): number;
  patina_fold(): number;
  patina_output(): number;
  patina_output_size(): number;
  patina_rule_id(rule: number): number;
}

let loading: Promise<Rules> | undefined;

async function load(): Promise<Rules> {
  const response = await fetch(rulesUrl);
  if (!response.ok) throw new Error(`the rules could not be loaded: ${response.status}`);
  const { instance } = await WebAssembly.instantiate(await response.arrayBuffer(), {});
  return instance.exports as unknown as Rules;
}

function textAt(rules: Rules, address: number): string {
  const memory = new Uint8Array(rules.memory.buffer);
  return new TextDecoder().decode(memory.subarray(address, memory.indexOf(0, address)));
}

/** Starts loading the rules, so that they are there when they are needed. */
export function loadRules(): Promise<Rules> {
  loading ??= load();
  loading.catch(() => (loading = undefined));
  return loading;
}

/** A rule refused the history. */
export class RuleRefusal extends Error {
  constructor(readonly rule: string) {
    super(rule);
  }
}

/** The state that follows from a verified history (SPEC.md section 8). */
export async function fold(history: Uint8Array): Promise<AssetState> {
  const rules = await loadRules();
  const address = rules.patina_input(history.length) >>> 0;
  if (address === 0) throw new RuleRefusal("limit.memory");
  new Uint8Array(rules.memory.buffer).set(history, address);
  const refused = rules.patina_fold() >>> 0;
  if (refused !== 0) throw new RuleRefusal(textAt(rules, rules.patina_rule_id(refused) >>> 0));
  const from = rules.patina_output() >>> 0;
  return fromBinary(AssetStateSchema, new Uint8Array(rules.memory.buffer.slice(from, from + (rules.patina_output_size() >>> 0))));
}
