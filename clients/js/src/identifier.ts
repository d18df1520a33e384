// Identifiers: normalised by their scheme, and the input of their subject's VRF. SPEC.md sections 6.3 and 6.4.
import { concat, u16be, utf8 } from "./bytes.js";
import {
  Normalisation,
  Uniqueness,
  Validation,
  type IdentifierScheme,
} from "#gen/proto/catalog_pb.js";
import { subjectKey } from "./hash.js";
import { identifierBytesMax, scopeBytesMax } from "./limits.js";
import { need } from "./refusal.js";
import { vrfOutput } from "./vrf.js";

function hasControl(text: string): boolean {
  return /[\u0000-\u001f\u007f-\u009f]/.test(text);
}

function trim(text: string): string {
  return text.replace(/ +/g, " ").replace(/^ | $/g, "");
}

function upper(text: string): string {
  return text.replace(/[a-z]/g, (letter) => letter.toUpperCase());
}

function normalised(text: string, normalisation: Normalisation): string {
  switch (normalisation) {
    case Normalisation.TRIM:
      return trim(text);
    case Normalisation.UPPER_TRIM:
      return upper(trim(text));
    case Normalisation.UPPER_ALNUM:
      return upper(text.replace(/[ \-./]/g, ""));
    default:
      throw new Error("the scheme was not checked");
  }
}

const vinWeights = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2] as const;
const vinLetters = new Map([..."ABCDEFGH"].map((letter, i) => [letter, i + 1]));
[..."JKLMN"].forEach((letter, i) => vinLetters.set(letter, i + 1));
[..."STUVWXYZ"].forEach((letter, i) => vinLetters.set(letter, i + 2));
vinLetters.set("P", 7).set("R", 9);

function checkVin(vin: string): void {
  need(vin.length === vinWeights.length, "vin.length");
  need(/^[0-9A-HJ-NPR-Z]*$/.test(vin), "vin.characters");
  if (!/^(?:[1245L]|7[F-Z0-9])/.test(vin)) return;
  let sum = 0;
  vinWeights.forEach((weight, i) => {
    const symbol = vin[i] as string;
    sum += weight * (vinLetters.get(symbol) ?? Number(symbol));
  });
  need(vin[8] === "0123456789X"[sum % 11], "vin.check-digit");
}

/** The value under a scheme's rules; refuses with identifier.* and vin.*. */
export function normalise(scheme: IdentifierScheme, value: string): string {
  const given = utf8(value).length;
  need(given >= 1 && given <= identifierBytesMax, "identifier.length");
  need(!hasControl(value), "identifier.characters");
  const result = normalised(value, scheme.normalisation);
  need(result.length > 0, "identifier.length");
  if (scheme.validation === Validation.ALNUM)
    need(/^[A-Z0-9]*$/.test(result), "identifier.characters");
  if (scheme.validation === Validation.VIN17) checkVin(result);
  const size = utf8(result).length;
  need(size >= scheme.lengthMin && size <= scheme.lengthMax, "identifier.length");
  return result;
}

/** Refuses a scope that does not fit the scheme. */
export function checkScope(scheme: IdentifierScheme, scope: string): void {
  if (scheme.scope === "") {
    need(scope === "", "identifier.scope");
    return;
  }
  const size = utf8(scope).length;
  need(size >= 1 && size <= scopeBytesMax, "identifier.scope");
  need(!hasControl(scope) && trim(scope) === scope, "identifier.scope");
  if (scheme.uniqueness === Uniqueness.MAKER_MODEL)
    need(/^[^]+\/[^]+$/u.test(scope), "identifier.scope");
}

function part(bytes: Uint8Array): Uint8Array {
  return concat(u16be(bytes.length), bytes);
}

/** The VRF's input: the scheme's name and version, the scope, the normalised value. */
export function vrfInput(scheme: IdentifierScheme, scope: string, value: string): Uint8Array {
  return concat(
    part(utf8(scheme.name)),
    part(utf8(String(scheme.version))),
    part(utf8(scope)),
    part(utf8(value)),
  );
}

/** The subject key of an identifier as read, with its proof; refuses with identifier.*, vin.*, crypto.vrf.*. */
export function identifierKey(
  scheme: IdentifierScheme,
  scope: string,
  value: string,
  vrfKey: Uint8Array,
  proof: Uint8Array,
): Uint8Array {
  checkScope(scheme, scope);
  const alpha = vrfInput(scheme, scope, normalise(scheme, value));
  return subjectKey("identifier", vrfOutput(vrfKey, alpha, proof));
}
