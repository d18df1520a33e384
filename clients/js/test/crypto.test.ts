// The Ed25519 verdict (SPEC.md section 4.2) on crafted signatures, and the VRF (section 6.4).
import assert from "node:assert/strict";
import { test } from "node:test";
import { ed25519, RistrettoPoint } from "@noble/curves/ed25519";
import { concat, hex, unhex, utf8 } from "../src/bytes.js";
import { littleEndian, signatureHolds } from "../src/sign.js";
import { checkVrfKey, vrfOutput } from "../src/vrf.js";
import { refuses } from "./expect.js";
import { sharedJson } from "./places.js";

interface Wycheproof {
  testGroups: {
    publicKey: { pk: string };
    tests: { tcId: number; msg: string; sig: string; result: string }[];
  }[];
}

test("ed25519: Wycheproof", (t) => {
  const file = sharedJson<Wycheproof>(t, "vectors/wycheproof_ed25519.json");
  let count = 0;
  for (const { publicKey, tests } of file?.testGroups ?? []) {
    for (const { tcId, msg, sig, result } of tests) {
      const holds = signatureHolds(unhex(publicKey.pk), unhex(msg), unhex(sig));
      assert.equal(holds, result === "valid", `tcId ${tcId}`);
      count++;
    }
  }
  if (file !== undefined) assert.equal(count, 94);
});

interface Cctv {
  number: number;
  key: string;
  sig: string;
  msg: string;
  flags: string[] | null;
}

// What SPEC.md admits: components of small order, as long as the points are not small and nothing is left over.
const admitted = new Set(["low_order_component_A", "low_order_component_R"]);

test("ed25519: CCTV", (t) => {
  const vectors = sharedJson<Cctv[]>(t, "vectors/cctv_ed25519.json") ?? [];
  let accepted = 0;
  for (const { number, key, sig, msg, flags } of vectors) {
    const expected = (flags ?? []).every((flag) => admitted.has(flag));
    assert.equal(signatureHolds(unhex(key), utf8(msg), unhex(sig)), expected, `number ${number}`);
    if (expected) accepted++;
  }
  if (vectors.length > 0) assert.ok(accepted > 0 && accepted < vectors.length);
});

test("ed25519: refuses S at and above the group order, and wrong sizes", () => {
  const seed = new Uint8Array(32).fill(7);
  const key = ed25519.getPublicKey(seed);
  const message = utf8("message");
  const signature = ed25519.sign(message, seed);
  assert.ok(signatureHolds(key, message, signature));
  const raised = littleEndian(signature.subarray(32)) + ed25519.Point.Fn.ORDER;
  const bytes = Uint8Array.from({ length: 32 }, (_, i) =>
    Number((raised >> BigInt(8 * i)) & 0xffn),
  );
  assert.ok(!signatureHolds(key, message, concat(signature.subarray(0, 32), bytes)));
  assert.ok(!signatureHolds(key, message, signature.subarray(1)));
  assert.ok(!signatureHolds(key.subarray(1), message, signature));
});

test("ed25519: a key that signs often gives the same verdicts", () => {
  const seed = new Uint8Array(32).fill(8);
  const key = ed25519.getPublicKey(seed);
  for (let i = 0; i < 12; i++) {
    const message = Uint8Array.of(i);
    const signature = ed25519.sign(message, seed);
    assert.ok(signatureHolds(key, message, signature));
    assert.ok(!signatureHolds(key, Uint8Array.of(i + 1), signature));
  }
});

// The worked example of c2sp.org/vrf-r255.
const vrf = {
  key: unhex("54136cd90d99fbd1d4e855d9556efea87ba0337f2a6ce22028d0f5726fcb854e"),
  alpha: unhex("633273702e6f72672f7672662d72323535"),
  proof: unhex(
    "0a97d961262fb549b4175c5117860f42ae44a123f93c476c439eddd1c0cff926" +
      "5c805525233e2284dbed45e593b8eea3" +
      "1d5ca9734d72bcbba9738d5237f955f3b2422351149d1312503b6441a47c940c",
  ),
  output:
    "dd653f0879b48c3ef69e13551239bec4cbcc1c18fe8894de2e9e1c790e182736" +
    "03bf1c6c25d7a797aeff3c43fd32b974d3fcbd4bcce916007097922a3ea3a794",
};

function changed(bytes: Uint8Array, at: number, mask: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[at] = (copy[at] as number) ^ mask;
  return copy;
}

test("vrf: the specification's example, and every part of it changed", () => {
  assert.equal(hex(vrfOutput(vrf.key, vrf.alpha, vrf.proof)), vrf.output);
  const output = (alpha: Uint8Array, proof: Uint8Array) => () => vrfOutput(vrf.key, alpha, proof);
  refuses("crypto.vrf.proof-invalid", output(changed(vrf.alpha, 0, 1), vrf.proof));
  refuses("crypto.vrf.proof-invalid", output(vrf.alpha, changed(vrf.proof, 40, 1)));
  refuses("crypto.vrf.proof-invalid", output(vrf.alpha, changed(vrf.proof, 50, 1)));
  refuses("crypto.vrf.point", output(vrf.alpha, changed(vrf.proof, 0, 1)));
  refuses("crypto.vrf.proof-invalid", output(vrf.alpha, vrf.proof.subarray(1)));
});

test("vrf: refuses s at and above the group order", () => {
  const order = RistrettoPoint.Fn.ORDER;
  const s = littleEndian(vrf.proof.subarray(48)) + order;
  const bytes = Uint8Array.from({ length: 32 }, (_, i) => Number((s >> BigInt(8 * i)) & 0xffn));
  const proof = concat(vrf.proof.subarray(0, 48), bytes);
  refuses("crypto.vrf.scalar-range", () => vrfOutput(vrf.key, vrf.alpha, proof));
});

test("vrf: refuses keys that are the identity, not canonical, or no element", () => {
  checkVrfKey(vrf.key);
  refuses("crypto.vrf.public-key", () => checkVrfKey(new Uint8Array(32)));
  refuses("crypto.vrf.public-key", () => checkVrfKey(new Uint8Array(32).fill(0xff)));
  refuses("crypto.vrf.public-key", () => checkVrfKey(changed(vrf.key, 0, 1)));
  refuses("crypto.vrf.public-key", () => checkVrfKey(vrf.key.subarray(1)));
});
