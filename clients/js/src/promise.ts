// Promises: V27 to V30. SPEC.md sections 7.7 and 9.3.
import { equal, utf8 } from "./bytes.js";
import { decode } from "./canonical.js";
import { PromiseSchema, SignedPromiseSchema, type Promise as Message } from "#gen/proto/log_pb.js";
import { leafHash, preAuthentication } from "./hash.js";
import { hashBytes, originBytesMax, signatureBytes } from "./limits.js";
import { policyOf, type Accepted, type Policy } from "./policy.js";
import { acceptReceipt, parseReceipt, type ReceiptFile } from "./receiptfile.js";
import { checking, Failure, need, Refusal, type Word } from "./refusal.js";
import { signatureHolds } from "./sign.js";
import { checkCommit } from "./bundle/log.js";
import { checkInclusion } from "./tlog.js";

const promiseType = "application/vnd.patina.promise.v1+protobuf";

/** What a promise is checked with. */
export interface PromiseOptions {
  /** The operator's promise key, from the genesis; without it the promise could not be checked. */
  readonly promiseKey?: Uint8Array;
  /** The log's name. */
  readonly origin?: string;
  /** SHA-256 of the statement that was submitted. */
  readonly statementHash?: Uint8Array;
  /** A receipt of the promised index, of whatever leaf stands there. */
  readonly receipt?: Uint8Array;
  /** The leaf hash that the receipt is for; without it that of its `extra`, or else the promised one. */
  readonly leafHash?: Uint8Array;
  /** A receipt of a later checkpoint's trailing commit, its leaf as `extra`. */
  readonly commit?: Uint8Array;
}

export interface PromiseResult {
  readonly word: Word;
  readonly check: string | undefined;
  readonly rule: string | undefined;
  /** Known once its signature was checked. */
  readonly promise:
    | {
        index: bigint;
        leafHash: Uint8Array;
        statementHash: Uint8Array;
        acceptedAtMs: bigint;
        publishByMs: bigint;
      }
    | undefined;
}

function readPromise(bytes: Uint8Array): {
  promise: Message;
  body: Uint8Array;
  signature: Uint8Array;
} {
  try {
    const { promise: body, signature } = decode(SignedPromiseSchema, bytes);
    const promise = decode(PromiseSchema, body);
    const originSize = utf8(promise.origin).length;
    need(signature.length === signatureBytes, "promise.form");
    need(originSize > 0 && originSize <= originBytesMax, "promise.form");
    need(
      promise.leafHash.length === hashBytes && promise.statementSha256.length === hashBytes,
      "promise.form",
    );
    return { promise, body, signature };
  } catch (error) {
    throw error instanceof Refusal ? new Refusal("promise.form") : error;
  }
}

function acceptOf(promise: Message, file: ReceiptFile, policy: Policy): Accepted {
  const checkpoint = acceptReceipt(file, policy);
  need(checkpoint.origin === promise.origin, "verify.receipt");
  return checkpoint;
}

// V30 by what stands in the promised place.
function checkPlace(
  promise: Message,
  policy: Policy,
  receipt: Uint8Array,
  given: Uint8Array | undefined,
): void {
  const file = parseReceipt(receipt);
  const checkpoint = acceptOf(promise, file, policy);
  need(file.index === promise.index, "verify.receipt");
  const shown = file.extra === undefined ? promise.leafHash : leafHash(file.extra);
  const leaf = given ?? shown;
  checkInclusion(file.index, checkpoint.size, leaf, file.hashes, checkpoint.root);
  need(equal(leaf, promise.leafHash), "verify.fork");
}

// V30 by a later commit: whether the time is over, and the place still free.
function checkTime(promise: Message, policy: Policy, receipt: Uint8Array): void {
  const file = parseReceipt(receipt);
  const checkpoint = acceptOf(promise, file, policy);
  need(file.index + 1n === checkpoint.size, "verify.view");
  const { timeMs } = checkCommit(file.extra ?? new Uint8Array(0), file.hashes, checkpoint);
  need(timeMs <= promise.publishByMs || checkpoint.size > promise.index, "verify.rollback");
}

// V30: an accepted checkpoint that covers the index shows the promised leaf, or another one.
function checkKept(promise: Message, policy: Policy, options: PromiseOptions): void {
  const { receipt, commit, leafHash: given } = options;
  if (receipt !== undefined) return checkPlace(promise, policy, receipt, given);
  if (commit !== undefined) checkTime(promise, policy, commit);
  throw new Failure("V30", "verify.missing", "promise", "not proven");
}

function check(
  bytes: Uint8Array,
  policy: Policy,
  options: PromiseOptions,
): PromiseResult["promise"] {
  const { promise, body, signature } = checking("V27", "promise", () => readPromise(bytes));
  const { promiseKey, origin, statementHash } = options;
  if (promiseKey === undefined) throw new Failure("V28", "verify.missing", "promise");
  const message = preAuthentication(promiseType, body);
  checking("V28", "promise", () => {
    need(signatureHolds(promiseKey, message, signature), "crypto.signature-invalid");
    need(origin === undefined || origin === promise.origin, "submission.other-log");
  });
  checking("V29", "promise", () => {
    need(
      statementHash === undefined || equal(statementHash, promise.statementSha256),
      "verify.receipt",
    );
  });
  checking("V30", "promise", () => checkKept(promise, policy, options));
  const { index, leafHash, statementSha256, acceptedAtMs, publishByMs } = promise;
  return { index, leafHash, statementHash: statementSha256, acceptedAtMs, publishByMs };
}

/** Checks a promise, and with a receipt whether it was kept. Throws a Refusal where the policy is none. */
export function verifyPromise(
  bytes: Uint8Array,
  policy: Policy | string | Uint8Array,
  options: PromiseOptions = {},
): PromiseResult {
  const trusted = policyOf(policy);
  try {
    return {
      word: "matches",
      check: undefined,
      rule: undefined,
      promise: check(bytes, trusted, options),
    };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { word: error.word, check: error.check, rule: error.rule, promise: undefined };
  }
}
