// Leaves, and whether an entry is that of a statement: SPEC.md sections 7.1 to 7.3.
import { ascends, equal } from "./bytes.js";
import { decode } from "./canonical.js";
import {
  LogEntrySchema,
  type Entry,
  type IndexCommit,
  type LogEntry,
  type SubjectLink,
} from "#gen/proto/log_pb.js";
import { sha256 } from "./hash.js";
import {
  entrySubjectsMax,
  hashBytes,
  leafBytesMax,
  publicKeyBytes,
  signatureBytes,
  statementIdentifiersMax,
  statementSignersMax,
} from "./limits.js";
import { need, refuse } from "./refusal.js";
import { signatureHolds } from "./sign.js";
import { signedBytes, signedKeys, type Statement } from "./statement.js";

type Member = Exclude<LogEntry["entry"], { case: undefined }>;

function checkLink({ key, seq, previous }: SubjectLink): void {
  need(key.length === hashBytes, "entry.form");
  need((previous.case === undefined) === (seq === 0n), "entry.form");
}

/** The keys that an entry's signers signed: all but the identifiers, which come last. */
export function signedPart(entry: Entry): Uint8Array[] {
  return entry.subjects
    .slice(0, entry.subjects.length - entry.identifierCount)
    .map(({ key }) => key);
}

function checkEntry(entry: Entry): void {
  const { signatures, subjects } = entry;
  need(entry.statementSha256.length === hashBytes, "entry.form");
  need(signatures.length >= 1 && signatures.length <= statementSignersMax, "entry.form");
  need(
    signatures.every(({ length }) => length === signatureBytes),
    "entry.form",
  );
  need(subjects.length >= 1 && subjects.length <= entrySubjectsMax, "entry.form");
  need(entry.identifierCount <= statementIdentifiersMax, "entry.form");
  need(entry.identifierCount < subjects.length, "entry.form");
  subjects.forEach(checkLink);
  need(ascends(signedPart(entry)), "entry.form");
}

function checkCommit(commit: IndexCommit): void {
  const { epoch, previous, coveredSize } = commit;
  need(commit.logRoot.length === hashBytes && commit.indexRoot.length === hashBytes, "entry.form");
  need((previous.case === undefined) === (epoch === 0n), "entry.form");
  need(previous.case === undefined || previous.value < coveredSize, "entry.form");
}

/** Reads a leaf; refuses what is not well-formed. */
export function parseLeaf(bytes: Uint8Array): Member {
  need(bytes.length <= leafBytesMax, "entry.size");
  const { entry: member } = decode(LogEntrySchema, bytes, true);
  if (member.case === undefined) return refuse("entry.form");
  if (member.case === "statement") checkEntry(member.value);
  else checkCommit(member.value);
  return member;
}

/** Refuses unless the entry stands for the statement, in clear exactly where its kind is public. */
export function checkStands(entry: Entry, statement: Statement): void {
  need(equal(entry.statementSha256, statement.hash), "entry.statement");
  need(entry.statement.length > 0 === statement.isPublic, "entry.statement");
}

/** Whose key signed: as in the message Signature. */
export interface Signer {
  readonly publicKey: Uint8Array;
  readonly principal: Uint8Array;
}

/** Refuses unless the entry's subjects and signatures are those of the statement and its signers, for this log. */
export function checkSigned(
  entry: Entry,
  statement: Statement,
  signers: readonly Signer[],
  origin: string,
): void {
  const keys = signedKeys(
    statement,
    signers.map(({ principal }) => principal),
  );
  const linked = signedPart(entry);
  need(entry.identifierCount === statement.identifiers, "entry.subjects");
  need(
    linked.length === keys.length && linked.every((key, i) => equal(key, keys[i] as Uint8Array)),
    "entry.subjects",
  );
  const expected = statement.message.signers;
  need(
    entry.signatures.length === expected.length && signers.length === expected.length,
    "entry.signatures",
  );
  signers.forEach(({ publicKey }, i) => {
    need(publicKey.length === publicKeyBytes, "entry.signatures");
    need(equal(sha256(publicKey), expected[i] as Uint8Array), "entry.signatures");
  });
  const message = signedBytes(origin, statement, keys);
  signers.forEach(({ publicKey }, i) => {
    const holds = signatureHolds(publicKey, message, entry.signatures[i] as Uint8Array);
    need(holds, "crypto.signature-invalid");
  });
}
