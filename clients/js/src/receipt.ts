// A receipt: V1 to V6. SPEC.md section 9.1.
import { decode } from "./canonical.js";
import { openDisclosure } from "./disclosure.js";
import { checkSigned, checkStands, parseLeaf } from "./entry.js";
import type { IdentifierScheme } from "#gen/proto/catalog_pb.js";
import type { Entry, LogEntry } from "#gen/proto/log_pb.js";
import { SignedStatementSchema, type SignedStatement } from "#gen/proto/statement_pb.js";
import { leafHash } from "./hash.js";
import { identifierKey } from "./identifier.js";
import { equal } from "./bytes.js";
import { policyOf, type Accepted, type Policy } from "./policy.js";
import { acceptReceipt, parseReceipt, type ReceiptFile } from "./receiptfile.js";
import { checking, Failure, need, Refusal, refuse, type Word } from "./refusal.js";
import { bodyOf, parseStatement, type Statement } from "./statement.js";
import { checkInclusion } from "./tlog.js";

/** What a receipt is checked with. */
export interface ReceiptOptions {
  /** The leaf; without it the receipt's own `extra` is taken, and believed only because its hash is proven. */
  readonly leaf?: Uint8Array;
  /** A SignedStatement: that the leaf is its. */
  readonly statement?: Uint8Array;
  /** What its identifier is checked with (V6): the log's VRF key, the scheme's version, the proof. */
  readonly identifier?: {
    readonly vrfKey: Uint8Array;
    readonly scheme: IdentifierScheme;
    readonly proof: Uint8Array;
  };
}

export interface ReceiptResult {
  readonly word: Word;
  readonly check: string | undefined;
  readonly rule: string | undefined;
  readonly checkpoint: Accepted | undefined;
  readonly index: bigint | undefined;
  readonly leaf: LogEntry["entry"] | undefined;
  /** Whether the statement's identifier was checked too; undefined where it names none, or no statement was given. */
  readonly identifier: "checked" | "could not check" | undefined;
}

function readFile(bytes: Uint8Array): ReceiptFile {
  try {
    return parseReceipt(bytes);
  } catch (error) {
    throw error instanceof Refusal ? new Failure("V1", error.rule, "receipt") : error;
  }
}

function checkStatement(
  leaf: LogEntry["entry"],
  envelope: SignedStatement,
  origin: string,
): Statement {
  const statement = parseStatement(envelope.statement);
  need(leaf.case === "statement" && envelope.origin === origin, "verify.receipt");
  checkStands(leaf.value, statement);
  checkSigned(leaf.value, statement, envelope.signatures, origin);
  return statement;
}

// V6: without a value or a proof the identifier could not be checked, and the receipt is what it is.
function checkIdentifier(
  entry: Entry,
  statement: Statement,
  envelope: SignedStatement,
  given: ReceiptOptions["identifier"],
): ReceiptResult["identifier"] {
  const body = bodyOf(statement, "identifierAssigned") ?? bodyOf(statement, "identifierReleased");
  if (body === undefined) return undefined;
  const bytes = envelope.disclosures[0];
  if (bytes === undefined || given === undefined) return "could not check";
  const value = openDisclosure(statement, 0, bytes).value?.value;
  if (value?.case !== "text") return refuse("verify.identifier");
  need(
    given.scheme.name === body.scheme && given.scheme.version === body.schemeVersion,
    "verify.schema",
  );
  const key = identifierKey(given.scheme, body.scope, value.value, given.vrfKey, given.proof);
  need(equal(key, entry.subjects.at(-1)?.key as Uint8Array), "verify.identifier");
  return "checked";
}

function check(bytes: Uint8Array, policy: Policy, options: ReceiptOptions): ReceiptResult {
  const file = readFile(bytes);
  const checkpoint = checking("V2", "checkpoint", () => acceptReceipt(file, policy));
  const leafBytes = options.leaf ?? file.extra;
  if (leafBytes === undefined) throw new Failure("V3", "verify.missing", "leaf");
  const leaf = checking("V3", "leaf", () => parseLeaf(leafBytes));
  checking("V4", "leaf", () =>
    checkInclusion(file.index, checkpoint.size, leafHash(leafBytes), file.hashes, checkpoint.root),
  );
  const result = {
    word: "matches",
    check: undefined,
    rule: undefined,
    checkpoint,
    index: file.index,
    leaf,
  } as const;
  const { statement: envelopeBytes } = options;
  if (envelopeBytes === undefined) return { ...result, identifier: undefined };
  const envelope = checking("V5", "statement", () => decode(SignedStatementSchema, envelopeBytes));
  const statement = checking("V5", "statement", () =>
    checkStatement(leaf, envelope, checkpoint.origin),
  );
  const entry = leaf.value as Entry;
  const identifier = checking("V6", "identifier", () =>
    checkIdentifier(entry, statement, envelope, options.identifier),
  );
  return { ...result, identifier };
}

/** Checks a receipt. Throws a Refusal where the policy is none. */
export function verifyReceipt(
  bytes: Uint8Array,
  policy: Policy | string | Uint8Array,
  options: ReceiptOptions = {},
): ReceiptResult {
  const trusted = policyOf(policy);
  try {
    return check(bytes, trusted, options);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { word, check: number, rule } = error;
    return {
      word,
      check: number,
      rule,
      checkpoint: undefined,
      index: undefined,
      leaf: undefined,
      identifier: undefined,
    };
  }
}
