// Values and attributes, checked by themselves: SPEC.md sections 3.3 and 3.6.
import { utf8 } from "./bytes.js";
import { parseDate } from "./edtf.js";
import type { Attribute, Code, Evidence, Readings, Value } from "#gen/proto/value_pb.js";
import { ReadingStatus } from "#gen/proto/value_pb.js";
import {
  assetIdBytes,
  codeBytesMax,
  hashBytes,
  mediaTypeBytesMax,
  mediaTypeBytesMin,
  readingsMax,
  statementAttributesMax,
  textBytesMax,
} from "./limits.js";
import { checkAbove, checkName } from "./name.js";
import { checkNumber } from "./number.js";
import { need, refuse } from "./refusal.js";

/** Whether a text has 1 to `max` bytes. */
export function hasSize(text: string, max: number): boolean {
  const size = utf8(text).length;
  return size >= 1 && size <= max;
}

function checkCode(code: Code): void {
  need(hasSize(code.system, codeBytesMax) && hasSize(code.code, codeBytesMax), "value.code-form");
}

function checkEvidence(evidence: Evidence): void {
  const type = evidence.mediaType;
  need(evidence.sha256.length === hashBytes, "value.evidence");
  need(type.length >= mediaTypeBytesMin && type.length <= mediaTypeBytesMax, "value.evidence");
  need(/^[!-.0-~]+\/[!-.0-~]+$/.test(type), "value.evidence");
}

function checkReadings({ readings }: Readings): void {
  need(readings.length >= 1 && readings.length <= readingsMax, "value.readings-count");
  let last = 0;
  for (const { offsetMs, reading } of readings) {
    need(offsetMs >= last, "value.readings-order");
    last = offsetMs;
    need(reading.case !== undefined, "value.reading");
    need(
      reading.case === "mantissa" || reading.value !== ReadingStatus.UNSPECIFIED,
      "value.reading",
    );
  }
}

/** Refuses a value that is not well-formed. */
export function checkValue(value: Value | undefined): void {
  const member = value?.value;
  switch (member?.case) {
    case "text":
      return need(hasSize(member.value, textBytesMax), "value.text");
    case "number":
      return checkNumber(member.value);
    case "date":
      return void parseDate(member.value);
    case "flag":
      return undefined;
    case "code":
      return checkCode(member.value);
    case "asset":
      return need(member.value.length === assetIdBytes, "value.asset");
    case "evidence":
      return checkEvidence(member.value);
    case "readings":
      return checkReadings(member.value);
    default:
      return refuse("value.missing");
  }
}

function checkContent({ content }: Attribute, alone: boolean, mayClear: boolean): void {
  switch (content.case) {
    case "open":
      return checkValue(content.value);
    case "slot":
      return need(content.value.length === hashBytes, "attributes.slot");
    case "cleared":
      return need(content.value && mayClear && alone, "attributes.cleared");
    default:
      return refuse("attributes.content");
  }
}

/** Refuses attributes that are not well-formed by themselves. */
export function checkAttributes(attributes: readonly Attribute[], mayClear = false): void {
  need(attributes.length <= statementAttributesMax, "attributes.count");
  attributes.forEach((attribute, i) => {
    checkName(attribute.name);
    const before = attributes[i - 1]?.name;
    const after = attributes[i + 1]?.name;
    checkContent(attribute, before !== attribute.name && after !== attribute.name, mayClear);
    if (before !== attribute.name) checkAbove(before, attribute.name, "attributes.order");
  });
}
