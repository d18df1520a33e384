// A source: its keys and its standing as the log holds them, and the complete list of what was signed in its name, from the
// index (SPEC.md section 7.8). Only public statements can be read; of others the list says that they are there.
import { fromBinary } from "@bufbuild/protobuf";
import { PrincipalViewSchema, type PrincipalView } from "@patina/proto/api_pb";
import type { ProvenEntry } from "@patina/proto/bundle_pb";
import {
  checkConsistency,
  checkSigned,
  checkStands,
  openDisclosure,
  originOf,
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
import { closureOf, judge, principalsAskedMax, type Deed, type LogRules } from "./granting";
import { lineOf } from "./leaf_fields";
import { bytesFrom, NotFetched, provenLeaf, verdictOf, withLog, type Get, type Log } from "./log";
import type { Grant, LeafLine, LogAnswer, LogRequest, SourceKey, SourceView, Who } from "./log_messages";
import { keysAfter } from "./source_keys";

type IndexAnswer = ReturnType<typeof verifyIndexAnswer>;
type Asked = Extract<LogRequest, { kind: "source" }>;
type Subject = Pick<SourceView, "principal" | "name" | "type" | "enrolled" | "keys" | "grants">;

const linesMax = 25n;
const ownEntriesMax = 2_000n; // of one principal; grants, withdrawals and keys are 576 at the most, the rest a device's bindings
const messageType = "application/x-protobuf";
const deviceType = 6;
const operatorType = 7;
const enrols: ReadonlySet<string> = new Set(["genesis", "principalEnrolled", "deviceEnrolled"]);

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

// All entries of a subject; more than the bound could not be checked.
async function askWhole(get: Get, policy: string, key: Uint8Array): Promise<IndexAnswer> {
  const unread = { word: "could not check", check: "V22", rule: "verify.missing" } as const;
  let page = await askIndex(get, policy, key, 0n);
  if ((page.count ?? 0n) > ownEntriesMax) return { ...page, ...unread };
  const entries = [...page.entries];
  while (page.word === "matches" && !page.complete) {
    page = verifyIndexAnswer(await bytesFrom(get, `/v1/index/${hex(key)}?from=${entries.length}`, "text/plain"), policy, key, page);
    if (page.word === "matches" && page.entries.length === 0) return { ...page, ...unread };
    entries.push(...page.entries);
  }
  return { ...page, entries };
}

/** What the log serves of a principal's own history, the list of it checked. */
interface History {
  readonly about: IndexAnswer;
  readonly view: PrincipalView | undefined;
}

async function askHistory(get: Get, policy: string, principal: string): Promise<History> {
  const about = await askWhole(get, policy, subjectKey("principal", bytesOf(principal)));
  if (about.word !== "matches" || about.count === 0n) return { about, view: undefined };
  return { about, view: fromBinary(PrincipalViewSchema, await bytesFrom(get, `/v1/principals/${principal}`, messageType)) };
}

const signersIn = ({ view }: History) => (view?.entries ?? []).flatMap(({ signatures }) => signatures.map(({ principal }) => hex(principal)));

interface Told extends Deed {
  readonly statement: Statement;
  readonly name: string | undefined;
}

// What the log serves beside a leaf: whose keys signed it, and the name behind the slot; both are checked against the leaf.
function readBeside(bytes: Uint8Array, statement: Statement, origin: string, beside: ProvenEntry | undefined): Pick<Told, "signers" | "name"> {
  const leaf = parseLeaf(bytes);
  if (beside === undefined || leaf.case !== "statement") throw new Refusal("verify.missing");
  checkStands(leaf.value, statement);
  checkSigned(leaf.value, statement, beside.signatures, origin);
  const signers = beside.signatures.map(({ principal, publicKey }) => ({ principal: hex(principal), key: hex(sha256(publicKey)) }));
  const [first] = beside.entry?.disclosures ?? [];
  if (first === undefined) return { signers, name: undefined };
  const value = openDisclosure(statement, first.slot, first.disclosure).value?.value;
  return { signers, name: statement.name === "principalEnrolled" && value?.case === "text" ? value.value : undefined };
}

// A principal's own history, each entry proven; it begins with the statement whose hash the id is.
async function tell(log: Log, principal: string, { about, view }: History): Promise<Told[]> {
  const beside = new Map(view?.entries.map((entry) => [entry.entry?.index, entry]));
  const key = subjectKey("principal", bytesOf(principal));
  const told: Told[] = [];
  for (const [seq, entry] of about.entries.entries()) {
    const bytes = await listed(log, key, BigInt(seq), entry);
    const leaf = parseLeaf(bytes);
    if (leaf.case !== "statement" || leaf.value.statement.length === 0) continue; // a device's binding to an asset
    const statement = parseStatement(leaf.value.statement);
    const line = lineOf(entry.index, bytes);
    told.push({ principal, statement, line, ...readBeside(bytes, statement, log.checkpoint.origin, beside.get(entry.index)) });
  }
  const [enrolled] = told;
  if (enrolled === undefined || !enrols.has(enrolled.statement.name)) throw new Refusal("verify.enrolment");
  if (hex(enrolled.statement.hash) !== principal) throw new Refusal("verify.enrolment");
  return told;
}

// What the genesis pins. The log's name is made from it, so it is the one that the reader trusts.
async function rulesOf(log: Log): Promise<LogRules> {
  const leaf = parseLeaf(await provenLeaf(log, 0n));
  if (leaf.case !== "statement") throw new Refusal("verify.genesis");
  const { hash, message } = parseStatement(leaf.value.statement);
  const { body } = message;
  if (body.case !== "genesis" || originOf(body.value) !== log.checkpoint.origin) throw new Refusal("verify.genesis");
  const { policy, rootThreshold } = body.value.parameters ?? {};
  if (policy === undefined || rootThreshold === undefined) throw new Refusal("verify.genesis");
  return { root: hex(hash), rootThreshold, policy };
}

function whoOf(principal: string, [enrolled]: readonly Told[]): Who {
  const body = enrolled?.statement.message.body;
  const type = body?.case === "principalEnrolled" ? body.value.type : body?.case === "genesis" ? operatorType : deviceType;
  return { principal, name: enrolled?.name, type };
}

function grantsOf(told: readonly Told[], unchecked: ReadonlySet<bigint>, people: ReadonlyMap<string, Who>): Grant[] {
  const ends = new Map<string, LeafLine>();
  for (const { statement, line } of told) {
    const { body } = statement.message;
    if (body.case === "standingWithdrawn") ends.set(hex(body.value.grant), line);
  }
  return told.flatMap(({ statement, line, signers }): Grant[] => {
    const { body } = statement.message;
    if (body.case !== "standingGranted") return [];
    const { role, classes } = body.value;
    const ended = ends.get(hex(statement.hash));
    const isChecked = !unchecked.has(line.index) && (ended === undefined || !unchecked.has(ended.index));
    const by = [...new Set(signers.map(({ principal }) => principal))].map((id) => people.get(id) ?? { principal: id, name: undefined, type: 0 });
    return [{ role, classes, since: line, ended, by, isChecked }];
  });
}

function subjectOf(told: readonly Told[], unchecked: ReadonlySet<bigint>, people: ReadonlyMap<string, Who>): Subject {
  const [enrolled] = told as [Told, ...Told[]];
  const { principal, name, type } = people.get(enrolled.principal) as Who;
  const keys = told.reduce<readonly SourceKey[]>((known, { statement, line }) => keysAfter(known, statement.message.body, line), []);
  return { principal, name, type, enrolled: enrolled.line, keys, grants: grantsOf(told, unchecked, people) };
}

// The source, once its own history and those of all on whom it rests were judged, as far as the source's own reaches.
async function judgedSubject(log: Log, principal: string, histories: ReadonlyMap<string, History>): Promise<Subject> {
  const own: Told[] = [];
  const deeds: Told[] = [];
  const people = new Map<string, Who>();
  for (const [id, history] of histories) {
    await checkNewer(log, history.about);
    const told = await tell(log, id, history);
    if (id === principal) own.push(...told);
    deeds.push(...told);
    people.set(id, whoOf(id, told));
  }
  const end = histories.get(principal)?.about.checkpoint?.size ?? 0n;
  const unchecked = judge(deeds.filter(({ line }) => line.index < end), await rulesOf(log));
  return subjectOf(own, unchecked, people);
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
  readonly histories: ReadonlyMap<string, History>;
  readonly issued: IndexAnswer;
  readonly page: IndexAnswer;
  readonly start: bigint;
  readonly end: bigint;
}

async function ask({ principal, policy, before }: Asked, get: Get): Promise<Answers> {
  const histories = await closureOf(principal, principalsAskedMax, (id) => askHistory(get, policy, id), signersIn);
  const key = subjectKey("issued", bytesOf(principal));
  const issued = await askIndex(get, policy, key, 0n);
  const count = issued.count ?? 0n;
  const end = before === undefined || before > count ? count : before;
  const start = end > linesMax ? end - linesMax : 0n;
  const isThere = end <= BigInt(issued.entries.length);
  const page = isThere ? issued : await askIndex(get, policy, key, start);
  return { histories, issued, page, start, end };
}

async function viewOf({ principal }: Asked, log: Log, answers: Answers): Promise<SourceView> {
  const { histories, issued, page, start, end } = answers;
  for (const answer of new Set([issued, page])) await checkNewer(log, answer);
  const key = subjectKey("issued", bytesOf(principal));
  const subject = await judgedSubject(log, principal, histories);
  const [first] = end === 0n ? [] : await linesOf(log, key, issued, 0n, 1n);
  const lines = await linesOf(log, key, page, start, end);
  const count = issued.count ?? 0n;
  return { ...subject, count, first, entries: lines.reverse(), before: start === 0n ? undefined : start };
}

/** Answers who a source is and what it signed. */
export async function askSource(asked: Asked, get: Get): Promise<LogAnswer> {
  const startedMs = performance.now();
  try {
    const answers = await ask(asked, get);
    const abouts = [...answers.histories.values()].map(({ about }) => about);
    const wrong = [...abouts, answers.issued, answers.page].find(({ word }) => word !== "matches");
    if (wrong !== undefined) {
      const { word, rule, check } = wrong;
      return { kind: "unproven", verdict: { ...verdictOf(undefined, 0, startedMs), word, rule, check } };
    }
    return await withLog(asked, get, async (log, verdict) => {
      if (abouts[0]?.count === 0n) return { kind: "outside", verdict: verdict() };
      const source = await viewOf(asked, log, answers);
      return { kind: "source", verdict: verdict(), source };
    });
  } catch (error) {
    if (error instanceof NotFetched) return error.answer;
    throw error;
  }
}
