// Numbers as people write them: Crockford's base 32, and a last symbol that checks the others (mod 37).
const symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U";

/** A number in `places` symbols and one that checks them. */
export function writeBase32(number: bigint, places: number): string {
  let text = symbols.charAt(Number(number % 37n));
  for (let rest = number, place = 0; place < places; place++, rest >>= 5n) text = symbols.charAt(Number(rest & 31n)) + text;
  return text;
}

/** What was typed in capitals, without hyphens and look-alikes; undefined where a symbol is wrong. */
export function readBase32(text: string, places: number): string | undefined {
  const typed = text.replaceAll("-", "").toUpperCase();
  const read = typed.slice(0, places).replaceAll(/[IL]/g, "1").replaceAll("O", "0") + typed.slice(places);
  if (read.length !== places + 1 || !/^[0-9A-HJKMNP-TV-Z]*$/.test(read.slice(0, places))) return undefined;
  const number = [...read.slice(0, places)].reduce((sum, symbol) => sum * 32n + BigInt(symbols.indexOf(symbol)), 0n);
  return symbols.charAt(Number(number % 37n)) === read.charAt(places) ? read : undefined;
}
