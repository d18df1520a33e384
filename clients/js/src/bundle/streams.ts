// V24: the telemetry of each binding. SPEC.md section 9.4, "Streams".
import { equal } from "../bytes.js";
import type { DeviceBound, Telemetry } from "#gen/proto/statement_pb.js";
import { checking, need } from "../refusal.js";
import { bodyOf } from "../statement.js";
import { placeOf, type CheckedEntry, type View } from "./view.js";

/** One binding's telemetry, in log order. */
export interface Stream {
  readonly id: Uint8Array;
  readonly batches: readonly CheckedEntry[];
}

interface Batch {
  readonly telemetry: Telemetry;
  readonly hash: Uint8Array;
}

function checkBatch(entry: CheckedEntry, device: Uint8Array, before: Batch | undefined): Batch {
  const telemetry = bodyOf(entry.statement, "telemetry");
  need(telemetry !== undefined && entry.statement !== undefined, "verify.chain");
  const [signer, ...others] = entry.signers;
  need(
    signer !== undefined && others.length === 0 && equal(signer.principal, device),
    "verify.chain",
  );
  if (before !== undefined) {
    need(
      telemetry.boot >= before.telemetry.boot && telemetry.seq > before.telemetry.seq,
      "verify.chain",
    );
    const follows = telemetry.seq === before.telemetry.seq + 1n;
    need(!follows || equal(telemetry.previous, before.hash), "verify.chain");
  }
  return { telemetry, hash: entry.statement.hash };
}

function checkStream(view: View, binding: CheckedEntry, { stream, device }: DeviceBound): Stream {
  const [first, ...batches] = view.ask("stream", stream).entries;
  checking("V24", placeOf.entry(binding.index), () => need(first === binding, "verify.chain"));
  let before: Batch | undefined;
  for (const entry of batches) {
    before = checking("V24", placeOf.entry(entry.index), () => checkBatch(entry, device, before));
  }
  return { id: stream, batches };
}

/** Checks each stream that a binding among these entries opens, in their order. */
export function checkStreams(view: View, entries: readonly CheckedEntry[]): Stream[] {
  return entries.flatMap((entry) => {
    const bound = bodyOf(entry.statement, "deviceBound");
    return bound === undefined ? [] : [checkStream(view, entry, bound)];
  });
}
