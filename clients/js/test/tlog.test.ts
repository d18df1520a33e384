// The tree (SPEC.md section 7.4) and the index (section 7.8): published vectors, and all small trees.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { concat, equal, hex, unbase64, unhex } from "../src/bytes.js";
import { emptyRoot, leafHash, nodeHash } from "../src/hash.js";
import {
  checkAbsence,
  checkPresence,
  indexInner,
  indexLeaf,
  readIndexValue,
} from "../src/mapindex.js";
import { parseCheckpoint, parseNote, parseNoteKey, signedBy } from "../src/note.js";
import {
  checkConsistency,
  checkInclusion,
  CompactRange,
  inclusionRoot,
  rootBeforeLast,
} from "../src/tlog.js";
import { uvarint } from "../src/varint.js";
import { refuse } from "../src/refusal.js";
import { refuses, ruleOf } from "./expect.js";
import { sharedJson, sharedPath } from "./places.js";

interface Vector {
  desc: string;
  wantErr: boolean;
  size1: number | string;
  size2: number | string;
  leafIdx: number | string;
  treeSize: number | string;
  root: string | null;
  root1: string | null;
  root2: string | null;
  leafHash: string | null;
  proof: string[] | null;
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesUnder(path) : [path];
  });
}

function vectorsUnder(t: TestContext, folder: string): Vector[] {
  const place = sharedPath(t, folder);
  const files = place === undefined ? [] : filesUnder(place);
  return files.map((file) => {
    // Numbers beyond 2^53 are kept as text.
    const text = readFileSync(file, "utf8").replace(/: ([0-9]{16,})/g, ': "$1"');
    return JSON.parse(text) as Vector;
  });
}

// Hashes of other sizes are refused where bundles and receipts are read (V31, V1).
const bytes = (text: string | null) => {
  const hash = unbase64(text ?? "");
  return hash.length === 32 ? hash : refuse("verify.bundle");
};
const size = (value: number | string) => BigInt(value);

test("tlog: inclusion vectors", (t) => {
  for (const { desc, wantErr, leafIdx, treeSize, root, leafHash: leaf, proof } of vectorsUnder(
    t,
    "vectors/merkle/inclusion",
  )) {
    const rule = ruleOf(() =>
      checkInclusion(
        size(leafIdx),
        size(treeSize),
        bytes(leaf),
        (proof ?? []).map(bytes),
        bytes(root),
      ),
    );
    assert.equal(rule !== undefined, wantErr, `${desc}: ${rule}`);
  }
});

test("tlog: consistency vectors", (t) => {
  for (const { desc, wantErr, size1, size2, root1, root2, proof } of vectorsUnder(
    t,
    "vectors/merkle/consistency",
  )) {
    const rule = ruleOf(() => {
      const older = { size: size(size1), root: bytes(root1) };
      const newer = { size: size(size2), root: bytes(root2) };
      checkConsistency(older, newer, (proof ?? []).map(bytes));
    });
    const fromNothing = size1 === 0; // there is no proof from an empty tree here (section 7.4)
    assert.equal(rule !== undefined, wantErr || fromNothing, `${desc}: ${rule}`);
  }
});

test("tlog: roots of RFC 6962", (t) => {
  const file = sharedJson<{ leaf_inputs_hex: string[]; root_hashes_hex_by_size: string[] }>(
    t,
    "vectors/rfc6962_roots.json",
  );
  const range = new CompactRange();
  file?.root_hashes_hex_by_size.forEach((root, n) => {
    if (n > 0) range.append(leafHash(unhex(file.leaf_inputs_hex[n - 1] as string)));
    assert.equal(hex(range.root()), root);
  });
});

// The tree's root by its definition.
function rootOf(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return emptyRoot;
  if (leaves.length === 1) return leaves[0] as Uint8Array;
  const split = splitOf(leaves.length);
  return nodeHash(rootOf(leaves.slice(0, split)), rootOf(leaves.slice(split)));
}

function splitOf(count: number): number {
  let split = 1;
  while (split * 2 < count) split *= 2;
  return split;
}

function pathOf(index: number, leaves: readonly Uint8Array[]): Uint8Array[] {
  if (leaves.length <= 1) return [];
  const split = splitOf(leaves.length);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return index < split
    ? [...pathOf(index, left), rootOf(right)]
    : [...pathOf(index - split, right), rootOf(left)];
}

function consistencyOf(older: number, leaves: readonly Uint8Array[], whole = true): Uint8Array[] {
  if (older === leaves.length) return whole ? [] : [rootOf(leaves)];
  const split = splitOf(leaves.length);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  if (older <= split) return [...consistencyOf(older, left, whole), rootOf(right)];
  return [...consistencyOf(older - split, right, false), rootOf(left)];
}

const leaves = Array.from({ length: 40 }, (_, i) => leafHash(Uint8Array.of(i)));

test("tlog: every leaf of every tree of up to 40 leaves, and no other place", () => {
  for (let count = 1; count <= leaves.length; count++) {
    const tree = leaves.slice(0, count);
    const root = rootOf(tree);
    for (let i = 0; i < count; i++) {
      const path = pathOf(i, tree);
      const leaf = tree[i] as Uint8Array;
      checkInclusion(BigInt(i), BigInt(count), leaf, path, root);
      assert.ok(
        ruleOf(() => checkInclusion(BigInt(i + 1), BigInt(count), leaf, path, root)) !== undefined,
      );
      refuses("tlog.inclusion-length", () =>
        checkInclusion(BigInt(i), BigInt(count), leaf, [...path, root], root),
      );
    }
    const last = pathOf(count - 1, tree);
    assert.ok(equal(rootBeforeLast(last), rootOf(tree.slice(0, -1))));
    refuses("tlog.inclusion-index", () => inclusionRoot(BigInt(count), BigInt(count), root, last));
  }
});

test("tlog: consistency of every two trees of up to 40 leaves", () => {
  for (let count = 1; count <= leaves.length; count++) {
    const newer = { size: BigInt(count), root: rootOf(leaves.slice(0, count)) };
    for (let before = 1; before <= count; before++) {
      const older = { size: BigInt(before), root: rootOf(leaves.slice(0, before)) };
      const proof = consistencyOf(before, leaves.slice(0, count));
      checkConsistency(older, newer, proof);
      const wrong = { ...older, root: leafHash(older.root) };
      refuses("tlog.consistency-root", () => checkConsistency(wrong, newer, proof));
      refuses("tlog.consistency-length", () =>
        checkConsistency(older, newer, [...proof, older.root]),
      );
      if (before < count)
        refuses("tlog.consistency-sizes", () => checkConsistency(newer, older, proof));
    }
  }
});

test("tlog: sizes up to 2^63 - 1", () => {
  const largest = 2n ** 63n - 1n;
  refuses("tlog.inclusion-length", () => inclusionRoot(0n, largest, emptyRoot, []));
  refuses("tlog.size", () => inclusionRoot(0n, largest + 1n, emptyRoot, []));
});

test("tlog: a compact range goes on from its peaks", () => {
  const whole = new CompactRange();
  leaves.forEach((leaf) => whole.append(leaf));
  const first = leaves.slice(0, 11);
  const peaks = [rootOf(first.slice(0, 8)), rootOf(first.slice(8, 10)), first[10] as Uint8Array];
  const range = CompactRange.of(11n, peaks);
  leaves.slice(11).forEach((leaf) => range?.append(leaf));
  assert.ok(range !== undefined && equal(range.root(), whole.root()));
  assert.equal(CompactRange.of(11n, peaks.slice(1)), undefined);
  assert.equal(CompactRange.of(10n, peaks), undefined);
});

test("tlog: checkpoints of other logs", (t) => {
  const file = sharedJson<{ note: string; vkey: string; size: number; root_b64: string }[]>(
    t,
    "vectors/sumdb_checkpoints.json",
  );
  for (const { note, vkey, size: leafCount, root_b64: root } of file ?? []) {
    const parsed = parseNote(Buffer.from(note));
    assert.ok(signedBy(parsed, parseNoteKey(vkey)));
    const checkpoint = parseCheckpoint(parsed.text);
    assert.equal(checkpoint.size, BigInt(leafCount));
    assert.ok(equal(checkpoint.root, unbase64(root)));
    const other = parseNote(Buffer.from(note.replace(`\n${leafCount}\n`, `\n${leafCount + 1}\n`)));
    refuses("note.signature-wrong", () => signedBy(other, parseNoteKey(vkey)));
  }
});

test("tlog: a log of another implementation", (t) => {
  const folder = sharedPath(t, "vectors/tessera_log");
  if (folder === undefined) return;
  const key = parseNoteKey(readFileSync(join(folder, "vkey.txt"), "utf8").trim());
  for (let count = 1; count <= 8; count++) {
    const note = parseNote(readFileSync(join(folder, `checkpoint.${count}`)));
    assert.ok(signedBy(note, key));
    const { size: leafCount, root } = parseCheckpoint(note.text);
    const tile = readFileSync(join(folder, `tile/0/000.p/${leafCount}`));
    const range = new CompactRange();
    for (let at = 0; at < tile.length; at += 32) range.append(tile.subarray(at, at + 32));
    assert.equal(range.size, leafCount);
    assert.ok(equal(range.root(), root));
  }
});

// Three keys that part at bits 0 and 2.
const keys = [0x00, 0x20, 0x80].map((first) =>
  Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? first : 0)),
);
const values = keys.map((_, i) =>
  concat(new Uint8Array(7), Uint8Array.of(i + 1), leafHash(Uint8Array.of(i))),
);
const hashes = keys.map((key, i) => indexLeaf(key, values[i] as Uint8Array));
const [h0, h1, h2] = hashes as [Uint8Array, Uint8Array, Uint8Array];
const [k0, k1, k2] = keys as [Uint8Array, Uint8Array, Uint8Array];
const left = indexInner(2, h0, h1);
const root = indexInner(0, left, h2);
const step = (bit: number, sibling: Uint8Array) => concat(uvarint(bit), sibling);
const absent = Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? 0xc0 : 0));
const item = (part: Uint8Array) => concat(uvarint(part.length), part);

test("index: presence", () => {
  const value = values[1] as Uint8Array;
  const proof = concat(step(2, h0), step(0, h2));
  checkPresence(k1, value, proof, root);
  refuses("index.proof-root", () => checkPresence(k1, values[0] as Uint8Array, proof, root));
  refuses("index.proof-root", () => checkPresence(k0, value, proof, root));
  refuses("index.proof-order", () =>
    checkPresence(k1, value, concat(step(0, h2), step(2, h0)), root),
  );
  refuses("index.proof-order", () =>
    checkPresence(k1, value, concat(step(256, h0), step(0, h2)), root),
  );
  refuses("index.proof-form", () =>
    checkPresence(k1, value, proof.subarray(0, proof.length - 1), root),
  );
  const overlong = concat(Uint8Array.of(0x82, 0x00), h0, step(0, h2));
  refuses("index.proof-form", () => checkPresence(k1, value, overlong, root));
});

test("index: absence", () => {
  const value = values[2] as Uint8Array;
  const proof = concat(item(k2), item(value), step(0, left));
  checkAbsence(absent, proof, root);
  refuses("index.proof-same-key", () => checkAbsence(k2, proof, root));
  refuses("index.proof-path", () =>
    checkAbsence(
      k0.map((byte, i) => (i === 31 ? 1 : byte)),
      proof,
      root,
    ),
  );
  refuses("index.proof-form", () =>
    checkAbsence(absent, concat(item(k2.subarray(1)), item(value)), root),
  );
  refuses("index.proof-form", () =>
    checkAbsence(absent, concat(item(k2), item(value.subarray(1))), root),
  );
  refuses("index.proof-root", () => checkAbsence(absent, concat(item(k2), item(value)), root));
  refuses("index.proof-root", () => checkAbsence(absent, new Uint8Array(0), root));
  checkAbsence(absent, new Uint8Array(0), emptyRoot);
});

test("index: items of 1,023, 1,024 and 1,025 bytes", () => {
  for (const [bytesOf, rule] of [
    [1_023, "index.proof-form"],
    [1_024, "index.proof-form"],
    [1_025, "index.proof-size"],
  ] as const) {
    const key = new Uint8Array(bytesOf).fill(1);
    refuses(rule, () =>
      checkAbsence(absent, concat(item(key), item(values[0] as Uint8Array)), root),
    );
  }
});

test("index: values", () => {
  assert.equal(readIndexValue(values[0] as Uint8Array).count, 1n);
  refuses("index.value", () => readIndexValue(new Uint8Array(40)));
  refuses("index.value", () => readIndexValue(new Uint8Array(39).fill(1)));
});
