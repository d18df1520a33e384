// The tree: inclusion, consistency, roots. SPEC.md section 7.4; RFC 9162 sections 2.1.3 and 2.1.4.
import { equal } from "./bytes.js";
import { emptyRoot, nodeHash } from "./hash.js";
import { tlogSizeMax } from "./limits.js";
import { need } from "./refusal.js";

function bitLength(value: bigint): number {
  return value === 0n ? 0 : value.toString(2).length;
}

function bitCount(value: bigint): number {
  return value.toString(2).replaceAll("0", "").length;
}

// How many hashes the path of a leaf has: those below the place where it leaves the right edge, and one for each
// larger perfect subtree on its left.
function inclusionLength(index: bigint, size: bigint): { inner: number; total: number } {
  const inner = bitLength(index ^ (size - 1n));
  return { inner, total: inner + bitCount(index >> BigInt(inner)) };
}

/** The root that a leaf's hash and its path lead to. */
export function inclusionRoot(
  index: bigint,
  size: bigint,
  leaf: Uint8Array,
  path: readonly Uint8Array[],
): Uint8Array {
  need(size <= tlogSizeMax, "tlog.size");
  need(index < size, "tlog.inclusion-index");
  const { inner, total } = inclusionLength(index, size);
  need(path.length === total, "tlog.inclusion-length");
  let hash = leaf;
  path.forEach((sibling, level) => {
    const onTheRight = level >= inner || ((index >> BigInt(level)) & 1n) === 1n;
    hash = onTheRight ? nodeHash(sibling, hash) : nodeHash(hash, sibling);
  });
  return hash;
}

/** Refuses unless the leaf's hash stands at `index` of the tree. */
export function checkInclusion(
  index: bigint,
  size: bigint,
  leaf: Uint8Array,
  path: readonly Uint8Array[],
  root: Uint8Array,
): void {
  need(equal(inclusionRoot(index, size, leaf, path), root), "tlog.inclusion-root");
}

/** A tree's size and root. */
export interface TreeHead {
  readonly size: bigint;
  readonly root: Uint8Array;
}

/** Refuses unless the newer tree continues the older one. */
export function checkConsistency(
  older: TreeHead,
  newer: TreeHead,
  proof: readonly Uint8Array[],
): void {
  need(newer.size <= tlogSizeMax, "tlog.size");
  need(older.size >= 1n && older.size <= newer.size, "tlog.consistency-sizes");
  if (older.size === newer.size) {
    need(proof.length === 0, "tlog.consistency-length");
    need(equal(older.root, newer.root), "tlog.consistency-root");
    return;
  }
  const roots = consistencyRoots(older, newer.size, proof);
  need(equal(roots.older, older.root), "tlog.consistency-root");
  need(equal(roots.newer, newer.root), "tlog.consistency-root");
}

function consistencyRoots(
  older: TreeHead,
  newerSize: bigint,
  proof: readonly Uint8Array[],
): { older: Uint8Array; newer: Uint8Array } {
  // The proof starts at the largest perfect subtree that ends where the older tree ends; where that subtree is the whole
  // older tree, its hash is the older root and goes without saying.
  let level = 0;
  while (((older.size >> BigInt(level)) & 1n) === 0n) level++;
  const index = (older.size - 1n) >> BigInt(level);
  const { inner, total } = inclusionLength(index, ((newerSize - 1n) >> BigInt(level)) + 1n);
  const first = index === 0n ? 0 : 1;
  need(proof.length === first + total, "tlog.consistency-length");
  let left = first === 0 ? older.root : (proof[0] as Uint8Array);
  let whole = left;
  proof.slice(first).forEach((sibling, step) => {
    const onTheRight = step >= inner || ((index >> BigInt(step)) & 1n) === 1n;
    if (onTheRight) left = nodeHash(sibling, left);
    whole = onTheRight ? nodeHash(sibling, whole) : nodeHash(whole, sibling);
  });
  return { older: left, newer: whole };
}

/** A tree that grows at its right edge: its perfect subtrees, largest first. */
export class CompactRange {
  private readonly peaks: { readonly hash: Uint8Array; readonly level: number }[] = [];
  size = 0n;

  /** The range of `size` leaves whose peaks these are, largest first; undefined where their number is another. */
  static of(size: bigint, peaks: readonly Uint8Array[]): CompactRange | undefined {
    const range = new CompactRange();
    for (let level = bitLength(size) - 1; level >= 0; level--) {
      if (((size >> BigInt(level)) & 1n) === 0n) continue;
      const hash = peaks[range.peaks.length];
      if (hash === undefined) return undefined;
      range.peaks.push({ hash, level });
    }
    range.size = size;
    return range.peaks.length === peaks.length ? range : undefined;
  }

  /** Its peaks, largest first. */
  hashes(): readonly Uint8Array[] {
    return this.peaks.map(({ hash }) => hash);
  }

  append(leaf: Uint8Array): void {
    let hash = leaf;
    let level = 0;
    for (; this.peaks.at(-1)?.level === level; level++) {
      hash = nodeHash((this.peaks.pop() as { hash: Uint8Array }).hash, hash);
    }
    this.peaks.push({ hash, level });
    this.size++;
  }

  root(): Uint8Array {
    const last = this.peaks.at(-1);
    if (last === undefined) return emptyRoot;
    let hash = last.hash;
    for (let i = this.peaks.length - 2; i >= 0; i--) {
      hash = nodeHash((this.peaks[i] as { hash: Uint8Array }).hash, hash);
    }
    return hash;
  }
}

/** The root of the tree before its last leaf, from that leaf's path (SPEC.md section 7.3). */
export function rootBeforeLast(path: readonly Uint8Array[]): Uint8Array {
  return (
    path.reduce<Uint8Array | undefined>(
      (right, left) => (right === undefined ? left : nodeHash(left, right)),
      undefined,
    ) ?? emptyRoot
  );
}
