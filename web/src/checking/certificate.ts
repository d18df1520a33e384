// The number of a certificate: it follows from the record and the state of the log that it was made at, so that whoever
// holds both can compute it again, and one that was altered does not fit.
import { sha256 } from "@noble/hashes/sha2";
import { writeBase32 } from "../base32";
import { certificatePlaces, headText } from "../share/link";
import type { Seen } from "./messages";

/** The first 50 bits of the SHA-256 of "patina/certificate/v1 <record> <size>:<root>", and a check symbol. */
export function certificateNumber(asset: string, head: Seen): string {
  const digest = sha256(new TextEncoder().encode(`patina/certificate/v1 ${asset} ${headText(head)}`));
  const first = digest.subarray(0, 8).reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
  return writeBase32(first >> 14n, certificatePlaces);
}
