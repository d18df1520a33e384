// A link to a record that names the state of the log that its reader saw. The state stands behind the #, which browsers
// keep for themselves: "#at=<size>:<root in hex>", and on a certificate "&c=<its number>".
import type { Seen } from "../checking/messages";
import { readBase32 } from "../base32";
import { bytesOf, hexOf } from "../trust/storage";

/** What a link names besides the record. */
export interface Linked {
  readonly head: Seen;
  /** The number of the certificate that it stands on. */
  readonly certificate: string | undefined;
}

/** As the command line writes it too. */
export function headText({ size, root }: Seen): string {
  return `${size}:${hexOf(root)}`;
}

export function sameHead(a: Seen, b: Seen): boolean {
  return headText(a) === headText(b);
}

/** A link to a record at a state of the log; on a certificate with its number. */
export function linkTo(origin: string, asset: string, head: Seen, certificate?: string): string {
  return `${origin}/a/${asset}#at=${headText(head)}${certificate === undefined ? "" : `&c=${certificate}`}`;
}

/** Whether a part behind the # is meant to name a state, readable or not. */
export function namesState(hash: string): boolean {
  return /^#?at=/.test(decodeSafely(hash));
}

/** What the part behind the # names; "unreadable" where it was cut off or altered. */
export function linkedIn(hash: string): Linked | "unreadable" | undefined {
  if (!namesState(hash)) return undefined;
  const parts = /^#?at=([1-9]\d{0,18}):([0-9a-f]{64})(?:&c=([0-9A-Z*~$=-]{11,14}))?$/.exec(decodeSafely(hash));
  if (parts === null) return "unreadable";
  const certificate = parts[3] === undefined ? undefined : readBase32(parts[3], certificatePlaces);
  if (parts[3] !== undefined && certificate === undefined) return "unreadable";
  return { head: { size: BigInt(parts[1] as string), root: bytesOf(parts[2] as string) }, certificate };
}

// Some programs that pass links on write ":" and "=" as %3A and %3D.
function decodeSafely(hash: string): string {
  try {
    return decodeURIComponent(hash);
  } catch {
    return hash;
  }
}

export const certificatePlaces = 10;

/** In groups, as it is printed. */
export function grouped(certificate: string): string {
  return certificate.replace(/^(.{5})(.{5})(.)$/, "$1-$2-$3");
}
