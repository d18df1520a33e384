// Receipts (V1 to V6), answers of the index (V10, V22), promises, and one bundle that continues another (V33): made out of
// the bundles in tests/vectors/bundle.
import assert from "node:assert/strict";
import { test } from "node:test";
import { create, toBinary } from "@bufbuild/protobuf";
import { ed25519 } from "@noble/curves/ed25519";
import { IndexExtraSchema } from "#gen/proto/api_pb.js";
import type { SublogEntry, SubjectProof } from "#gen/proto/bundle_pb.js";
import { PromiseSchema, SignedPromiseSchema } from "#gen/proto/log_pb.js";
import { SignedStatementSchema } from "#gen/proto/statement_pb.js";
import { parseBundle } from "../src/bundle/form.js";
import { checkContinues, verifyBundle, verifyContinuation } from "../src/bundle/verify.js";
import { base64, equal, utf8 } from "../src/bytes.js";
import { parseLeaf } from "../src/entry.js";
import { leafHash, nodeHash, preAuthentication, subjectKey } from "../src/hash.js";
import { verifyIndexAnswer } from "../src/indexanswer.js";
import { sublogLeaf } from "../src/mapindex.js";
import { verifyPromise } from "../src/promise.js";
import { verifyReceipt, type ReceiptOptions } from "../src/receipt.js";
import { bodyOf, parseStatement } from "../src/statement.js";
import { repositoryFile } from "./places.js";

const base = (name: string) =>
  new Uint8Array(repositoryFile(`tests/vectors/bundle/bases/${name}.patina`));
const policy = repositoryFile("tests/vectors/bundle/policy.txt").toString();
const bundle = parseBundle(base("history"));
const origin = bundle.checkpoint.split("\n")[0] as string;

interface Parts {
  readonly index: bigint;
  readonly hashes: readonly Uint8Array[];
  readonly extra?: Uint8Array;
  readonly checkpoint?: string;
}

function receipt({ index, hashes, extra, checkpoint = bundle.checkpoint }: Parts): Uint8Array {
  const lines = [
    "c2sp.org/tlog-proof@v1",
    ...(extra === undefined ? [] : [`extra ${base64(extra)}`]),
    `index ${index}`,
    ...hashes.map(base64),
  ];
  return utf8(`${lines.join("\n")}\n\n${checkpoint}`);
}

function flipped(bytes: Uint8Array, at = 0): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[at] = (copy[at] as number) ^ 1;
  return copy;
}

// The last entry of the asset's history, its statement in the envelope.
const last = bundle.entries.filter(({ entry }) => entry?.statement.length !== 0).at(-1);
if (last?.entry === undefined) throw new Error("the base has no private entry");
const { index, statement, disclosures } = last.entry;
const parts: Parts = { index, hashes: last.inclusion };
const envelope = create(SignedStatementSchema, {
  origin,
  statement,
  signatures: last.signatures,
  disclosures: disclosures.map(({ disclosure }) => disclosure),
});
const envelopeBytes = (change: object = {}) =>
  toBinary(SignedStatementSchema, { ...envelope, ...change });

function verdict(bytes: Uint8Array, options: ReceiptOptions = {}, trusted = policy): unknown[] {
  const { word, check, rule } = verifyReceipt(bytes, trusted, options);
  return [word, check, rule];
}

test("receipt: of a leaf, and of a statement", () => {
  const whole = verifyReceipt(receipt(parts), policy, {
    leaf: last.leaf,
    statement: envelopeBytes(),
  });
  assert.deepEqual([whole.word, whole.index], ["matches", index]);
  assert.deepEqual(verdict(receipt({ ...parts, extra: last.leaf })), [
    "matches",
    undefined,
    undefined,
  ]);
});

test("receipt: V1, form", () => {
  const text = Buffer.from(receipt({ ...parts, extra: last.leaf })).toString();
  const of = (from: string | RegExp, to: string) => verdict(utf8(text.replace(from, to)));
  const v1 = (rule: string) => ["does not match", "V1", rule];
  assert.deepEqual(of("@v1", "@v2"), v1("proof.form"));
  assert.deepEqual(of("index ", "place "), v1("proof.form"));
  assert.deepEqual(of(/extra .*/, "extra ?"), v1("proof.extra"));
  assert.deepEqual(of(/index .*/, "index 9223372036854775808"), v1("proof.index"));
  assert.deepEqual(of(/(index .*\n)./, "$1?"), v1("proof.hash"));
  assert.deepEqual(of(/(index .*\n)/, `$1${"AAAA\n".repeat(65)}`), v1("proof.hashes"));
  assert.deepEqual(verdict(new Uint8Array(131_073)), ["could not check", "V1", "proof.size"]);
  const large = receipt({ ...parts, extra: new Uint8Array(32_769) });
  assert.deepEqual(verdict(large), ["could not check", "V1", "proof.size"]);
});

test("receipt: V2 to V5", () => {
  const options = { leaf: last.leaf, statement: envelopeBytes() };
  assert.deepEqual(verdict(receipt(parts), options, "quorum none\n"), [
    "not proven",
    "V2",
    "policy.log",
  ]);
  assert.deepEqual(verdict(receipt(parts)), ["could not check", "V3", "verify.missing"]);
  assert.deepEqual(verdict(receipt(parts), { leaf: Uint8Array.of(0x0a, 1) }), [
    "does not match",
    "V3",
    "bytes.protobuf.length",
  ]);
  assert.deepEqual(verdict(receipt(parts), { leaf: Uint8Array.of(0x1a, 0) }), [
    "could not check",
    "V3",
    "bytes.newer-format",
  ]);
  const v4 = (rule: string) => ["does not match", "V4", rule];
  assert.deepEqual(
    verdict(receipt({ ...parts, index: index - 1n }), options),
    v4("tlog.inclusion-root"),
  );
  assert.deepEqual(
    verdict(receipt({ ...parts, index: 1n << 62n }), options),
    v4("tlog.inclusion-index"),
  );
  assert.deepEqual(
    verdict(receipt({ ...parts, hashes: parts.hashes.slice(1) }), options),
    v4("tlog.inclusion-length"),
  );
  const v5 = (rule: string) => ["does not match", "V5", rule];
  const changed = (change: object) =>
    verdict(receipt(parts), { leaf: last.leaf, statement: envelopeBytes(change) });
  assert.deepEqual(changed({ origin: "elsewhere" }), v5("verify.receipt"));
  assert.deepEqual(changed({ signatures: [] }), v5("entry.subjects"));
  assert.deepEqual(changed({ statement: new Uint8Array(0) }), [
    "could not check",
    "V5",
    "statement.version",
  ]);
  const [signature] = last.signatures;
  assert.ok(signature);
  const key = { ...signature, publicKey: flipped(signature.publicKey) };
  assert.deepEqual(
    changed({ signatures: [key, ...last.signatures.slice(1)] }),
    v5("entry.signatures"),
  );
  const principal = { ...signature, principal: flipped(signature.principal) };
  assert.deepEqual(
    changed({ signatures: [principal, ...last.signatures.slice(1)] }),
    v5("entry.subjects"),
  );
  const commit = {
    index: BigInt(bundle.checkpoint.split("\n")[1] as string) - 1n,
    hashes: bundle.commit?.inclusion ?? [],
  };
  const ofCommit = { leaf: bundle.commit?.leaf as Uint8Array, statement: envelopeBytes() };
  assert.deepEqual(verdict(receipt(commit), ofCommit), v5("verify.receipt"));
});

test("receipt: V6, the identifier", () => {
  const identified = parseBundle(base("identified"));
  const entries = identified.entries.map((proven) => ({ proven, stated: proven.entry }));
  const statements = entries.map(({ proven, stated }) => {
    const leaf = parseLeaf(proven.leaf);
    const inLeaf = leaf.case === "statement" ? leaf.value.statement : new Uint8Array(0);
    return parseStatement(stated?.statement.length ? stated.statement : inLeaf);
  });
  const at = statements.findIndex(({ name }) => name === "identifierAssigned");
  const { proven, stated } = entries[at] as (typeof entries)[number];
  const vrfKey = bodyOf(statements[0], "genesis")?.parameters?.vrfKey;
  const named = bodyOf(statements[at], "identifierAssigned");
  const scheme = statements
    .map((published) => bodyOf(published, "schemePublished")?.scheme)
    .find(
      (published) =>
        published?.name === named?.scheme && published?.version === named?.schemeVersion,
    );
  const [proof] = proven.vrfProofs;
  assert.ok(stated && vrfKey && scheme && proof);
  const file = receipt({
    index: stated.index,
    hashes: proven.inclusion,
    checkpoint: identified.checkpoint,
  });
  const signed = create(SignedStatementSchema, {
    origin,
    statement: stated.statement,
    signatures: proven.signatures,
    disclosures: stated.disclosures.map(({ disclosure }) => disclosure),
  });
  const of = (identifier?: NonNullable<ReceiptOptions["identifier"]>) => {
    const given = { leaf: proven.leaf, statement: toBinary(SignedStatementSchema, signed) };
    const {
      word,
      check,
      rule,
      identifier: state,
    } = verifyReceipt(file, policy, identifier ? { ...given, identifier } : given);
    return [word, check ?? state, rule];
  };
  assert.deepEqual(of({ vrfKey, scheme, proof }), ["matches", "checked", undefined]);
  assert.deepEqual(of(), ["matches", "could not check", undefined]);
  const v6 = (rule: string) => ["does not match", "V6", rule];
  assert.deepEqual(
    of({ vrfKey, scheme, proof: flipped(proof, 40) }),
    v6("crypto.vrf.proof-invalid"),
  );
  assert.deepEqual(of({ vrfKey, scheme: { ...scheme, version: 99 }, proof }), v6("verify.schema"));
  const other = entries
    .flatMap((entry) => entry.proven.vrfProofs)
    .find((one) => !equal(one, proof));
  if (other !== undefined) assert.equal(of({ vrfKey, scheme, proof: other })[0], "does not match");
});

test("promise: broken by a commit that came too late", () => {
  const commit = parseLeaf(bundle.commit?.leaf as Uint8Array);
  assert.ok(commit.case === "commit");
  const { timeMs } = commit.value;
  const seed = new Uint8Array(32).fill(9);
  const promiseKey = ed25519.getPublicKey(seed);
  const hash = leafHash(utf8("x"));
  const made = (index: bigint, publishByMs: bigint) => {
    const promise = create(PromiseSchema, {
      origin,
      statementSha256: hash,
      index,
      leafHash: hash,
      acceptedAtMs: 1n,
      publishByMs,
    });
    const body = toBinary(PromiseSchema, promise);
    const signature = ed25519.sign(
      preAuthentication("application/vnd.patina.promise.v1+protobuf", body),
      seed,
    );
    return toBinary(SignedPromiseSchema, create(SignedPromiseSchema, { promise: body, signature }));
  };
  const evidence = receipt({
    index: size - 1n,
    hashes: bundle.commit?.inclusion ?? [],
    extra: bundle.commit?.leaf as Uint8Array,
  });
  const of = (bytes: Uint8Array) => {
    const { word, check, rule } = verifyPromise(bytes, policy, {
      promiseKey,
      origin,
      commit: evidence,
    });
    return [word, check, rule];
  };
  assert.deepEqual(of(made(size, timeMs - 1n)), ["does not match", "V30", "verify.rollback"]);
  assert.deepEqual(of(made(size, timeMs)), ["not proven", "V30", "verify.missing"]);
  assert.deepEqual(of(made(size - 1n, timeMs - 1n)), ["not proven", "V30", "verify.missing"]);
  const elsewhere = { promiseKey, origin: "elsewhere" };
  assert.equal(verifyPromise(made(size, timeMs), policy, elsewhere).rule, "submission.other-log");
  const other = { promiseKey, receipt: receipt(parts), leafHash: leafHash(last.leaf) };
  const contradicted = verifyPromise(made(index, timeMs), policy, other);
  assert.deepEqual([contradicted.word, contradicted.rule], ["does not match", "verify.fork"]);
});

const size = BigInt(bundle.checkpoint.split("\n")[1] as string);

function answer(subject: SubjectProof | undefined, change: Partial<Parts> = {}): Uint8Array {
  const extra = create(IndexExtraSchema, {
    commit: bundle.commit?.leaf ?? new Uint8Array(0),
    ...(subject ? { subject } : {}),
  });
  const proof = { index: size - 1n, hashes: bundle.commit?.inclusion ?? [] };
  return receipt({ ...proof, extra: toBinary(IndexExtraSchema, extra), ...change });
}

const listed = bundle.subjects.find(({ count }) => count >= 3n) as SubjectProof;

test("index answer: whole, page by page, and wrong", () => {
  const of = (subject: SubjectProof | undefined, key = listed.key) => {
    const { word, check, rule, last: end, count } = verifyIndexAnswer(answer(subject), policy, key);
    return word === "matches" ? [word, end, count] : [word, check, rule];
  };
  assert.deepEqual(of(listed), ["matches", true, listed.count]);
  const hashes = listed.entries.map((entry) => leafHash(sublogLeaf(entry.index, entry.leafHash)));
  const [h0, h1] = hashes as [Uint8Array, Uint8Array];
  const from2 = {
    ...listed,
    from: 2n,
    peaks: [nodeHash(h0, h1)],
    entries: listed.entries.slice(2),
  };
  assert.deepEqual(of(from2), ["matches", true, listed.count]);
  assert.deepEqual(of({ ...listed, entries: listed.entries.slice(0, 2) }), [
    "matches",
    false,
    listed.count,
  ]);
  const v22 = (rule: string) => ["does not match", "V22", rule];
  assert.deepEqual(of({ ...from2, peaks: [h0] }), v22("verify.chain"));
  assert.deepEqual(of({ ...from2, peaks: [] }), v22("verify.chain"));
  assert.deepEqual(of({ ...listed, entries: [...listed.entries].reverse() }), v22("verify.chain"));
  assert.deepEqual(of({ ...listed, count: listed.count + 1n }), v22("index.proof-root"));
  assert.deepEqual(of({ ...listed, root: flipped(listed.root) }), v22("index.proof-root"));
  assert.deepEqual(of(listed, flipped(listed.key)), v22("index.proof-path"));
  assert.deepEqual(of(undefined), ["not proven", "V22", "verify.missing"]);
});

test("index answer: absent", () => {
  const absent = parseBundle(base("absent"));
  const subject = absent.subjects.find(({ count }) => count === 0n) as SubjectProof;
  const extra = create(IndexExtraSchema, { commit: absent.commit?.leaf as Uint8Array, subject });
  const file = receipt({
    index: BigInt(absent.checkpoint.split("\n")[1] as string) - 1n,
    hashes: absent.commit?.inclusion ?? [],
    extra: toBinary(IndexExtraSchema, extra),
    checkpoint: absent.checkpoint,
  });
  assert.deepEqual(verifyIndexAnswer(file, policy, subject.key).count, 0n);
  assert.equal(verifyIndexAnswer(file, policy, flipped(subject.key, 31)).rule, "index.proof-path");
  if (absent.about.case === "asset")
    assert.ok(equal(subject.key, subjectKey("asset", absent.about.value)));
});

test("index answer: V1, V7, V10", () => {
  const of = (bytes: Uint8Array, trusted = policy) => {
    const { word, check, rule } = verifyIndexAnswer(bytes, trusted, listed.key);
    return [word, check, rule];
  };
  assert.deepEqual(of(utf8("no receipt")), ["does not match", "V1", "proof.form"]);
  assert.deepEqual(of(answer(listed), "quorum none\n"), ["not proven", "V7", "policy.log"]);
  assert.deepEqual(of(answer(listed, { index: size - 2n })), [
    "does not match",
    "V10",
    "verify.view",
  ]);
  assert.deepEqual(of(receipt({ index: size - 1n, hashes: [] })), [
    "not proven",
    "V10",
    "verify.missing",
  ]);
});

test("continuation: the older history begins the newer one", () => {
  const older = base("minimal");
  const newer = base("earlier"); // it brings the proof from the older one's checkpoint
  const of = (...bundles: [Uint8Array, Uint8Array]) => {
    const { word, check, rule } = verifyContinuation(...bundles, policy);
    return [word, check, rule];
  };
  assert.deepEqual(of(older, newer), ["matches", undefined, undefined]);
  assert.deepEqual(of(newer, older), ["does not match", "V8", "verify.rollback"]);
  assert.deepEqual(of(older, base("history")), ["not proven", "V8", "verify.missing"]);
  assert.equal(of(flipped(older, older.length - 1), newer)[0], "does not match");
});

test("continuation: V33", () => {
  const whole = parseBundle(base("history"));
  const at = whole.subjects.findIndex(({ count }) => count >= 3n);
  const changed = (change: (entries: SublogEntry[]) => SublogEntry[]) => {
    const copy = parseBundle(base("history"));
    const subject = copy.subjects[at] as SubjectProof;
    subject.entries = change(subject.entries);
    return copy;
  };
  const shorter = changed((entries) => entries.slice(0, -1));
  const other = changed(([first, ...rest]) => [
    { ...(first as SublogEntry), leafHash: leafHash(utf8(origin)) },
    ...rest,
  ]);
  checkContinues(whole, whole);
  checkContinues(shorter, whole);
  for (const [older, newer] of [
    [whole, shorter],
    [other, whole],
    [shorter, other],
  ] as const) {
    assert.throws(() => checkContinues(older, newer), { check: "V33", rule: "verify.fork" });
  }
});

test("bundle: age, roles, disclosed names", () => {
  const now = BigInt(Date.UTC(2040, 0));
  assert.equal(verifyBundle(base("history"), policy, { now }).stale, true);
  const result = verifyBundle(base("history"), policy, { now: 0n });
  assert.equal(result.stale, false);
  assert.ok(result.history !== undefined && result.history.length > 0);
  assert.ok(
    result.entries.some(
      ({ ofAsset, sources }) => ofAsset && sources.some(({ roles }) => roles.length > 0),
    ),
  );
  assert.ok(result.principals.some(({ name }) => name !== undefined));
  assert.ok(result.trace.length >= 9);
});
