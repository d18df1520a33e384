// Hints about a vehicle identification number, from what was typed alone (ISO 3779; 49 CFR 565 for the check digit).
const weights = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
const letterValues = "0123456789.ABCDEFGH..JKLMN.P.R..STUVWXYZ";

function valueOf(character: string): number {
  return letterValues.indexOf(character) % 10;
}

/** Whether the ninth character is the check digit of the others. */
export function checkDigitFits(vin: string): boolean {
  const sum = [...vin].reduce((total, character, place) => total + valueOf(character) * (weights[place] ?? 0), 0);
  const digit = sum % 11;
  return vin.charAt(8) === (digit === 10 ? "X" : String(digit));
}

/** The number with the letters that it cannot have read as the digits that they look like. */
export function withoutLookalikes(vin: string): string {
  return vin.replaceAll("I", "1").replaceAll(/[OQ]/g, "0");
}

/** Whether the check digit must fit: the log admits no other numbers of the United States, Canada and China (SPEC.md 6.3). */
export function needsCheckDigit(vin: string): boolean {
  return /^(?:[1245L]|7[F-Z0-9])/.test(vin);
}
