// V31: the form of a bundle. SPEC.md section 9.4, "Form".
import { ascends } from "../bytes.js";
import { decode } from "../canonical.js";
import {
  ProofBundleSchema,
  type ProofBundle,
  type ProvenEntry,
  type SubjectProof,
} from "#gen/proto/bundle_pb.js";
import {
  assetIdBytes,
  bundleBytesMax,
  bundleEntriesMax,
  bundleSubjectsMax,
  hashBytes,
  vrfProofBytes,
} from "../limits.js";
import { need, refuse, Refusal } from "../refusal.js";
import { cursorOf, readUvarint } from "../varint.js";

const rule = "verify.bundle";
const version = 1;
const versionTag = 0x08;

function areHashes(items: readonly Uint8Array[]): boolean {
  return items.every(({ length }) => length === hashBytes);
}

// A bundle of a later version may hold anything after its first field.
function checkVersionFirst(bytes: Uint8Array): void {
  if (bytes[0] !== versionTag) return;
  try {
    need(readUvarint(cursorOf(bytes.subarray(1))) <= BigInt(version), "bytes.newer-format");
  } catch (error) {
    if (error instanceof Refusal && error.rule !== "bytes.newer-format") return;
    throw error;
  }
}

function checkAbout({ about }: ProofBundle): void {
  if (about.case === "asset") return need(about.value.length === assetIdBytes, rule);
  if (about.case === undefined) return refuse(rule);
  const sizes = about.value.vrfProofs.map(({ length }) => length);
  need(
    sizes.every((size) => size === 0 || size === vrfProofBytes),
    rule,
  );
}

function checkEntry({ entry, inclusion, vrfProofs }: ProvenEntry): void {
  if (entry === undefined) return refuse(rule);
  need(entry.sources.length === 0 && areHashes(inclusion), rule);
  need(
    vrfProofs.every(({ length }) => length === vrfProofBytes),
    rule,
  );
}

function checkSubject({ key, count, root, from, peaks, entries }: SubjectProof): void {
  need(key.length === hashBytes && from === 0n && peaks.length === 0, rule);
  need(root.length === (count === 0n ? 0 : hashBytes), rule);
  need(BigInt(entries.length) === count, rule);
  need(areHashes(entries.map(({ leafHash }) => leafHash)), rule);
}

/** Reads a bundle; refuses what is not one by its form alone. */
export function parseBundle(bytes: Uint8Array): ProofBundle {
  need(bytes.length <= bundleBytesMax, "verify.bundle-size");
  checkVersionFirst(bytes);
  const bundle = decode(ProofBundleSchema, bytes);
  need(bundle.version === version, rule);
  const { entries, subjects, commit, earlier } = bundle;
  need(
    entries.length <= bundleEntriesMax && subjects.length <= bundleSubjectsMax,
    "verify.bundle-size",
  );
  checkAbout(bundle);
  need(areHashes(commit?.inclusion ?? []) && areHashes(earlier?.hashes ?? []), rule);
  entries.forEach(checkEntry);
  const indexes = entries.map(({ entry }) => entry?.index ?? 0n);
  need(
    indexes.every((index, i) => i === 0 || (indexes[i - 1] as bigint) < index),
    rule,
  );
  subjects.forEach(checkSubject);
  need(ascends(subjects.map(({ key }) => key)), rule);
  return bundle;
}
