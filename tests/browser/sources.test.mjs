// The keys of a source as the log's entries leave them, run in Node through Vite.
// usage: node --test tests/browser/sources.test.mjs
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, test } from "node:test";
import { startModules } from "./modules.mjs";

const modules = await startModules();
after(() => modules.close());
const { keysAfter } = await modules.load("checking/source_keys");

const publicKey = (byte) => new Uint8Array(32).fill(byte);
const id = (byte) => new Uint8Array(createHash("sha256").update(publicKey(byte)).digest());
const line = (index) => ({ index, atMs: 0, what: "", hash: "" });
const enrolled = (byte) => ({ case: "principalEnrolled", value: { key: { publicKey: publicKey(byte) } } });
const rotated = (byte) => ({ case: "keyRotated", value: { key: { publicKey: publicKey(byte) } } });
const revoked = (byte, reason, since) => ({ case: "keyRevoked", value: { key: id(byte), reason, since } });
const routine = 1;
const compromised = 2;
const keysOf = (...bodies) => bodies.reduce((keys, body, at) => keysAfter(keys, body, line(BigInt(at))), []);
const told = (keys) => keys.map((key) => [key.since.index, key.ended?.how, key.ended?.at.index, key.compromised?.from]);

test("keys: a revocation ends only the key that it names", () => {
  assert.deepEqual(told(keysOf(enrolled(1), revoked(2, compromised, 0n))), [[0n, undefined, undefined, undefined]]);
});

test("keys: a rotation ends the key before, a revocation brings none", () => {
  assert.deepEqual(told(keysOf(enrolled(1), rotated(2))), [
    [0n, "rotated", 1n, undefined],
    [1n, undefined, undefined, undefined],
  ]);
  assert.deepEqual(told(keysOf(enrolled(1), revoked(1, routine, 0n), rotated(2))), [
    [0n, "revoked", 1n, undefined],
    [2n, undefined, undefined, undefined],
  ]);
});

test("keys: a compromise may be dated back, also of a key that had ended", () => {
  assert.deepEqual(told(keysOf(enrolled(1), revoked(1, compromised, 0n))), [[0n, "revoked", 1n, 1n]]);
  assert.deepEqual(told(keysOf(enrolled(1), rotated(2), revoked(1, compromised, 1n)))[0], [0n, "rotated", 1n, 1n]);
});
