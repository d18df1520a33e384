// The log: V7 and V10 (checkpoint and commit), V8 (an earlier checkpoint), V9 (genesis). SPEC.md sections 9.2 and 9.4.
import { equal, utf8 } from "../bytes.js";
import { parseLeaf } from "../entry.js";
import type { ProofBundle } from "#gen/proto/bundle_pb.js";
import type { IndexCommit } from "#gen/proto/log_pb.js";
import { originOf } from "../genesis.js";
import { leafHash } from "../hash.js";
import { acceptCheckpoint, type Accepted, type Policy } from "../policy.js";
import { checking, Failure, need, refuse } from "../refusal.js";
import { bodyOf } from "../statement.js";
import { checkConsistency, checkInclusion, rootBeforeLast, type TreeHead } from "../tlog.js";
import type { CheckedEntry, CheckedGenesis, View } from "./view.js";

/** Refuses unless `leaf` is the trailing commit of the checkpoint. */
export function checkCommit(
  leaf: Uint8Array,
  path: readonly Uint8Array[],
  checkpoint: TreeHead,
): IndexCommit {
  const { size, root } = checkpoint;
  need(size > 0n, "tlog.inclusion-index");
  checkInclusion(size - 1n, size, leafHash(leaf), path, root);
  const member = parseLeaf(leaf);
  if (member.case !== "commit") return refuse("verify.view");
  need(member.value.coveredSize === size - 1n, "verify.view");
  need(equal(member.value.logRoot, rootBeforeLast(path)), "verify.view");
  return member.value;
}

/** V7, then V10. */
export function checkLog(
  bundle: ProofBundle,
  policy: Policy,
): { checkpoint: Accepted; commit: IndexCommit } {
  const checkpoint = checking("V7", "checkpoint", () =>
    acceptCheckpoint(utf8(bundle.checkpoint), policy),
  );
  const { commit: proof } = bundle;
  if (proof === undefined) throw new Failure("V10", "verify.missing", "commit", "not proven");
  const commit = checking("V10", "commit", () =>
    checkCommit(proof.leaf, proof.inclusion, checkpoint),
  );
  return { checkpoint, commit };
}

/** V8: the bundle's checkpoint continues the one that the reader holds. */
export function checkEarlier(bundle: ProofBundle, checkpoint: TreeHead, earlier: TreeHead): void {
  const proof = bundle.earlier;
  checking("V8", "earlier checkpoint", () => {
    need(earlier.size <= checkpoint.size, "verify.rollback");
    if (earlier.size === checkpoint.size)
      return need(equal(earlier.root, checkpoint.root), "verify.fork");
    if (earlier.size === 0n) return undefined;
    if (proof?.size !== earlier.size) {
      throw new Failure("V8", "verify.missing", "earlier checkpoint", "not proven");
    }
    return checkConsistency(earlier, checkpoint, proof.hashes);
  });
}

function readGenesis(entry: CheckedEntry, origin: string): CheckedGenesis {
  const message = bodyOf(entry.statement, "genesis");
  const parameters = message?.parameters;
  const policy = parameters?.policy;
  if (
    message === undefined ||
    parameters === undefined ||
    policy === undefined ||
    entry.statement === undefined
  ) {
    return refuse("verify.genesis");
  }
  const id = entry.statement.hash;
  need(originOf(message) === origin, "verify.genesis");
  need(entry.signers.length >= parameters.rootThreshold, "verify.genesis");
  for (const { publicKey, principal } of entry.signers) {
    need(
      parameters.rootKeys.some((key) => equal(key, publicKey)),
      "verify.genesis",
    );
    need(equal(principal, id), "verify.genesis");
  }
  return { entry, id, message, parameters, policy };
}

/** V9: the bundle's first entry is the log's genesis. */
export function checkGenesisEntry(view: View): CheckedGenesis {
  const entry = view.entries.get(0n);
  if (entry === undefined) throw new Failure("V9", "verify.missing", "entry 0");
  return checking("V9", "entry 0", () => readGenesis(entry, view.checkpoint.origin));
}
