// The canonical encoding, SPEC.md section 2: each rule refused, and what stands beside it accepted.
import assert from "node:assert/strict";
import { test } from "node:test";
import { toBinary, type DescMessage } from "@bufbuild/protobuf";
import { DescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { ProofBundleSchema } from "#gen/proto/bundle_pb.js";
import { AttributeDefinitionSchema } from "#gen/proto/catalog_pb.js";
import { EntrySchema, LogEntrySchema } from "#gen/proto/log_pb.js";
import { FindingSchema } from "#gen/proto/state_pb.js";
import { StatementSchema } from "#gen/proto/statement_pb.js";
import { NumberSchema, ReadingSchema, ValueSchema } from "#gen/proto/value_pb.js";
import { equal, unhex } from "../src/bytes.js";
import { decode } from "../src/canonical.js";
import { refuses, ruleOf } from "./expect.js";
import { repositoryFile } from "./places.js";

const number = (text: string) => () => decode(NumberSchema, unhex(text.replaceAll(" ", "")));
const value = (text: string) => () => decode(ValueSchema, unhex(text.replaceAll(" ", "")));
const reading = (text: string) => () => decode(ReadingSchema, unhex(text.replaceAll(" ", "")));
const definition = (text: string) => () =>
  decode(AttributeDefinitionSchema, unhex(text.replaceAll(" ", "")));
const finding = (text: string) => () => decode(FindingSchema, unhex(text.replaceAll(" ", "")));

const accepted = (act: () => unknown) => assert.equal(ruleOf(act), undefined);

test("canonical: order, repetition, defaults", () => {
  accepted(number("0802 1001 1a03 4b474d"));
  refuses("bytes.protobuf.order", number("1001 0802"));
  refuses("bytes.protobuf.repeated-field", number("0802 0804"));
  refuses("bytes.protobuf.default-written", number("0800"));
  refuses("bytes.protobuf.default-written", number("1a00"));
  refuses("bytes.protobuf.default-written", definition("3800"));
  accepted(value("0a00"));
  accepted(value("2000"));
  accepted(reading("1800"));
  accepted(definition("3200 3200"));
  accepted(value("1200"));
});

test("canonical: varints and tags", () => {
  refuses("bytes.varint.overlong", number("088200"));
  refuses("bytes.varint.overlong", number("880002"));
  accepted(number("08ffffffffffffffffff01"));
  refuses("bytes.varint.range", number("08ffffffffffffffffff02"));
  refuses("bytes.varint.range", number("08ffffffffffffffffffff01"));
  refuses("bytes.protobuf.tag", number("0002"));
  refuses("bytes.protobuf.tag", number("0b"));
  refuses("bytes.protobuf.tag", number("8080808010 00"));
  refuses("bytes.protobuf.unknown-field", number("f8ffffff0f 01"));
  refuses("bytes.truncated", number("08"));
  refuses("bytes.truncated", number("0880"));
});

test("canonical: wire types, unknown fields, oneofs", () => {
  refuses("bytes.protobuf.wire-type", number("0a0102"));
  refuses("bytes.protobuf.wire-type", number("1802"));
  refuses("bytes.protobuf.wire-type", number("090000000000000000"));
  refuses("bytes.protobuf.wire-type", number("0d00000000"));
  refuses("bytes.protobuf.unknown-field", number("2001"));
  refuses("bytes.protobuf.oneof-twice", value("0a0161 2001"));
  refuses("bytes.protobuf.repeated-field", value("0a0161 0a0161"));
  refuses("bytes.protobuf.wire-type", value("0a0161 2200"));
});

test("canonical: packed numbers", () => {
  accepted(finding("12020105"));
  refuses("bytes.protobuf.unpacked", finding("1001"));
  refuses("bytes.protobuf.empty-packed", finding("1200"));
  refuses("bytes.protobuf.repeated-field", finding("120101 120105"));
  refuses("bytes.truncated", finding("12020180"));
});

test("canonical: ranges, flags, enums", () => {
  accepted(number("10ffffffff0f"));
  refuses("bytes.protobuf.range", number("108080808010"));
  accepted(reading("10ffffffff0f"));
  refuses("bytes.protobuf.range", reading("108080808010"));
  refuses("bytes.protobuf.bool", value("2002"));
  accepted(definition("1003"));
  refuses("bytes.protobuf.enum", definition("1004"));
  refuses("bytes.protobuf.enum", definition("10ffffffff07"));
  refuses("bytes.protobuf.range", definition("108080808008"));
});

test("canonical: texts", () => {
  for (const good of ["61", "c3a9", "efbbbf61", "f48fbfbf", "ed9fbf"]) {
    accepted(value(`0a${(good.length / 2).toString(16).padStart(2, "0")}${good}`));
  }
  for (const bad of ["00", "c080", "eda080", "f4908080", "80", "c3", "ff"]) {
    refuses(
      "bytes.protobuf.utf8",
      value(`0a${(bad.length / 2).toString(16).padStart(2, "0")}${bad}`),
    );
  }
  const read = decode(ValueSchema, unhex("0a04efbbbf61"));
  assert.equal(read.value.value, "\ufeffa");
});

test("canonical: lengths", () => {
  refuses("bytes.protobuf.length", value("0a0261"));
  refuses("bytes.protobuf.length", value("12031a014b 4b474d".slice(0, 8)));
  refuses("bytes.protobuf.length", value("12021a02 4b47"));
  refuses("bytes.protobuf.length", value("0affffffffffffffffff01"));
});

test("canonical: nests 15, 16 and 17 deep", () => {
  const nested = (depth: number): Uint8Array => {
    let bytes = new Uint8Array(0);
    for (let i = 1; i < depth; i++) bytes = Uint8Array.of(0x1a, bytes.length, ...bytes);
    return bytes;
  };
  const schema: DescMessage = DescriptorProtoSchema;
  accepted(() => decode(schema, nested(15)));
  accepted(() => decode(schema, nested(16)));
  refuses("bytes.protobuf.depth", () => decode(schema, nested(17)));
});

test("canonical: newer formats", () => {
  const statement = (text: string) => () => decode(StatementSchema, unhex(text), true);
  refuses("bytes.newer-format", statement("08018a0100"));
  refuses("bytes.newer-format", statement("0801fa0700"));
  refuses("bytes.newer-format", statement("0801fa0700fa0700"));
  refuses("bytes.protobuf.unknown-field", statement("0801880100"));
  refuses("bytes.protobuf.order", statement("fa07000801"));
  refuses("bytes.protobuf.default-written", statement("0800fa0700"));
  refuses("bytes.newer-format", () => decode(LogEntrySchema, unhex("1a00"), true));
  refuses("bytes.protobuf.unknown-field", () => decode(EntrySchema, unhex("3a00")));
  refuses("bytes.protobuf.unknown-field", () => decode(LogEntrySchema, unhex("0a023a00"), true));
});

// Of all single-bit changes: what is still accepted is another message in its one encoding.
test("canonical: a changed bit is refused, or gives another canonical message", () => {
  const bytes = Uint8Array.from(repositoryFile("tests/vectors/bundle/bases/minimal.patina"));
  let kept = 0;
  for (let at = 0; at < bytes.length; at += 7) {
    const copy = Uint8Array.from(bytes);
    copy[at] = (copy[at] as number) ^ (1 << at % 8);
    const rule = ruleOf(() => {
      const message = decode(ProofBundleSchema, copy);
      assert.ok(equal(toBinary(ProofBundleSchema, message), copy));
      kept++;
    });
    if (rule !== undefined) assert.match(rule, /^bytes\./);
  }
  assert.ok(kept > 0);
});
