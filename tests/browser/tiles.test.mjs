// The tree read from tiles, beside its definition, run in Node through Vite.
// usage: node --test tests/browser/tiles.test.mjs
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, test } from "node:test";
import { startModules } from "./modules.mjs";

const modules = await startModules();
after(() => modules.close());
const { Tiles, tilePath, widthOf, TileFault } = await modules.load("checking/tiles");
const { checkConsistency } = await modules.load("../../clients/js/src/tlog");

const sha256 = (...parts) => new Uint8Array(parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest());
const leafHash = (bytes) => sha256(Uint8Array.of(0), bytes);
const nodeHash = (left, right) => sha256(Uint8Array.of(1), left, right);

// A tree by its definition (RFC 9162 section 2.1.1), and its tiles.
const leaf = (number) => Uint8Array.of(number >> 8, number & 255);
const power = (count) => 2 ** (Math.ceil(Math.log2(count)) - 1);
const rootOf = (hashes) => (hashes.length === 1 ? hashes[0] : nodeHash(rootOf(hashes.slice(0, power(hashes.length))), rootOf(hashes.slice(power(hashes.length)))));

function treeOf(size) {
  const leaves = Array.from({ length: size }, (_, number) => leaf(number));
  const levels = [leaves.map(leafHash)];
  while (levels.at(-1).length >= 256) levels.push(Array.from({ length: Math.floor(levels.at(-1).length / 256) }, (_, at) => rootOf(levels.at(-1).slice(at * 256, at * 256 + 256))));
  const fetchTile = async (path) => {
    const [, level, number] = /^(\w+)\/(\d+)(?:\.p\/\d+)?$/.exec(path);
    const items = level === "entries" ? leaves.map((bytes) => Buffer.from([0, bytes.length, ...bytes])) : levels[Number(level)];
    return new Uint8Array(Buffer.concat(items.slice(Number(number) * 256, Number(number) * 256 + 256)));
  };
  return { root: rootOf(levels[0]), rootAt: (older) => rootOf(levels[0].slice(0, older)), fetchTile };
}

test("tiles: a changed byte leads elsewhere, a tile of another size is refused", async () => {
  const { root, fetchTile } = treeOf(300);
  const changed = new Tiles(300n, async (path) => (await fetchTile(path)).map((byte, at) => (at === 33 ? byte ^ 1 : byte)));
  assert.notDeepEqual((await changed.path(0, 7n)).steps.at(-1).hash, root);
  const short = new Tiles(300n, async (path) => (await fetchTile(path)).slice(1));
  await assert.rejects(short.path(0, 7n), TileFault);
  await assert.rejects(short.leaves(0n), TileFault);
});

test("tiles: of leaves that are known the hashes are computed, once, and none is taken from elsewhere", async () => {
  const { root, fetchTile } = treeOf(300);
  const altered = new Tiles(300n, async (path) => (await fetchTile(path)).map((byte, at) => (path.startsWith("entries/") && at === 3 ? byte ^ 1 : byte)));
  assert.deepEqual((await altered.path(0, 7n)).steps.at(-1).hash, root);
  await altered.leaves(0n);
  assert.notDeepEqual((await altered.path(0, 7n)).steps.at(-1).hash, root);
  const computed = await altered.hashes({ level: 0, number: 0n });
  assert.equal(await altered.hashes({ level: 0, number: 0n }), computed);
});

test("tiles: every leaf's way leads to the root, and every older tree is continued", async () => {
  for (const size of [1, 2, 3, 7, 255, 256, 257, 300, 513]) {
    const { root, rootAt, fetchTile } = treeOf(size);
    const tiles = new Tiles(BigInt(size), fetchTile);
    for (let index = 0; index < size; index += size > 20 ? 37 : 1) {
      const { start, steps } = await tiles.path(0, BigInt(index));
      assert.deepEqual(start, leafHash(leaf(index)));
      assert.deepEqual(steps.at(-1)?.hash ?? start, root, `leaf ${index} of ${size}`);
    }
    for (let older = 1; older <= size; older += size > 20 ? 41 : 1) {
      const proof = await tiles.consistency(BigInt(older));
      checkConsistency({ size: BigInt(older), root: rootAt(older) }, { size: BigInt(size), root }, proof);
    }
  }
});

test("tiles: addresses and widths are those of the format", () => {
  assert.equal(tilePath({ level: 0, number: 0n }, 300n), "0/000");
  assert.equal(tilePath({ level: 0, number: 1n }, 300n), "0/001.p/44");
  assert.equal(tilePath({ level: "entries", number: 1_234_067n }, 10n ** 12n), "entries/x001/x234/067");
  assert.equal(widthOf({ level: 1, number: 0n }, 300n), 1n);
  assert.equal(widthOf({ level: 1, number: 1n }, 300n), 0n);
});
