// The vectors that every build and every implementation must agree on: tests/vectors.
import assert from "node:assert/strict";
import { test } from "node:test";
import { textOf, hex, unbase64 } from "../src/bytes.js";
import { decode } from "../src/canonical.js";
import { checkScheme } from "../src/catalog.js";
import { parseDate, precisions } from "../src/edtf.js";
import { IdentifierSchemeSchema } from "#gen/proto/catalog_pb.js";
import { NumberSchema } from "#gen/proto/value_pb.js";
import { normalise } from "../src/identifier.js";
import { compareNumbers } from "../src/number.js";
import { parseStatement, signedKeys, type Statement } from "../src/statement.js";
import { ruleOf } from "./expect.js";
import { repositoryFile } from "./places.js";

interface Vector {
  name: string;
  text?: string;
  input: string;
  output?: string;
  refused?: string;
}

/** u16be size, a message of that size, and the rest. */
function split(input: Uint8Array): [Uint8Array, Uint8Array] {
  const end = 2 + (((input[0] as number) << 8) | (input[1] as number));
  return [input.subarray(2, end), input.subarray(end)];
}

function edtf(input: Uint8Array): string {
  const date = parseDate(textOf(input, "edtf.form"));
  const first = date.first ?? -(2 ** 31);
  const last = date.last ?? 2 ** 31 - 1;
  return `${first} ${last} ${precisions.indexOf(date.precision)} ${+date.uncertain} ${+date.approximate}\n`;
}

function number(input: Uint8Array): string {
  const [a, b] = split(input);
  return `${compareNumbers(decode(NumberSchema, a), decode(NumberSchema, b))}\n`;
}

function identifier(input: Uint8Array): string {
  const [schemeBytes, value] = split(input);
  const scheme = decode(IdentifierSchemeSchema, schemeBytes);
  checkScheme(scheme);
  return `${normalise(scheme, textOf(value, "identifier.characters"))}\n`;
}

function assetOf({ message }: Statement): string[] {
  const body = message.body.value;
  return body !== undefined && "asset" in body ? [`asset ${hex(body.asset)}`] : [];
}

function statement(input: Uint8Array): string {
  const read = parseStatement(input);
  const lines = [
    `kind ${read.name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`,
    `sha256 ${hex(read.hash)}`,
    `public ${+read.isPublic}`,
    `identifiers ${read.identifiers}`,
    ...assetOf(read),
    ...read.slots.map(({ name, digest }) => `slot ${name} ${hex(digest)}`),
    ...signedKeys(read, read.message.signers).map((key) => `subject ${hex(key)}`),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

for (const [folder, call] of Object.entries({ edtf, number, identifier, statement })) {
  test(`vectors/${folder}`, () => {
    const path = `tests/vectors/${folder}/${folder}.json`;
    const { vectors } = JSON.parse(repositoryFile(path).toString()) as { vectors: Vector[] };
    assert.ok(vectors.length > 0);
    for (const { name, input, output, refused } of vectors) {
      let said: string | undefined;
      const rule = ruleOf(() => (said = call(unbase64(input))));
      assert.deepEqual({ name, said, rule }, { name, said: output, rule: refused });
    }
  });
}
