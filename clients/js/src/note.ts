// Signed notes, their keys, and checkpoints: SPEC.md section 7.5; c2sp.org/signed-note, c2sp.org/tlog-checkpoint and
// c2sp.org/tlog-cosignature.
import { decimal, equal, hex, readU64be, textOf, unbase64, utf8 } from "./bytes.js";
import { emptyRoot, sha256 } from "./hash.js";
import {
  checkpointTextBytesMax,
  cosignatureTimeMax,
  hashBytes,
  noteBytesMax,
  noteKeyNameBytesMax,
  noteSignaturesMax,
  originBytesMax,
  publicKeyBytes,
  signatureBytes,
  tlogSizeMax,
} from "./limits.js";
import { need, Refusal, refuse } from "./refusal.js";
import { signatureHolds } from "./sign.js";

export const logKeyType = 1;
export const witnessKeyType = 4;
const keyIdBytes = 4;
const timeBytes = 8;

/** A key that signs notes. */
export interface NoteKey {
  readonly name: string;
  readonly id: Uint8Array;
  readonly type: number;
  readonly publicKey: Uint8Array;
}

function isKeyName(name: string): boolean {
  return (
    !/[\p{White_Space}\p{Cc}+]/u.test(name) &&
    name.length > 0 &&
    utf8(name).length <= noteKeyNameBytesMax
  );
}

/** Base 64 whose refusals are all `rule`. */
export function unbase64As(text: string, rule: string): Uint8Array {
  try {
    return unbase64(text);
  } catch (error) {
    throw error instanceof Refusal ? new Refusal(rule) : error;
  }
}

/** Reads `name+id+key` (a vkey); refuses with note.key-*. */
export function parseNoteKey(text: string): NoteKey {
  const parts = /^([^+]*)\+([0-9a-f]{8})\+(.*)$/su.exec(text) ?? refuse("note.key-form");
  const [, name, id, encoded] = parts as unknown as [string, string, string, string];
  need(isKeyName(name), "note.key-name");
  const key = unbase64As(encoded, "note.key-form");
  const type = key[0] ?? refuse("note.key-form");
  need(type === logKeyType || type === witnessKeyType, "note.key-type");
  need(key.length === 1 + publicKeyBytes, "note.key-form");
  const expected = sha256(utf8(`${name}\n`), key).subarray(0, keyIdBytes);
  need(hex(expected) === id, "note.key-id");
  return { name, id: expected, type, publicKey: key.subarray(1) };
}

/** One signature line. */
export interface NoteSignature {
  readonly name: string;
  readonly id: Uint8Array;
  readonly blob: Uint8Array;
}

/** A note: the text that is signed, with its last line feed, and the signatures. */
export interface Note {
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

function parseSignature(line: string): NoteSignature {
  const parts = /^\u2014 ([^ ]*) (.*)$/u.exec(line) ?? refuse("note.signature-form");
  const [, name, encoded] = parts as unknown as [string, string, string];
  need(isKeyName(name), "note.key-name");
  const bytes = unbase64As(encoded, "note.signature-form");
  need(bytes.length > keyIdBytes, "note.signature-form");
  return { name, id: bytes.subarray(0, keyIdBytes), blob: bytes.subarray(keyIdBytes) };
}

/** Reads a note; refuses with note.*. Nothing is verified. */
export function parseNote(bytes: Uint8Array): Note {
  need(bytes.length <= noteBytesMax, "note.size");
  const whole = textOf(bytes, "note.utf8");
  need(!/[\u0000-\u0009\u000b-\u001f]/.test(whole), "note.control");
  const split = whole.lastIndexOf("\n\n");
  need(split >= 0 && split + 2 < whole.length && whole.endsWith("\n"), "note.form");
  const lines = whole.slice(split + 2, -1).split("\n");
  need(lines.length <= noteSignaturesMax, "note.signatures");
  return { text: whole.slice(0, split + 1), signatures: lines.map(parseSignature) };
}

function cosignatureHolds(text: string, blob: Uint8Array, key: NoteKey): boolean {
  if (blob.length !== timeBytes + signatureBytes) return false;
  const seconds = readU64be(blob);
  need(seconds <= cosignatureTimeMax, "note.cosignature-time");
  const message = utf8(`cosignature/v1\ntime ${seconds}\n${text}`);
  return signatureHolds(key.publicKey, message, blob.subarray(timeBytes));
}

/** Whether the key signed the note. Every line in its name and id must verify: else note.signature-wrong. */
export function signedBy(note: Note, key: NoteKey): boolean {
  const lines = note.signatures.filter(({ name, id }) => name === key.name && equal(id, key.id));
  for (const { blob } of lines) {
    const holds =
      key.type === witnessKeyType
        ? cosignatureHolds(note.text, blob, key)
        : signatureHolds(key.publicKey, utf8(note.text), blob);
    need(holds, "note.signature-wrong");
  }
  return lines.length > 0;
}

/** What a checkpoint says. */
export interface Checkpoint {
  readonly origin: string;
  readonly size: bigint;
  readonly root: Uint8Array;
}

/** Reads a checkpoint's text: exactly three lines. */
export function parseCheckpoint(text: string): Checkpoint {
  need(utf8(text).length <= checkpointTextBytesMax, "checkpoint.text-size");
  const [origin, sizeText, rootText, ...rest] = text.split("\n");
  if (
    origin === undefined ||
    sizeText === undefined ||
    rootText === undefined ||
    rest.length === 0
  ) {
    return refuse("checkpoint.form");
  }
  need(origin.length > 0 && utf8(origin).length <= originBytesMax, "checkpoint.origin");
  const size = decimal(sizeText, tlogSizeMax) ?? refuse("checkpoint.size");
  const root = unbase64As(rootText, "checkpoint.root");
  need(root.length === hashBytes, "checkpoint.root");
  need(rest.length === 1 && rest[0] === "", "checkpoint.extension");
  need(size > 0n || equal(root, emptyRoot), "checkpoint.empty-root");
  return { origin, size, root };
}
