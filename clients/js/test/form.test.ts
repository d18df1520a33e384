// What a bundle is refused for by its form alone (V31): limits one below, at and above; versions; and a log of no leaves.
import assert from "node:assert/strict";
import { test } from "node:test";
import { create, toBinary } from "@bufbuild/protobuf";
import { ProofBundleSchema, ProvenEntrySchema, SubjectProofSchema } from "#gen/proto/bundle_pb.js";
import { parseBundle } from "../src/bundle/form.js";
import { checkCommit } from "../src/bundle/log.js";
import { emptyRoot } from "../src/hash.js";
import { bundleBytesMax, bundleEntriesMax, bundleSubjectsMax } from "../src/limits.js";
import { refuses, ruleOf } from "./expect.js";

const bundle = (change: object) =>
  toBinary(ProofBundleSchema, create(ProofBundleSchema, { version: 1, ...change }));
const ruleOfBundle = (change: object) => ruleOf(() => parseBundle(bundle(change)));

test("form: how many entries and subjects", () => {
  const entries = (count: number) =>
    ruleOfBundle({ entries: Array.from({ length: count }, () => create(ProvenEntrySchema)) });
  const subjects = (count: number) =>
    ruleOfBundle({ subjects: Array.from({ length: count }, () => create(SubjectProofSchema)) });
  const [within, above] = ["verify.bundle", "verify.bundle-size"]; // within the limit, something else is missing
  const around = (limit: number) => [limit - 1, limit, limit + 1];
  assert.deepEqual(around(bundleEntriesMax).map(entries), [within, within, above]);
  assert.deepEqual(around(bundleSubjectsMax).map(subjects), [within, within, above]);
});

test("form: how many bytes", () => {
  const of = (size: number) => ruleOf(() => parseBundle(new Uint8Array(size)));
  const sizes = [bundleBytesMax - 1, bundleBytesMax, bundleBytesMax + 1];
  assert.deepEqual(sizes.map(of), [
    "bytes.protobuf.tag",
    "bytes.protobuf.tag",
    "verify.bundle-size",
  ]);
});

test("form: versions", () => {
  refuses("verify.bundle", () => parseBundle(new Uint8Array(0)));
  refuses("verify.bundle", () => parseBundle(bundle({ version: 0 })));
  refuses("bytes.newer-format", () => parseBundle(bundle({ version: 2 })));
  refuses("bytes.newer-format", () => parseBundle(Uint8Array.of(0x08, 0x80, 0x01, 0xff, 0xff)));
  refuses("bytes.varint.overlong", () => parseBundle(Uint8Array.of(0x08, 0x82, 0x00)));
  refuses("bytes.truncated", () => parseBundle(Uint8Array.of(0x08)));
  refuses("bytes.protobuf.default-written", () => parseBundle(Uint8Array.of(0x08, 0x00)));
});

test("commit: a checkpoint of no leaves has none", () => {
  const empty = { size: 0n, root: emptyRoot };
  refuses("tlog.inclusion-index", () => checkCommit(new Uint8Array(0), [], empty));
});
