// From the text of a code to what is looked up.
const textMax = 400; // the longest link to a record is 300 bytes
const vin = "[A-HJ-NPR-Z0-9]{17}";

// Labels in Code 39 put an I before the number of a car that was imported; other codes hold more than the number.
function vinIn(text: string): string | undefined {
  const words = text.toUpperCase().split(/[^A-Z0-9]+/);
  const found = words.flatMap((word) => {
    const inside = new RegExp(`^I?(${vin})$`).exec(word)?.[1];
    return inside !== undefined && /\d{4}$/.test(inside) ? [inside] : [];
  });
  return new Set(found).size === 1 ? found[0] : undefined;
}

function isLink(text: string): boolean {
  return /^https?:\/\//i.test(text);
}

/** What the codes of one picture say, each once. */
export function numbersIn(texts: readonly string[]): string[] {
  const cleaned = texts.map((text) => text.replaceAll(/[\u0000-\u001f\u007f]+/g, " ").trim());
  const said = cleaned.filter((text) => text !== "" && text.length <= textMax);
  return [...new Set(said.map((text) => (isLink(text) ? text : (vinIn(text) ?? text))))];
}
