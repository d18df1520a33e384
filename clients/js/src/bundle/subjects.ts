// V22 and V18: each subject's complete history. SPEC.md section 9.4, step 5.
import { equal } from "../bytes.js";
import type { SubjectProof } from "#gen/proto/bundle_pb.js";
import { leafHash } from "../hash.js";
import { checkAbsence, checkPresence, indexValue, sublogLeaf } from "../mapindex.js";
import { checking, Failure, need } from "../refusal.js";
import { CompactRange } from "../tlog.js";
import { placeOf, type CheckedEntry, type View } from "./view.js";

/** The root of a sub-log that goes on from `range` with these entries. */
export function sublogRoot(range: CompactRange, entries: SubjectProof["entries"]): Uint8Array {
  for (const { index, leafHash: hash } of entries) range.append(leafHash(sublogLeaf(index, hash)));
  return range.root();
}

function checkPath(view: View, { key, count, root, path }: SubjectProof): void {
  if (count === 0n) checkAbsence(key, path, view.commit.indexRoot);
  else checkPresence(key, indexValue(count, root), path, view.commit.indexRoot);
}

/** Refuses entries of a history that do not ascend, or do not lie below the commit. */
export function checkOrder(entries: SubjectProof["entries"], coveredSize: bigint): void {
  entries.forEach(({ index }, n) => {
    need(n === 0 || (entries[n - 1] as { index: bigint }).index < index, "verify.chain");
    need(index < coveredSize, "verify.chain");
  });
}

/** Refuses unless the entry says that it is the subject's entry number n, after the one at `previous`. */
function checkLink(
  entry: CheckedEntry,
  key: Uint8Array,
  n: number,
  previous: bigint | undefined,
): void {
  const link = entry.leaf.subjects.find((candidate) => equal(candidate.key, key));
  need(link !== undefined && link.seq === BigInt(n), "verify.chain");
  need(link.previous.value === previous, "verify.chain");
}

function checkListed(view: View, proof: SubjectProof): CheckedEntry[] {
  return proof.entries.map(({ index, leafHash: hash }, n) => {
    const place = placeOf.entry(index);
    const entry = view.entries.get(index);
    if (entry === undefined) throw new Failure("V22", "verify.missing", place);
    checking("V22", place, () => need(equal(entry.leafHash, hash), "verify.chain"));
    checking("V18", place, () => checkLink(entry, proof.key, n, proof.entries[n - 1]?.index));
    return entry;
  });
}

/** Checks every subject of the bundle, in order. */
export function checkSubjects(view: View): void {
  for (const proof of view.bundle.subjects) {
    const place = placeOf.subject(proof.key);
    checking("V22", place, () => checkPath(view, proof));
    checking("V18", place, () => checkOrder(proof.entries, view.commit.coveredSize));
    if (proof.count > 0n) {
      const root = sublogRoot(new CompactRange(), proof.entries);
      checking("V22", place, () => need(equal(root, proof.root), "verify.chain"));
    }
    view.add({ key: proof.key, entries: checkListed(view, proof) });
  }
}
