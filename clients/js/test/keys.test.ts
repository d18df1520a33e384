// Key histories (SPEC.md section 4.5): which keys a principal had, when each was valid, who may change them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { create, toBinary } from "@bufbuild/protobuf";
import {
  GenesisSchema,
  KeyAlgorithm,
  KeyRevokedSchema,
  KeyRotatedSchema,
  PrincipalEnrolledSchema,
  RevocationReason,
  SignatureSchema,
  StatementSchema,
  type Statement,
} from "#gen/proto/statement_pb.js";
import { isValidAt, keysOf, mayChange } from "../src/bundle/keys.js";
import type { CheckedEntry, CheckedGenesis } from "../src/bundle/view.js";
import { sha256 } from "../src/hash.js";
import { principalKeysMax } from "../src/limits.js";
import { parseStatement } from "../src/statement.js";
import { ruleOf } from "./expect.js";

const { ROUTINE, COMPROMISED, UNSPECIFIED } = RevocationReason;
const bytes = (size: number, fill: number) => new Uint8Array(size).fill(fill);
const publicKey = (n: number) => bytes(32, n);
const signer = (n: number) => sha256(publicKey(n));
const alice = bytes(32, 200);
const root = bytes(32, 201);

const key = (n: number) => ({ algorithm: KeyAlgorithm.ED25519, publicKey: publicKey(n) });
const enrolled = (n: number): Statement["body"] => ({
  case: "principalEnrolled",
  value: create(PrincipalEnrolledSchema, { type: 1, key: key(n), name: bytes(32, 1) }),
});
const rotated = (n: number, principal = alice): Statement["body"] => ({
  case: "keyRotated",
  value: create(KeyRotatedSchema, { principal, key: key(n) }),
});
const revoked = (n: number, since = 0n, reason = since > 0n ? COMPROMISED : ROUTINE) => ({
  case: "keyRevoked" as const,
  value: create(KeyRevokedSchema, { principal: alice, key: signer(n), reason, since }),
});

const parsed = (body: Statement["body"], signers: readonly number[]) =>
  parseStatement(
    toBinary(
      StatementSchema,
      create(StatementSchema, {
        version: 1,
        nonce: bytes(16, 7),
        signers: signers.map(signer).sort(Buffer.compare),
        issuedAtMs: 1n,
        submitBeforeMs: 1n,
        body,
      }),
    ),
  );

type Signer = readonly [principal: Uint8Array, key: number];

// An entry as it is after V14; what these functions do not look at is not there.
function entry(index: bigint, body: Statement["body"], signers: readonly Signer[]): CheckedEntry {
  const statement = parsed(
    body,
    signers.map(([, n]) => n),
  );
  const signatures = signers.map(([principal, n]) =>
    create(SignatureSchema, { principal, publicKey: publicKey(n) }),
  );
  return { index, statement, signers: signatures } as unknown as CheckedEntry;
}

const rootKeys = [90, 91, 92].map(publicKey);
const genesisBody = create(GenesisSchema, { parameters: { rootKeys, rootThreshold: 2 } });
const genesis = {
  entry: {
    index: 0n,
    statement: { message: { body: { case: "genesis", value: genesisBody } } },
    signers: [],
  },
  id: root,
  parameters: { rootThreshold: 2 },
} as unknown as CheckedGenesis;

const start = entry(10n, enrolled(1), [[alice, 1]]);
const byBoth = (index: bigint, old: number, next: number) =>
  entry(index, rotated(next), [
    [alice, old],
    [alice, next],
  ]);

test("keys: a statement by itself", () => {
  const rule = (body: Statement["body"], signers: number[]) => ruleOf(() => parsed(body, signers));
  assert.equal(rule(rotated(2), [1]), "statement.key-possession");
  assert.equal(rule(rotated(2, bytes(31, 1)), [1, 2]), "statement.field-size");
  assert.equal(rule(rotated(2), [1, 2]), undefined);
  assert.equal(rule(revoked(1, 0n, UNSPECIFIED), [1]), "key.reason");
  assert.equal(rule(revoked(1, 5n, ROUTINE), [1]), "key.reason");
  assert.equal(rule(revoked(1, 5n), [1]), undefined);
  assert.equal(rule(revoked(1, 0n, COMPROMISED), [1]), undefined);
  const short = create(KeyRevokedSchema, { principal: alice, key: bytes(31, 1), reason: ROUTINE });
  assert.equal(rule({ case: "keyRevoked", value: short }, [1]), "statement.field-size");
});

test("keys: what no log may record", () => {
  const rule = (...later: CheckedEntry[]) => ruleOf(() => keysOf([start, ...later], genesis));
  const change = "verify.key-change";
  const revocation = (index: bigint, n: number, since?: bigint) =>
    entry(index, revoked(n, since), [[alice, 1]]);
  assert.equal(rule(revocation(20n, 2)), change); // never had it
  assert.equal(rule(byBoth(20n, 1, 2), revocation(30n, 1)), change); // ended before
  assert.equal(rule(revocation(20n, 1, 9n)), change); // before it was enrolled
  assert.equal(rule(revocation(20n, 1, 10n)), undefined);
  assert.equal(rule(revocation(20n, 1, 19n)), undefined);
  assert.equal(rule(revocation(20n, 1, 20n)), change); // not before now
  assert.equal(rule(byBoth(20n, 1, 2), revocation(30n, 1, 19n)), undefined);
  assert.equal(rule(byBoth(20n, 1, 2), revocation(30n, 1, 20n)), change); // it had ended by then
  assert.equal(rule(revocation(20n, 1, 15n), revocation(30n, 1, 14n)), undefined);
  assert.equal(rule(revocation(20n, 1, 15n), revocation(30n, 1, 15n)), change); // not further back
  const rootChange = entry(5n, revoked(90), [[root, 90]]);
  assert.equal(
    ruleOf(() => keysOf([genesis.entry, rootChange], genesis)),
    change,
  );
});

test("keys: 63, 64 and 65 of one principal", () => {
  const keys = (count: number) => {
    const later = Array.from({ length: count - 1 }, (_, i) => byBoth(BigInt(20 + i), i + 1, i + 2));
    return ruleOf(() => keysOf([start, ...later], genesis));
  };
  const counts = [principalKeysMax - 1, principalKeysMax, principalKeysMax + 1];
  assert.deepEqual(counts.map(keys), [undefined, undefined, "verify.bundle-size"]);
});

test("keys: each is valid from the entry that brought it to the one that ended it", () => {
  const history = [start, byBoth(20n, 1, 2), entry(30n, revoked(2), [[alice, 2]])];
  const [first, second] = keysOf(history, genesis);
  assert.ok(first && second);
  const valid = (of: typeof first, ...indexes: bigint[]) => indexes.map((i) => isValidAt(of, i));
  assert.deepEqual(valid(first, 9n, 10n, 20n, 21n), [false, true, true, false]);
  assert.deepEqual(valid(second, 19n, 20n, 30n, 31n), [false, true, true, false]);
});

test("keys: a compromise ends a key, and the last word about it counts", () => {
  const history = [
    start,
    entry(20n, revoked(1, 15n), [[root, 90]]),
    entry(30n, revoked(1, 12n), [[root, 90]]),
  ];
  const [first] = keysOf(history, genesis);
  assert.equal(first?.until, 20n);
  assert.deepEqual(first.compromise, { since: 12n, revocation: 30n });
});

test("keys: who may rotate", () => {
  const may = (history: CheckedEntry[], ...signers: Signer[]) => {
    const rotation = entry(40n, rotated(3), signers);
    const keys = keysOf([start, ...history, rotation], genesis);
    return mayChange(rotation, alice, keys, genesis);
  };
  const ended = [entry(30n, revoked(1), [[alice, 1]])];
  const own: Signer = [alice, 3];
  assert.equal(may([], own, [alice, 1]), true);
  assert.equal(may([], own), false); // the old key is missing
  assert.equal(may([], [root, 3], [alice, 1]), false); // the new key, for somebody else
  assert.equal(may([], own, [root, 1]), false);
  assert.equal(may([], own, [alice, 1], [root, 90]), false); // somebody else beside them
  assert.equal(may([], own, [root, 90], [root, 91]), false); // the root, while there is a key
  assert.equal(may(ended, own, [root, 90], [root, 91]), true);
  assert.equal(may(ended, own, [root, 90]), false); // below the threshold
  assert.equal(may(ended, own, [alice, 1]), false);
  assert.equal(may([byBoth(30n, 1, 2)], own, [alice, 1]), false); // a key that was rotated
  assert.equal(may([byBoth(30n, 1, 2)], own, [alice, 2]), true);
});

test("keys: who may revoke", () => {
  const may = (since: bigint, ...signers: Signer[]) => {
    const revocation = entry(40n, revoked(2, since), signers);
    const keys = keysOf([start, byBoth(20n, 1, 2), revocation], genesis);
    return mayChange(revocation, alice, keys, genesis);
  };
  assert.equal(may(0n, [alice, 2]), true);
  assert.equal(may(0n, [alice, 1]), false);
  assert.equal(may(0n, [root, 2]), false);
  assert.equal(may(25n, [alice, 2]), false); // a holder may not reach back
  assert.equal(may(25n, [root, 90], [root, 91]), true);
  assert.equal(may(0n, [root, 90], [root, 92]), true);
  assert.equal(may(25n, [root, 90]), false);
  assert.equal(may(25n, [root, 90], [alice, 2]), false);
  assert.equal(may(25n, [root, 90], [root, 91], [alice, 2]), false);
});
