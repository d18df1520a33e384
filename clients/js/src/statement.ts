// A statement, decoded and checked by itself: SPEC.md section 3.1. What it means for the log: section 4.1.
import { create, toBinary } from "@bufbuild/protobuf";
import { ascends, compare, equal, hex } from "./bytes.js";
import { decode } from "./canonical.js";
import { parseDate } from "./edtf.js";
import {
  StatementDigestSchema,
  StatementSchema,
  type Statement as Message,
} from "#gen/proto/statement_pb.js";
import { preAuthentication, sha256, subjectKey } from "./hash.js";
import { kindOf, type BodyOf, type KindName, type Slot } from "./kinds.js";
import {
  hashBytes,
  nonceBytes,
  statementBytesMax,
  statementPublicBytesMax,
  statementSignersMax,
  statementSlotsMax,
} from "./limits.js";
import { need, refuse } from "./refusal.js";

/** A statement that is well-formed. */
export interface Statement {
  readonly bytes: Uint8Array;
  readonly hash: Uint8Array;
  readonly message: Message;
  readonly name: KindName;
  readonly kind: number;
  readonly isPublic: boolean;
  /** How many identifiers it names. */
  readonly identifiers: number;
  readonly slots: readonly Slot[];
}

const digestType = "application/vnd.patina.statement-digest.v1+protobuf";

function checkSkeleton(message: Message): void {
  need(message.version === 1, "statement.version");
  need(message.nonce.length === nonceBytes, "statement.nonce");
  const { signers } = message;
  need(signers.length >= 1 && signers.length <= statementSignersMax, "statement.signers");
  need(
    signers.every(({ length }) => length === hashBytes) && ascends(signers),
    "statement.signers",
  );
  need(message.issuedAtMs > 0n && message.submitBeforeMs >= message.issuedAtMs, "statement.times");
  if (message.occurred !== "") parseDate(message.occurred);
}

/** Reads a statement; refuses what is not well-formed. */
export function parseStatement(bytes: Uint8Array): Statement {
  need(bytes.length <= statementBytesMax, "statement.size");
  const message = decode(StatementSchema, bytes, true);
  checkSkeleton(message);
  const { case: name, value } = message.body;
  if (name === undefined) return refuse("statement.body");
  const kind = kindOf(name);
  need(!kind.isPublic || bytes.length <= statementPublicBytesMax, "statement.size");
  kind.check(value as never, message.signers);
  const slots = kind.slots(value as never);
  need(slots.length <= statementSlotsMax, "statement.slots");
  const hash = sha256(bytes);
  return {
    bytes,
    hash,
    message,
    name,
    kind: kind.number,
    isPublic: kind.isPublic,
    identifiers: kind.identifiers,
    slots,
  };
}

/** The keys of the histories that the statement's signers sign it into: ascending, each once. */
export function signedKeys(statement: Statement, principals: readonly Uint8Array[]): Uint8Array[] {
  const body = statement.message.body.value as never;
  const subjects = kindOf(statement.name).subjects(body, statement.hash);
  const keys = subjects.map(({ kind, id }) => subjectKey(kind, id));
  const issued = principals.map((principal) => subjectKey("issued", principal));
  const distinct = new Map([...keys, ...issued].map((key) => [hex(key), key]));
  return [...distinct.values()].sort(compare);
}

/** The canonical StatementDigest. */
export function digestBytes(
  origin: string,
  statement: Statement,
  subjectKeys: Uint8Array[],
): Uint8Array {
  return toBinary(
    StatementDigestSchema,
    create(StatementDigestSchema, {
      origin,
      statementSha256: statement.hash,
      subjectKeys,
      identifierCount: statement.identifiers,
    }),
  );
}

/** The bytes that each signer signs. */
export function signedBytes(
  origin: string,
  statement: Statement,
  subjectKeys: Uint8Array[],
): Uint8Array {
  return preAuthentication(digestType, digestBytes(origin, statement, subjectKeys));
}

/** Whether an asset's id is the one that the statement is about. */
export function isAbout(statement: Statement, asset: Uint8Array): boolean {
  const { value } = statement.message.body;
  return value !== undefined && "asset" in value && equal(value.asset, asset);
}

/** The statement's body, where it is of that kind. */
export function bodyOf<K extends KindName>(
  statement: Statement | undefined,
  name: K,
): BodyOf<K> | undefined {
  const body = statement?.message.body;
  return body?.case === name ? (body.value as unknown as BodyOf<K>) : undefined;
}
