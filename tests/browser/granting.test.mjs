// Whether those who granted roles, took them back or changed keys were entitled to, run in Node through Vite.
// usage: node --test tests/browser/granting.test.mjs
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, test } from "node:test";
import { startModules } from "./modules.mjs";

const modules = await startModules();
after(() => modules.close());
const { closureOf, judge, principalsAskedMax } = await modules.load("checking/granting");

const publicKey = (byte) => new Uint8Array(32).fill(byte);
const hash = (byte) => new Uint8Array(createHash("sha256").update(publicKey(byte)).digest());
const idOf = (byte) => Buffer.from(hash(byte)).toString("hex"); // of a key, or of whoever enrolled with it
const line = (index) => ({ index: BigInt(index), atMs: 0, what: "", hash: "" });
const numbers = { genesis: 16, principalEnrolled: 18, keyRotated: 19, keyRevoked: 20, standingGranted: 21, standingWithdrawn: 22 };

// Somebody is named by the byte of the first key; a signer is that, or [that, the byte of another key of theirs].
const signerOf = (signer) => {
  const [who, key] = [signer].flat();
  return { principal: idOf(who), key: idOf(key ?? who) };
};
const deed = (index, about, name, value, signers) => ({
  principal: idOf(about),
  line: line(index),
  statement: { name, kind: numbers[name], hash: hash(200 + index), message: { body: { case: name, value } } },
  signers: signers.map(signerOf),
});

const root = 1;
const rootKeys = [root, 2, 3];
const bothRoot = [root, [root, 2]];
const rulesWith = (kinds) => ({ root: idOf(root), rootThreshold: 2, policy: { kinds: kinds.map((row) => ({ threshold: 0, selfDeclared: false, ...row })) } });
const rootOnly = rulesWith([
  { kind: 16, roles: ["root"] },
  { kind: 18, roles: [], selfDeclared: true },
  { kind: 21, roles: ["root"] },
  { kind: 22, roles: ["root"] },
]);
const granters = (threshold) => rulesWith([
  { kind: 18, roles: [], selfDeclared: true },
  { kind: 21, roles: ["chief", "root"], threshold },
  { kind: 22, roles: ["chief", "root"], threshold },
]);

const genesis = deed(0, root, "genesis", { parameters: { rootKeys: rootKeys.map(publicKey) } }, bothRoot);
const enrol = (index, who, signers = [who]) => deed(index, who, "principalEnrolled", { key: { publicKey: publicKey(who) } }, signers);
const grant = (index, to, role, signers, classes = []) => deed(index, to, "standingGranted", { role, classes }, signers);
const withdraw = (index, from, granted, signers) => deed(index, from, "standingWithdrawn", { grant: hash(200 + granted) }, signers);
const rotate = (index, who, key, signers) => deed(index, who, "keyRotated", { key: { publicKey: publicKey(key) } }, signers);
const revoke = (index, who, key, since, signers) => deed(index, who, "keyRevoked", { key: hash(key), reason: 2, since: BigInt(since) }, signers);

const refuses = (rule, rules, ...deeds) => assert.throws(() => judge([genesis, ...deeds], rules), { rule });
const admits = (rules, ...deeds) => assert.deepEqual([...judge([genesis, ...deeds], rules)], []);
const a = 10;
const b = 11;
const c = 12;
const people = [enrol(2, a), enrol(3, b), enrol(4, c)];
const chiefs = [...people, grant(5, a, "chief", bothRoot), grant(6, b, "chief", bothRoot)];

test("root: one key too few, or the same key twice, is not the root", () => {
  refuses("verify.standing", rootOnly, ...people, grant(5, a, "chief", [root]));
  refuses("verify.standing", rootOnly, ...people, grant(5, a, "chief", [root, root]));
  admits(rootOnly, ...people, grant(5, a, "chief", bothRoot));
});

test("standing: nobody but who holds a role of the kind grants", () => {
  refuses("verify.standing", rootOnly, ...people, grant(5, c, "chief", [a]));
  refuses("verify.standing", rootOnly, ...chiefs, grant(7, c, "expert", [a]));
  refuses("verify.standing", granters(0), ...people, grant(5, a, "expert", bothRoot), grant(7, c, "expert", [a]));
  admits(granters(0), ...chiefs, grant(7, c, "expert", [a]));
});

test("standing: a kind that the policy does not name is refused, one that it lets everybody declare is not", () => {
  refuses("verify.standing", rulesWith([]), ...people);
  admits(rulesWith([{ kind: 18, roles: [], selfDeclared: true }]), ...people);
});

test("threshold: one too few, and one twice, are refused; 0 is 1", () => {
  refuses("verify.standing", granters(2), ...people, grant(5, a, "chief", bothRoot));
  const two = rulesWith([
    { kind: 18, roles: [], selfDeclared: true },
    { kind: 21, roles: ["root"] },
    { kind: 22, roles: ["chief"], threshold: 2 },
  ]);
  refuses("verify.standing", two, ...chiefs, withdraw(7, a, 5, [a]));
  refuses("verify.standing", two, ...chiefs, withdraw(7, a, 5, [a, c]));
  refuses("verify.standing", two, ...chiefs, withdraw(7, a, 5, [a, a]));
  admits(two, ...chiefs, withdraw(7, a, 5, [a, b]));
  admits(granters(1), ...chiefs, grant(7, c, "expert", [a]));
});

test("classes: a role for some classes counts for none of this", () => {
  refuses("verify.standing", granters(0), ...people, grant(5, a, "chief", bothRoot, ["vehicle"]), grant(7, c, "expert", [a]));
});

test("time: granted later or at the very entry, or withdrawn before, is refused; withdrawn later stands", () => {
  refuses("verify.standing", granters(0), ...people, grant(5, c, "expert", [a]), grant(6, a, "chief", bothRoot));
  refuses("verify.standing", granters(0), ...people, grant(5, a, "chief", [a]));
  refuses("verify.standing", granters(0), ...chiefs, withdraw(7, a, 5, bothRoot), grant(8, c, "expert", [a]));
  admits(granters(0), ...chiefs, grant(7, c, "expert", [a]), withdraw(8, a, 5, bothRoot));
  admits(granters(0), ...chiefs, withdraw(7, a, 5, [a])); // it holds until then
});

test("withdrawals: who may not grant may not withdraw", () => {
  refuses("verify.standing", granters(0), ...chiefs, withdraw(7, a, 5, [c]));
  admits(granters(0), ...chiefs, withdraw(7, a, 5, [b]));
});

test("chains: a grant by one whose own grant was not allowed is refused there", () => {
  refuses("verify.standing", granters(0), ...people, grant(5, a, "chief", [b]), grant(6, c, "expert", [a]));
  admits(granters(0), ...people, grant(5, a, "chief", bothRoot), grant(6, b, "chief", [a]), grant(7, c, "expert", [b]));
});

test("order: histories may come in any, what counts is where the entries stand", () => {
  assert.deepEqual([...judge([...chiefs, grant(7, c, "expert", [a]), withdraw(8, a, 5, bothRoot), genesis].reverse(), granters(0))], []);
});

test("keys: one of somebody else's, one that is still to come and one that ended sign nothing", () => {
  refuses("verify.enrolment", granters(0), ...chiefs, grant(7, c, "expert", [[root, 77], root]));
  refuses("verify.enrolment", granters(0), ...chiefs, grant(7, c, "expert", [[a, 20]]), rotate(8, a, 20, [a, [a, 20]]));
  refuses("verify.key", granters(0), ...chiefs, rotate(7, a, 20, [a, [a, 20]]), grant(8, c, "expert", [a]));
  admits(granters(0), ...chiefs, rotate(7, a, 20, [a, [a, 20]]), grant(8, c, "expert", [[a, 20]]));
});

test("keys: a change that the owner, or the root, did not sign is refused", () => {
  refuses("verify.standing", granters(0), ...people, rotate(7, a, 20, [[a, 20]]));
  refuses("verify.standing", granters(0), ...people, rotate(7, a, 20, [a])); // without the new key
  refuses("verify.standing", granters(0), ...people, rotate(7, a, 20, [[a, 20], b]));
  refuses("verify.standing", granters(0), ...people, rotate(7, a, 20, [[a, 20], ...bothRoot]));
  refuses("verify.standing", granters(0), ...people, revoke(7, a, a, 0, [b]));
  refuses("verify.standing", granters(0), ...people, revoke(7, a, a, 3, [a]));
  refuses("verify.standing", granters(0), ...people, revoke(7, a, a, 0, [root]));
  refuses("verify.standing", granters(0), ...people, revoke(7, a, a, 0, [...bothRoot, b])); // and nobody else
  const lost = [...people, revoke(7, a, a, 3, bothRoot)];
  refuses("verify.standing", granters(0), ...lost, rotate(8, a, 20, [[a, 20], root]));
  admits(granters(0), ...lost, rotate(8, a, 20, [[a, 20], ...bothRoot]));
  admits(granters(0), ...people, revoke(7, a, a, 0, [a]));
});

test("keys: a change that no log may record is refused, whoever signed it", () => {
  refuses("verify.key-change", granters(0), rotate(7, root, 20, [root, [root, 20]]));
  refuses("verify.key-change", granters(0), ...people, revoke(7, a, b, 0, bothRoot));
  refuses("verify.key-change", granters(0), ...people, revoke(7, a, a, 0, bothRoot), revoke(8, a, a, 0, bothRoot));
  refuses("verify.key-change", granters(0), ...people, revoke(7, a, a, 1, bothRoot)); // before it came
  refuses("verify.key-change", granters(0), ...people, revoke(7, a, a, 7, bothRoot)); // not before this entry
  refuses("verify.key-change", granters(0), ...people, revoke(7, a, a, 4, bothRoot), revoke(8, a, a, 4, bothRoot)); // no further back
  admits(granters(0), ...people, revoke(7, a, a, 4, bothRoot), revoke(8, a, a, 3, bothRoot));
});

test("not asked: what rests on them is not known, and what needs them not is", () => {
  const [, , third] = people;
  const unknown = (rules, ...deeds) => [...judge([genesis, ...deeds], rules)];
  assert.deepEqual(unknown(granters(0), third, grant(5, c, "expert", [a])), [5n]);
  assert.deepEqual(unknown(granters(0), third, grant(5, c, "expert", [a, ...bothRoot])), []);
  // What an unknown grant gives stays unknown; so does what an unknown withdrawal takes.
  assert.deepEqual(unknown(granters(0), enrol(3, b), third, grant(5, b, "chief", [a]), grant(6, c, "expert", [b])), [5n, 6n]);
  assert.deepEqual(unknown(granters(0), ...chiefs.slice(1).filter((one) => one.principal !== idOf(a)), withdraw(7, b, 6, [a]), grant(8, c, "expert", [b])), [7n, 8n]);
  assert.deepEqual(unknown(granters(0), enrol(3, b), third, rotate(5, b, 20, [[b, 20], a])), [5n]);
  // Whoever had a key changed by somebody unknown is unknown from there on.
  assert.deepEqual(unknown(granters(0), enrol(3, b), third, grant(4, b, "chief", bothRoot), rotate(5, b, 20, [[b, 20], a]), grant(6, c, "expert", [[b, 20]])), [5n, 6n]);
  assert.throws(() => unknown(granters(3), third, grant(5, c, "expert", [a, ...bothRoot])), { rule: "verify.standing" });
});

// Each is signed for by the next one.
const chain = (length) => ({ ask: async (id) => id, signersIn: (id) => (Number(id) < length ? [id, String(Number(id) + 1)] : [id]) });
const asked = async (length) => {
  const { ask, signersIn } = chain(length);
  return (await closureOf("1", principalsAskedMax, ask, signersIn)).size;
};

test("principals asked: one below, at and above the bound", async () => {
  assert.equal(await asked(principalsAskedMax - 1), principalsAskedMax - 1);
  assert.equal(await asked(principalsAskedMax), principalsAskedMax);
  assert.equal(await asked(principalsAskedMax + 1), principalsAskedMax);
});

test("principals asked: nearest first, each once", async () => {
  const order = [];
  const signers = { s: ["x", "y", "x"], x: ["s", "deep"], y: [], deep: [] };
  await closureOf("s", 4, async (id) => (order.push(id), id), (id) => signers[id]);
  assert.deepEqual(order, ["s", "x", "y", "deep"]);
});
