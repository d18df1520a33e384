// What each kind of statement is: whether it is public, its own checks, its subjects and its slots. SPEC.md section 3.2.
import { equal } from "./bytes.js";
import { checkClass, checkScheme } from "./catalog.js";
import {
  CorrectionReason,
  KeyAlgorithm,
  PrincipalType,
  RevocationReason,
  type Key,
  type Signal,
  type Statement,
} from "#gen/proto/statement_pb.js";
import type { Attribute } from "#gen/proto/value_pb.js";
import { checkGenesis } from "./genesis.js";
import { sha256, type subjectKinds } from "./hash.js";
import {
  assetIdBytes,
  codeBytesMax,
  grantClassesMax,
  hashBytes,
  modelBytesMax,
  publicKeyBytes,
  readingsMax,
  streamIdBytes,
  streamSignalsMax,
} from "./limits.js";
import { checkAbove, checkName } from "./name.js";
import { checkScale } from "./number.js";
import { need, refuse } from "./refusal.js";
import { checkAttributes, hasSize } from "./value.js";

type Body = Statement["body"];
export type KindName = NonNullable<Body["case"]>;
type Bodies = { [B in Body as NonNullable<B["case"]>]: B["value"] };
/** What the body of that kind holds. */
export type BodyOf<K extends KindName> = Bodies[K];

/** A history that a statement belongs to. */
export interface Subject {
  readonly kind: keyof typeof subjectKinds;
  readonly id: Uint8Array | string;
}

/** The digest of a disclosure, and the name that the disclosure must have. */
export interface Slot {
  readonly name: string;
  readonly digest: Uint8Array;
}

interface Kind<K extends KindName> {
  readonly number: number;
  readonly isPublic: boolean;
  readonly identifiers: number;
  /** Refuses a body that is not well-formed; `signers` are the statement's. */
  check(body: BodyOf<K>, signers: readonly Uint8Array[]): void;
  /** Subjects other than identifiers and `issued`; `hash` is the statement's. */
  subjects(body: BodyOf<K>, hash: Uint8Array): Subject[];
  slots(body: BodyOf<K>): Slot[];
}

function checkSize(bytes: Uint8Array, size: number): void {
  need(bytes.length === size, "statement.field-size");
}

function checkVersion(version: number): void {
  need(version >= 1, "statement.missing");
}

function checkSlotOrEmpty(slot: Uint8Array): void {
  if (slot.length > 0) checkSize(slot, hashBytes);
}

function checkKey(key: Key | undefined, signers: readonly Uint8Array[]): void {
  if (key === undefined) return refuse("statement.key");
  need(
    key.algorithm === KeyAlgorithm.ED25519 && key.publicKey.length === publicKeyBytes,
    "statement.key",
  );
  const owner = sha256(key.publicKey);
  need(
    signers.some((signer) => equal(signer, owner)),
    "statement.key-possession",
  );
}

function checkSignal(signal: Signal): void {
  checkName(signal.attribute);
  need(hasSize(signal.method, codeBytesMax), "statement.text");
  checkScale(signal.exponent, signal.unit);
}

function slotsOf(attributes: readonly Attribute[]): Slot[] {
  return attributes.flatMap(({ name, content }) =>
    content.case === "slot" ? [{ name, digest: content.value }] : [],
  );
}

function slot(name: string, digest: Uint8Array): Slot[] {
  return digest.length > 0 ? [{ name, digest }] : [];
}

function ofAsset({ asset }: { asset: Uint8Array }): Subject[] {
  return [{ kind: "asset", id: asset }];
}

function ofPrincipal({ principal }: { principal: Uint8Array }): Subject[] {
  return [{ kind: "principal", id: principal }];
}

function publicKeyOf(key: Key | undefined): Uint8Array {
  if (key === undefined) throw new Error("the statement was not checked");
  return key.publicKey;
}

function enrolled(key: Key | undefined, hash: Uint8Array): Subject[] {
  return [
    { kind: "principal", id: hash },
    { kind: "key", id: publicKeyOf(key) },
  ];
}

function noSlots(): Slot[] {
  return [];
}

const open = { isPublic: true, identifiers: 0 } as const;
const offLog = { isPublic: false, identifiers: 0 } as const;

const enrolment: { [K in "genesis" | "principalEnrolled" | "deviceEnrolled"]: Kind<K> } = {
  genesis: {
    ...open,
    number: 16,
    check: checkGenesis,
    subjects: ({ parameters }, hash) => [
      { kind: "principal", id: hash },
      { kind: "policy", id: parameters?.policy?.name ?? "" },
      ...(parameters?.rootKeys ?? []).map((id): Subject => ({ kind: "key", id })),
    ],
    slots: noSlots,
  },
  principalEnrolled: {
    ...open,
    number: 18,
    check: ({ type, key, name }, signers) => {
      need(type !== PrincipalType.UNSPECIFIED && type !== PrincipalType.DEVICE, "principal.type");
      checkKey(key, signers);
      checkSize(name, hashBytes);
    },
    subjects: ({ key }, hash) => enrolled(key, hash),
    slots: ({ name }) => slot("name", name),
  },
  deviceEnrolled: {
    ...open,
    number: 39,
    check: ({ key, model, serial }, signers) => {
      checkKey(key, signers);
      need(signers.length >= 2, "device.enroller");
      need(hasSize(model, modelBytesMax), "statement.text");
      checkSlotOrEmpty(serial);
    },
    subjects: ({ key }, hash) => enrolled(key, hash),
    slots: ({ serial }) => slot("serial", serial),
  },
};

const keyChanges: { [K in "keyRotated" | "keyRevoked"]: Kind<K> } = {
  keyRotated: {
    ...open,
    number: 19,
    check: ({ principal, key }, signers) => {
      checkSize(principal, hashBytes);
      checkKey(key, signers);
    },
    subjects: ({ principal, key }) => [
      { kind: "principal", id: principal },
      { kind: "key", id: publicKeyOf(key) },
    ],
    slots: noSlots,
  },
  keyRevoked: {
    ...open,
    number: 20,
    check: ({ principal, key, reason, since }) => {
      checkSize(principal, hashBytes);
      checkSize(key, hashBytes);
      need(reason !== RevocationReason.UNSPECIFIED, "key.reason");
      need(since === 0n || reason === RevocationReason.COMPROMISED, "key.reason");
    },
    subjects: ofPrincipal,
    slots: noSlots,
  },
};

const standing: { [K in "standingGranted" | "standingWithdrawn"]: Kind<K> } = {
  standingGranted: {
    ...open,
    number: 21,
    check: ({ principal, role, classes }) => {
      checkSize(principal, hashBytes);
      checkName(role);
      need(role !== "root", "standing.root");
      need(classes.length <= grantClassesMax, "standing.classes");
      classes.forEach((name, i) => {
        checkName(name);
        checkAbove(classes[i - 1], name, "standing.classes");
      });
    },
    subjects: ofPrincipal,
    slots: noSlots,
  },
  standingWithdrawn: {
    ...open,
    number: 22,
    check: ({ principal, grant }) => {
      checkSize(principal, hashBytes);
      checkSize(grant, hashBytes);
    },
    subjects: ofPrincipal,
    slots: noSlots,
  },
};

const catalog: { [K in "classPublished" | "schemePublished"]: Kind<K> } = {
  classPublished: {
    ...open,
    number: 24,
    check: ({ schema }) => checkClass(schema ?? refuse("statement.missing")),
    subjects: ({ schema }) => [{ kind: "class", id: schema?.name ?? "" }],
    slots: noSlots,
  },
  schemePublished: {
    ...open,
    number: 25,
    check: ({ scheme }) => checkScheme(scheme ?? refuse("statement.missing")),
    subjects: ({ scheme }) => [{ kind: "scheme", id: scheme?.name ?? "" }],
    slots: noSlots,
  },
};

const life: { [K in "assetRegistered" | "attributesChanged" | "attested"]: Kind<K> } = {
  assetRegistered: {
    ...offLog,
    number: 26,
    check: ({ asset, className, classVersion, attributes }) => {
      checkSize(asset, assetIdBytes);
      checkName(className);
      checkVersion(classVersion);
      checkAttributes(attributes);
    },
    subjects: ofAsset,
    slots: ({ attributes }) => slotsOf(attributes),
  },
  attributesChanged: {
    ...offLog,
    number: 27,
    check: ({ asset, attributes }) => {
      checkSize(asset, assetIdBytes);
      need(attributes.length > 0, "statement.missing");
      checkAttributes(attributes, true);
    },
    subjects: ofAsset,
    slots: ({ attributes }) => slotsOf(attributes),
  },
  attested: {
    ...offLog,
    number: 36,
    check: ({ asset, claim, fields }) => {
      checkSize(asset, assetIdBytes);
      checkName(claim);
      need(fields.length > 0, "statement.missing");
      checkAttributes(fields);
    },
    subjects: ofAsset,
    slots: ({ fields }) => slotsOf(fields),
  },
};

const assignment = { isPublic: false, identifiers: 1 } as const;

const identifiers: { [K in "identifierAssigned" | "identifierReleased"]: Kind<K> } = {
  identifierAssigned: {
    ...assignment,
    number: 28,
    check: ({ asset, scheme, schemeVersion, value }) => {
      checkSize(asset, assetIdBytes);
      checkName(scheme);
      checkVersion(schemeVersion);
      checkSize(value, hashBytes);
    },
    subjects: ofAsset,
    slots: ({ value }) => slot("value", value),
  },
  identifierReleased: {
    ...assignment,
    number: 29,
    check: ({ asset, scheme, schemeVersion, value, assignment: assigned }) => {
      checkSize(asset, assetIdBytes);
      checkName(scheme);
      checkVersion(schemeVersion);
      checkSize(value, hashBytes);
      checkSize(assigned, hashBytes);
    },
    subjects: ofAsset,
    slots: ({ value }) => slot("value", value),
  },
};

const amends: { [K in "corrected" | "retracted"]: Kind<K> } = {
  corrected: {
    ...offLog,
    number: 37,
    check: ({ asset, target, reason, attributes, note }) => {
      checkSize(asset, assetIdBytes);
      checkSize(target, hashBytes);
      const fits =
        reason !== CorrectionReason.UNSPECIFIED && reason !== CorrectionReason.DID_NOT_OCCUR;
      need(fits, "statement.reason");
      need(attributes.length > 0, "statement.missing");
      checkAttributes(attributes);
      checkSlotOrEmpty(note);
    },
    subjects: ofAsset,
    slots: ({ attributes, note }) => [...slotsOf(attributes), ...slot("note", note)],
  },
  retracted: {
    ...offLog,
    number: 38,
    check: ({ asset, target, reason, note }) => {
      checkSize(asset, assetIdBytes);
      checkSize(target, hashBytes);
      need(reason !== CorrectionReason.UNSPECIFIED, "statement.reason");
      checkSlotOrEmpty(note);
    },
    subjects: ofAsset,
    slots: ({ note }) => slot("note", note),
  },
};

const devices: { [K in "deviceBound" | "telemetry"]: Kind<K> } = {
  deviceBound: {
    ...offLog,
    number: 40,
    check: ({ asset, stream, device, signals, readings }) => {
      checkSize(asset, assetIdBytes);
      checkSize(stream, streamIdBytes);
      checkSize(device, hashBytes);
      need(signals.length >= 1 && signals.length <= streamSignalsMax, "device.signals");
      signals.forEach(checkSignal);
      checkAttributes(readings);
    },
    subjects: ({ asset, stream, device }) => [
      { kind: "asset", id: asset },
      { kind: "stream", id: stream },
      { kind: "principal", id: device },
    ],
    slots: ({ readings }) => slotsOf(readings),
  },
  telemetry: {
    ...offLog,
    number: 43,
    check: ({ stream, firstMs, lastMs, count, previous, readings }) => {
      checkSize(stream, streamIdBytes);
      need(firstMs > 0n && lastMs >= firstMs, "telemetry.times");
      need(count >= 1 && count <= readingsMax, "telemetry.count");
      checkSlotOrEmpty(previous);
      checkSize(readings, hashBytes);
    },
    subjects: ({ stream }) => [{ kind: "stream", id: stream }],
    slots: ({ readings }) => slot("readings", readings),
  },
};

const kinds: { [K in KindName]: Kind<K> } = {
  ...enrolment,
  ...keyChanges,
  ...standing,
  ...catalog,
  ...life,
  ...identifiers,
  ...amends,
  ...devices,
};

/** The row of a kind. */
export function kindOf<K extends KindName>(name: K): Kind<K> {
  return kinds[name];
}
