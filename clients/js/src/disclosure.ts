// Disclosures: the value behind a slot. SPEC.md section 3.7.
import { equal, u16be, utf8 } from "./bytes.js";
import { decode } from "./canonical.js";
import { DisclosureSchema, type Disclosure } from "#gen/proto/value_pb.js";
import { sha256 } from "./hash.js";
import { disclosureBytesMax, saltBytes } from "./limits.js";
import { need, refuse } from "./refusal.js";
import type { Statement } from "./statement.js";
import { checkValue } from "./value.js";

const domain = utf8("patina/disclosure/v1\0");

/** What a statement's slot holds when it commits to these bytes. */
export function disclosureDigest(
  statement: Statement,
  slot: number,
  bytes: Uint8Array,
): Uint8Array {
  const { nonce, signers } = statement.message;
  return sha256(domain, nonce, signers[0] as Uint8Array, u16be(slot), bytes);
}

/** Reads the disclosure of a statement's slot; refuses one that is not that slot's. */
export function openDisclosure(statement: Statement, slot: number, bytes: Uint8Array): Disclosure {
  const expected = statement.slots[slot] ?? refuse("disclosure.slot");
  need(bytes.length <= disclosureBytesMax, "disclosure.size");
  need(equal(disclosureDigest(statement, slot, bytes), expected.digest), "disclosure.digest");
  const disclosure = decode(DisclosureSchema, bytes);
  need(disclosure.salt.length === saltBytes, "disclosure.salt");
  need(disclosure.name === expected.name, "disclosure.name");
  need(disclosure.value !== undefined, "statement.missing");
  checkValue(disclosure.value);
  return disclosure;
}
