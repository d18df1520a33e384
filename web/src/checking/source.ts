// A source: its keys and its standing as the log holds them, and the complete list of what was signed in its name, from the
// index (SPEC.md section 7.8). Only public statements can be read; of others the list says that they are there.
import { fromBinary } from "@bufbuild/protobuf";
import { PrincipalViewSchema } from "@patina/proto/api_pb";
import type { ProvenEntry } from "@patina/proto/bundle_pb";
import {
  checkConsistency,
  checkSigned,
  checkStands,
  openDisclosure,
  parseLeaf,
  parseStatement,
  Refusal,
  subjectKey,
  verifyIndexAnswer,
  type Statement,
} from "@patina/verify";
import { sha256 } from "@noble/hashes/sha2";
import { bytesOf } from "../trust/storage";
import { hex } from "./events";
import { lineOf } from "./leaf_fields";
import { bytesFrom, NotFetched, provenLeaf, verdictOf, withLog, type Get, type Log } from "./log";
import type { Grant, LeafLine, LogAnswer, LogRequest, SourceKey, SourceView } from "./log_messages";

type IndexAnswer = ReturnType<typeof verifyIndexAnswer>;
type Asked = Extract<LogRequest, { kind: "source" }>;
type Subject = Pick<SourceView, "name" | "type" | "enrolled" | "keys" | "grants">;

const linesMax = 25n;
const messageType = "application/x-protobuf";
const deviceType = 6;
const operatorType = 7;
const compromised = 2;

async function askIndex(get: Get, policy: string, key: Uint8Array, from: bigint): Promise<IndexAnswer> {
  return verifyIndexAnswer(await bytesFrom(get, `/v1/index/${hex(key)}?from=${from}`, "text/plain"), policy, key);
}

// A leaf that the index lists as number `seq` of a subject: proven in the log, and it says so itself. So a stretch in the
// middle of a history needs no proof of the stretches before it.
async function listed(log: Log, key: Uint8Array, seq: bigint, entry: IndexAnswer["entries"][number]): Promise<Uint8Array> {
  if (entry.index >= log.checkpoint.size) throw new Refusal("verify.rollback");
  const bytes = await provenLeaf(log, entry.index);
  const leaf = parseLeaf(bytes);
  const links = leaf.case === "statement" ? leaf.value.subjects : [];
  const isIts = links.some((link) => link.seq === seq && hex(link.key) === hex(key));
  if (!isIts || lineOf(entry.index, bytes).hash !== hex(entry.leafHash)) throw new Refusal("verify.chain");
  return bytes;
}

// The newer checkpoint continues the one that the index answered at.
async function checkNewer(log: Log, { checkpoint }: IndexAnswer): Promise<void> {
  if (checkpoint === undefined) throw new Refusal("verify.missing");
  if (checkpoint.size > log.checkpoint.size) throw new Refusal("verify.rollback");
  checkConsistency(checkpoint, log.checkpoint, await log.tiles.consistency(checkpoint.size));
}

interface Told {
  readonly statement: Statement;
  readonly line: LeafLine;
  readonly by: readonly string[];
  readonly name: string | undefined;
}

// What the log serves beside a leaf: whose keys signed it, and the name behind the slot; both are checked against the leaf.
function readBeside(bytes: Uint8Array, statement: Statement, origin: string, beside: ProvenEntry | undefined): Pick<Told, "by" | "name"> {
  const leaf = parseLeaf(bytes);
  if (beside === undefined || leaf.case !== "statement") return { by: [], name: undefined };
  checkStands(leaf.value, statement);
  checkSigned(leaf.value, statement, beside.signatures, origin);
  const by = [...new Set(beside.signatures.map(({ principal }) => hex(principal)))];
  const [first] = beside.entry?.disclosures ?? [];
  if (first === undefined) return { by, name: undefined };
  const value = openDisclosure(statement, first.slot, first.disclosure).value?.value;
  return { by, name: statement.name === "principalEnrolled" && value?.case === "text" ? value.value : undefined };
}

async function tell(log: Log, get: Get, principal: string, answer: IndexAnswer): Promise<Told[]> {
  const view = fromBinary(PrincipalViewSchema, await bytesFrom(get, `/v1/principals/${principal}`, messageType));
  const beside = new Map(view.entries.map((entry) => [entry.entry?.index, entry]));
  const key = subjectKey("principal", bytesOf(principal));
  const told: Told[] = [];
  for (const [seq, entry] of answer.entries.entries()) {
    const bytes = await listed(log, key, BigInt(seq), entry);
    const leaf = parseLeaf(bytes);
    if (leaf.case !== "statement" || leaf.value.statement.length === 0) continue; // a device's binding to an asset
    const statement = parseStatement(leaf.value.statement);
    const line = lineOf(entry.index, bytes);
    told.push({ statement, line, ...readBeside(bytes, statement, log.checkpoint.origin, beside.get(entry.index)) });
  }
  return told;
}

function newKey(publicKey: Uint8Array, since: LeafLine): SourceKey {
  return { id: hex(sha256(publicKey)), publicKey: hex(publicKey), since, ended: undefined, compromised: undefined };
}

type Body = Statement["message"]["body"];

/** Keys in the order in which they came: a rotation ends the one before, a compromise may be dated later (SPEC.md section 4.5). */
export function keysAfter(keys: readonly SourceKey[], { case: kind, value }: Body, line: LeafLine): readonly SourceKey[] {
  if (kind === "genesis") return (value.parameters?.rootKeys ?? []).map((key) => newKey(key, line));
  if (kind === "principalEnrolled" || kind === "deviceEnrolled") return [newKey(value.key?.publicKey ?? new Uint8Array(), line)];
  if (kind === "keyRotated") {
    const ended = { at: line, how: "rotated" } as const;
    const before = keys.map((key) => ({ ...key, ended: key.ended ?? ended }));
    return [...before, newKey(value.key?.publicKey ?? new Uint8Array(), line)];
  }
  if (kind !== "keyRevoked") return keys;
  const from = value.since === 0n ? line.index : value.since;
  return keys.map((key): SourceKey => {
    if (key.id !== hex(value.key)) return key;
    const ended = key.ended ?? { at: line, how: "revoked" };
    return { ...key, ended, compromised: value.reason === compromised ? { at: line, from } : key.compromised };
  });
}

function grantsOf(told: readonly Told[]): Grant[] {
  const ends = new Map<string, LeafLine>();
  for (const { statement, line } of told) {
    const { body } = statement.message;
    if (body.case === "standingWithdrawn") ends.set(hex(body.value.grant), line);
  }
  return told.flatMap(({ statement, line, by }): Grant[] => {
    const { body } = statement.message;
    if (body.case !== "standingGranted") return [];
    const { role, classes } = body.value;
    return [{ role, classes, since: line, ended: ends.get(hex(statement.hash)), by }];
  });
}

// The enrolment is the statement whose hash the id is; everything else is said about that id.
function subjectOf(principal: string, told: readonly Told[]): Subject {
  const [enrolled] = told;
  if (enrolled === undefined || hex(enrolled.statement.hash) !== principal) throw new Refusal("verify.enrolment");
  const { body } = enrolled.statement.message;
  const type = body.case === "principalEnrolled" ? body.value.type : body.case === "genesis" ? operatorType : deviceType;
  const keys = told.reduce<readonly SourceKey[]>((known, { statement, line }) => keysAfter(known, statement.message.body, line), []);
  return { name: enrolled.name, type, enrolled: enrolled.line, keys, grants: grantsOf(told) };
}

async function linesOf(log: Log, key: Uint8Array, page: IndexAnswer, start: bigint, end: bigint): Promise<LeafLine[]> {
  const lines: LeafLine[] = [];
  const from = page.from ?? 0n;
  for (let seq = start; seq < end; seq++) {
    const entry = page.entries[Number(seq - from)];
    if (entry === undefined) throw new Refusal("verify.missing");
    lines.push(lineOf(entry.index, await listed(log, key, seq, entry)));
  }
  return lines;
}

interface Answers {
  readonly about: IndexAnswer;
  readonly issued: IndexAnswer;
  readonly page: IndexAnswer;
  readonly start: bigint;
  readonly end: bigint;
}

async function ask({ principal, policy, before }: Asked, get: Get): Promise<Answers> {
  const id = bytesOf(principal);
  const about = await askIndex(get, policy, subjectKey("principal", id), 0n);
  const issued = await askIndex(get, policy, subjectKey("issued", id), 0n);
  const count = issued.count ?? 0n;
  const end = before === undefined || before > count ? count : before;
  const start = end > linesMax ? end - linesMax : 0n;
  const isThere = end <= BigInt(issued.entries.length);
  const page = isThere ? issued : await askIndex(get, policy, subjectKey("issued", id), start);
  return { about, issued, page, start, end };
}

async function viewOf({ principal }: Asked, get: Get, log: Log, answers: Answers): Promise<SourceView> {
  const { about, issued, page, start, end } = answers;
  for (const answer of new Set([about, issued, page])) await checkNewer(log, answer);
  const key = subjectKey("issued", bytesOf(principal));
  const subject = subjectOf(principal, await tell(log, get, principal, about));
  const [first] = end === 0n ? [] : await linesOf(log, key, issued, 0n, 1n);
  const lines = await linesOf(log, key, page, start, end);
  const count = issued.count ?? 0n;
  return { principal, ...subject, count, first, entries: lines.reverse(), before: start === 0n ? undefined : start };
}

/** Answers who a source is and what it signed. */
export async function askSource(asked: Asked, get: Get): Promise<LogAnswer> {
  const startedMs = performance.now();
  try {
    const answers = await ask(asked, get);
    const wrong = [answers.about, answers.issued, answers.page].find(({ word }) => word !== "matches");
    if (wrong !== undefined) {
      const { word, rule, check } = wrong;
      return { kind: "unproven", verdict: { ...verdictOf(undefined, 0, startedMs), word, rule, check } };
    }
    return await withLog(asked, get, async (log, verdict) => {
      if (answers.about.count === 0n) return { kind: "outside", verdict: verdict() };
      const source = await viewOf(asked, get, log, answers);
      return { kind: "source", verdict: verdict(), source };
    });
  } catch (error) {
    if (error instanceof NotFetched) return error.answer;
    throw error;
  }
}
