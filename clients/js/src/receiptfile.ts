// Receipt files, c2sp.org/tlog-proof: SPEC.md section 7.7.
import { decimal, textOf, utf8 } from "./bytes.js";
import {
  hashBytes,
  proofHashesMax,
  tlogProofBytesMax,
  tlogProofExtraBytesMax,
  tlogSizeMax,
} from "./limits.js";
import { unbase64As } from "./note.js";
import { acceptCheckpoint, type Accepted, type Policy } from "./policy.js";
import { need, refuse } from "./refusal.js";

const header = "c2sp.org/tlog-proof@v1";

/** A receipt, as it stands in its file. */
export interface ReceiptFile {
  readonly index: bigint;
  readonly hashes: readonly Uint8Array[];
  readonly extra: Uint8Array | undefined;
  readonly checkpoint: string;
}

function parseExtra(line: string): Uint8Array {
  const bytes = unbase64As(line.slice("extra ".length), "proof.extra");
  need(bytes.length <= tlogProofExtraBytesMax, "proof.size");
  return bytes;
}

function parseHash(line: string): Uint8Array {
  const hash = unbase64As(line, "proof.hash");
  need(hash.length === hashBytes, "proof.hash");
  return hash;
}

/** Reads a receipt file; refuses with proof.*. Nothing is verified. */
export function parseReceipt(bytes: Uint8Array): ReceiptFile {
  need(bytes.length <= tlogProofBytesMax, "proof.size");
  const text = textOf(bytes, "proof.form");
  const split = text.indexOf("\n\n");
  need(split >= 0, "proof.form");
  const [first, ...lines] = text.slice(0, split).split("\n");
  need(first === header, "proof.form");
  const extra =
    lines[0]?.startsWith("extra ") === true ? parseExtra(lines.shift() as string) : undefined;
  const indexLine = lines.shift();
  need(indexLine?.startsWith("index ") === true, "proof.form");
  const index = decimal(indexLine.slice("index ".length), tlogSizeMax) ?? refuse("proof.index");
  need(lines.length <= proofHashesMax, "proof.hashes");
  return { index, hashes: lines.map(parseHash), extra, checkpoint: text.slice(split + 2) };
}

/** The checkpoint of a receipt, where the policy accepts it. */
export function acceptReceipt(file: ReceiptFile, policy: Policy): Accepted {
  return acceptCheckpoint(utf8(file.checkpoint), policy);
}
