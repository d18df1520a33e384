// Limits of statements and values (SPEC.md section 11): one below, at, one above. And that they are those of the table.
import assert from "node:assert/strict";
import { test } from "node:test";
import { create, toBinary } from "@bufbuild/protobuf";
import { ReadingStatus, ValueSchema, type Value } from "#gen/proto/value_pb.js";
import { AttestedSchema, StatementSchema, StandingGrantedSchema } from "#gen/proto/statement_pb.js";
import { AttributeSchema } from "#gen/proto/value_pb.js";
import * as limits from "../src/limits.js";
import { parseStatement } from "../src/statement.js";
import { checkValue } from "../src/value.js";
import { ruleOf } from "./expect.js";
import { specification } from "./spec.js";

test("limits: as the specification lists them", () => {
  const listed = new Map(
    [...specification.matchAll(/^\| `PAT_([A-Z0-9_]+)` \| (-?[0-9]+) \|/gm)].map(
      ([, name, value]) => [name, value],
    ),
  );
  const own = new Map([
    ["modelBytesMax", "64"], // section 3.2
    ["mediaTypeBytesMin", "3"], // section 3.3
  ]);
  for (const [name, value] of Object.entries(limits)) {
    const constant = name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
    const expected =
      own.get(name) ?? listed.get(constant) ?? listed.get(constant.replace("BYTES", "TEXT_BYTES"));
    assert.equal(String(value), expected, `${name}, ${constant}`);
  }
});

const value = (member: Value["value"]) =>
  ruleOf(() => checkValue(create(ValueSchema, { value: member })));
const text = (size: number) => "x".repeat(size);

test("limits: values", () => {
  const ofText = (size: number) => value({ case: "text", value: text(size) });
  assert.deepEqual([0, 1, 4_095, 4_096, 4_097].map(ofText), [
    "value.text",
    undefined,
    undefined,
    undefined,
    "value.text",
  ]);
  const ofCode = (size: number) =>
    value({ case: "code", value: { $typeName: "patina.Code", system: text(size), code: "c" } });
  assert.deepEqual([0, 1, 63, 64, 65].map(ofCode), [
    "value.code-form",
    undefined,
    undefined,
    undefined,
    "value.code-form",
  ]);
  const ofMedia = (mediaType: string) =>
    value({
      case: "evidence",
      value: { $typeName: "patina.Evidence", sha256: new Uint8Array(32), mediaType, size: 0n },
    });
  const media = [
    "a/",
    "a/b",
    `a/${text(252)}`,
    `a/${text(253)}`,
    `a/${text(254)}`,
    "a/b/c",
    "a b/c",
    "/ab",
    "ab/",
  ];
  const rule = "value.evidence";
  assert.deepEqual(media.map(ofMedia), [
    rule,
    undefined,
    undefined,
    undefined,
    rule,
    rule,
    rule,
    rule,
    rule,
  ]);
  const ofReadings = (count: number) => {
    const readings = Array.from({ length: count }, () => ({
      $typeName: "patina.Reading" as const,
      signal: 0,
      offsetMs: 0,
      reading: { case: "status" as const, value: ReadingStatus.UNREADABLE },
    }));
    return value({ case: "readings", value: { $typeName: "patina.Readings", readings } });
  };
  const count = "value.readings-count";
  assert.deepEqual([0, 1, 9_999, 10_000, 10_001].map(ofReadings), [
    count,
    undefined,
    undefined,
    undefined,
    count,
  ]);
  const asset = (size: number) => value({ case: "asset", value: new Uint8Array(size) });
  assert.deepEqual([15, 16, 17].map(asset), ["value.asset", undefined, "value.asset"]);
});

function statement(change: object): Uint8Array {
  return toBinary(
    StatementSchema,
    create(StatementSchema, {
      version: 1,
      nonce: new Uint8Array(16),
      signers: [new Uint8Array(32)],
      issuedAtMs: 1n,
      submitBeforeMs: 1n,
      ...change,
    }),
  );
}

const ruleOfStatement = (change: object) => ruleOf(() => parseStatement(statement(change)));

function attested(count: number, size = 0) {
  const fields = Array.from({ length: count }, (_, i) =>
    create(AttributeSchema, {
      name: `a${String(i).padStart(4, "0")}`,
      content:
        size > 0
          ? {
              case: "open",
              value: create(ValueSchema, { value: { case: "text", value: text(size) } }),
            }
          : { case: "slot", value: new Uint8Array(32) },
    }),
  );
  const value = create(AttestedSchema, { asset: new Uint8Array(16), claim: "c", fields });
  return { body: { case: "attested", value } };
}

test("limits: slots and attributes", () => {
  const of = (count: number) => ruleOfStatement(attested(count));
  assert.deepEqual([511, 512, 513].map(of), [undefined, undefined, "attributes.count"]);
});

test("limits: a private statement of up to 1 MiB", () => {
  const rest = statement(attested(300, 3_000)).length - 300 * 3_000;
  const wanted = limits.statementBytesMax - rest;
  const fill = (size: number) => {
    const change = attested(300, 3_000);
    const sizes = Math.floor(size / 300);
    change.body.value.fields.forEach((field, i) => {
      const own = i === 0 ? size - 299 * sizes : sizes;
      field.content = {
        case: "open",
        value: create(ValueSchema, { value: { case: "text", value: text(own) } }),
      };
    });
    return statement(change);
  };
  assert.equal(fill(wanted).length, limits.statementBytesMax);
  assert.equal(
    ruleOf(() => parseStatement(fill(wanted - 1))),
    undefined,
  );
  assert.equal(
    ruleOf(() => parseStatement(fill(wanted))),
    undefined,
  );
  assert.equal(
    ruleOf(() => parseStatement(fill(wanted + 1))),
    "statement.size",
  );
});

test("limits: signers and classes of a grant", () => {
  const signers = (count: number) =>
    Array.from({ length: count }, (_, i) => new Uint8Array(32).fill(i));
  const grant = (classes: number) => ({
    body: {
      case: "standingGranted",
      value: create(StandingGrantedSchema, {
        principal: new Uint8Array(32),
        role: "r",
        classes: Array.from({ length: classes }, (_, i) => `c${String(i).padStart(2, "0")}`),
      }),
    },
  });
  const ofSigners = (count: number) => ruleOfStatement({ ...grant(0), signers: signers(count) });
  const rule = "statement.signers";
  assert.deepEqual([0, 1, 7, 8, 9].map(ofSigners), [rule, undefined, undefined, undefined, rule]);
  const ofClasses = (count: number) => ruleOfStatement(grant(count));
  assert.deepEqual([31, 32, 33].map(ofClasses), [undefined, undefined, "standing.classes"]);
  const role = (size: number) => {
    const change = grant(0);
    change.body.value.role = text(size);
    return ruleOfStatement(change);
  };
  assert.deepEqual([0, 1, 63, 64, 65].map(role), [
    "name.form",
    undefined,
    undefined,
    undefined,
    "name.form",
  ]);
});
