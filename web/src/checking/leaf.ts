// The hash of a leaf, shown beside its proof (RFC 6962).
import { sha256 } from "@noble/hashes/sha2";

export function leafHash(leaf: Uint8Array): Uint8Array {
  return sha256.create().update(Uint8Array.of(0)).update(leaf).digest();
}
