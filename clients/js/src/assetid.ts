// Asset ids as people write them: SPEC.md section 6.2.
import { assetIdBytes, base32TextBytesMax } from "./limits.js";
import { need, refuse } from "./refusal.js";

const symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U";
const idSymbols = 26;
const base = 32n;
const checkBase = 37n;

/** 26 symbols and a check symbol. */
export function writeAssetId(id: Uint8Array): string {
  if (id.length !== assetIdBytes) throw new Error("an asset id has 16 bytes");
  const number = id.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
  let text = symbols[Number(number % checkBase)] as string;
  for (let rest = number, i = 0; i < idSymbols; i++, rest /= base) {
    text = (symbols[Number(rest % base)] as string) + text;
  }
  return text;
}

/** The id that somebody typed; refuses with crypto.base32.*. */
export function readAssetId(text: string): Uint8Array {
  need(text.length <= base32TextBytesMax, "crypto.base32.length");
  const typed = text.replaceAll("-", "").toUpperCase();
  need(typed.length === idSymbols + 1, "crypto.base32.length");
  const values = [...typed].map((symbol, i) => valueOf(symbol, i === idSymbols));
  const number = values.slice(0, idSymbols).reduce((sum, value) => sum * base + BigInt(value), 0n);
  need(number < 2n ** 128n, "crypto.base32.overflow");
  need(Number(number % checkBase) === values[idSymbols], "crypto.base32.check");
  return Uint8Array.from({ length: assetIdBytes }, (_, i) =>
    Number((number >> BigInt(120 - 8 * i)) & 0xffn),
  );
}

function valueOf(symbol: string, isCheck: boolean): number {
  const read = symbol === "I" || symbol === "L" ? "1" : symbol === "O" ? "0" : symbol;
  const value = symbols.indexOf(read);
  return value >= 0 && (isCheck || value < base) ? value : refuse("crypto.base32.symbol");
}
