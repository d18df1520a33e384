// Leaves by themselves (SPEC.md sections 7.1 to 7.3), and the limits of what stands in them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { create, toBinary } from "@bufbuild/protobuf";
import {
  EntrySchema,
  IndexCommitSchema,
  LogEntrySchema,
  type Entry,
  type IndexCommit,
} from "#gen/proto/log_pb.js";
import { parseLeaf } from "../src/entry.js";
import { ruleOf } from "./expect.js";

const bytes = (size: number, fill = 1) => new Uint8Array(size).fill(fill);
const repeat = <T>(count: number, make: (i: number) => T) =>
  Array.from({ length: count }, (_, i) => make(i));

interface Link {
  key: Uint8Array;
  seq: bigint;
  previous: { case: "previousIndex"; value: bigint } | { case: undefined };
}

const link = (fill: number, seq = 0n, previous?: bigint): Link => ({
  key: bytes(32, fill),
  seq,
  previous:
    previous === undefined ? { case: undefined } : { case: "previousIndex", value: previous },
});

function entry(change: object = {}): Uint8Array {
  const value = create(EntrySchema, {
    loggedAtMs: 1n,
    statementSha256: bytes(32),
    signatures: [bytes(64)],
    subjects: [link(1), link(2)],
    ...change,
  }) as Entry;
  return toBinary(LogEntrySchema, create(LogEntrySchema, { entry: { case: "statement", value } }));
}

function commit(change: object = {}): Uint8Array {
  const value = create(IndexCommitSchema, {
    epoch: 1n,
    previous: { case: "previousIndex", value: 6n },
    timeMs: 1n,
    coveredSize: 7n,
    logRoot: bytes(32),
    keyCount: 1n,
    indexRoot: bytes(32),
    ...change,
  }) as IndexCommit;
  return toBinary(LogEntrySchema, create(LogEntrySchema, { entry: { case: "commit", value } }));
}

const ruleOfLeaf = (leaf: Uint8Array) => ruleOf(() => parseLeaf(leaf));
const good = (leaf: Uint8Array) => assert.equal(ruleOfLeaf(leaf), undefined);
const bad = (leaf: Uint8Array) => assert.equal(ruleOfLeaf(leaf), "entry.form");

test("entry: sizes, and how many", () => {
  good(entry());
  bad(entry({ statementSha256: bytes(31) }));
  bad(entry({ signatures: [bytes(63)] }));
  const signatures = (count: number) => entry({ signatures: repeat(count, () => bytes(64)) });
  bad(signatures(0));
  good(signatures(1));
  good(signatures(7));
  good(signatures(8));
  bad(signatures(9));
  const subjects = (count: number) => entry({ subjects: repeat(count, (i) => link(i + 1)) });
  bad(subjects(0));
  good(subjects(1));
  good(subjects(31));
  good(subjects(32));
  bad(subjects(33));
});

test("entry: links", () => {
  good(entry({ subjects: [link(1, 1n, 0n)] }));
  bad(entry({ subjects: [link(1, 0n, 5n)] }));
  bad(entry({ subjects: [link(1, 1n)] }));
  bad(entry({ subjects: [{ ...link(1), key: bytes(31) }] }));
  bad(entry({ subjects: [link(2), link(1)] }));
  bad(entry({ subjects: [link(1), link(1)] }));
});

test("entry: identifiers come last, in any order", () => {
  good(entry({ subjects: [link(3), link(1)], identifierCount: 1 }));
  bad(entry({ subjects: [link(1), link(2)], identifierCount: 2 }));
  const identifiers = (count: number) =>
    entry({ subjects: repeat(6, (i) => link(i + 1)), identifierCount: count });
  good(identifiers(3));
  good(identifiers(4));
  bad(identifiers(5));
});

test("entry: leaves of 65,534 to 65,536 bytes", () => {
  const rest = entry({ statement: bytes(65_000) }).length - 65_000;
  const sized = (size: number) => entry({ statement: bytes(size - rest) });
  assert.equal(sized(65_535).length, 65_535);
  good(sized(65_534));
  good(sized(65_535));
  assert.equal(ruleOfLeaf(sized(65_536)), "entry.size");
});

test("commit: form", () => {
  good(commit());
  good(commit({ epoch: 0n, previous: { case: undefined } }));
  bad(commit({ epoch: 0n }));
  bad(commit({ previous: { case: undefined } }));
  bad(commit({ previous: { case: "previousIndex", value: 7n } }));
  bad(commit({ logRoot: bytes(31) }));
  bad(commit({ indexRoot: bytes(33) }));
});

test("leaf: nothing, and a newer kind", () => {
  bad(new Uint8Array(0));
  assert.equal(ruleOfLeaf(Uint8Array.of(0x1a, 0)), "bytes.newer-format");
  assert.equal(ruleOfLeaf(Uint8Array.of(0x0a, 0, 0x12, 0)), "bytes.protobuf.oneof-twice");
});
