// Numbers with their units, exactly as they were stated: digits are neither added nor dropped.
import { isolated, language } from "./messages";

export interface Quantity {
  readonly mantissa: bigint;
  readonly exponent: number;
  readonly unit: string; // UN/CEFACT Rec 20, or ISO 4217
}

// Units that Intl writes by itself.
const written: Readonly<Record<string, string>> = {
  KMT: "kilometer",
  SMI: "mile",
  MTR: "meter",
  CMT: "centimeter",
  MMT: "millimeter",
  INH: "inch",
  FOT: "foot",
  KGM: "kilogram",
  GRM: "gram",
  TNE: "", // a tonne is not among them
  KMH: "kilometer-per-hour",
  HM: "mile-per-hour",
  P1: "percent",
  CEL: "celsius",
  FAH: "fahrenheit",
  ANN: "year",
  HUR: "hour",
  LTR: "liter",
};

// And those that it does not.
const symbols: Readonly<Record<string, string>> = {
  CMQ: "cm³",
  KWT: "kW",
  LUX: "lx",
  TNE: "t",
  DMT: "dm",
  KWH: "kWh",
  VLT: "V",
};

/** The digits of mantissa × 10^exponent, as plain text. */
export function digits({ mantissa, exponent }: Quantity): string {
  const sign = mantissa < 0n ? "-" : "";
  const all = (mantissa < 0n ? -mantissa : mantissa).toString();
  if (exponent >= 0) return sign + all + (mantissa === 0n ? "" : "0".repeat(exponent));
  const padded = all.padStart(1 - exponent, "0");
  return `${sign}${padded.slice(0, exponent)}.${padded.slice(exponent)}`;
}

function formatter(quantity: Quantity): Intl.NumberFormat {
  const { locale } = language.value;
  const fraction = Math.max(0, -quantity.exponent);
  const exact = { minimumFractionDigits: fraction, maximumFractionDigits: fraction };
  const unit = written[quantity.unit];
  if (unit !== undefined && unit !== "") {
    return new Intl.NumberFormat(locale, { ...exact, style: "unit", unit, unitDisplay: "short" });
  }
  const isMoney = /^[A-Z]{3}$/.test(quantity.unit) && Intl.supportedValuesOf("currency").includes(quantity.unit);
  if (isMoney && symbols[quantity.unit] === undefined) {
    return new Intl.NumberFormat(locale, { ...exact, style: "currency", currency: quantity.unit });
  }
  return new Intl.NumberFormat(locale, exact);
}

/** A number as readers see it: never parted from its unit. */
export function quantity(stated: Quantity): string {
  return isolated(withUnit(stated).replaceAll(" ", "\u00a0"));
}

function withUnit(stated: Quantity): string {
  const text = formatter(stated).format(digits(stated) as Intl.StringNumericLiteral);
  const symbol = symbols[stated.unit] ?? "";
  const plainUnits = ["", "C62", ...Object.keys(written)];
  if (symbol !== "") return `${text} ${symbol}`;
  if (plainUnits.includes(stated.unit) || /^[A-Z]{3}$/.test(stated.unit)) return text;
  return `${text} ${stated.unit}`;
}

const metres: Readonly<Record<string, number>> = {
  KMT: 1000,
  SMI: 1609.344,
  MTR: 1,
  CMT: 0.01,
  MMT: 0.001,
  INH: 0.0254,
  FOT: 0.3048,
};

/** A length in metres, for drawing; undefined where the unit is none of length. */
export function inMetres(stated: Quantity): number | undefined {
  const factor = metres[stated.unit];
  return factor === undefined ? undefined : Number(stated.mantissa) * 10 ** stated.exponent * factor;
}

/** A length for comparison, rounded: never the value that was signed. */
export function rounded(lengthM: number, unit: "KMT" | "SMI"): string {
  const value = Math.round(lengthM / (metres[unit] as number));
  return quantity({ mantissa: BigInt(value), exponent: 0, unit });
}

export function integer(value: number | bigint): string {
  return new Intl.NumberFormat(language.value.locale).format(value);
}

/** A size in bytes. */
export function bytes(size: number | bigint): string {
  const count = Number(size);
  const units = ["byte", "kilobyte", "megabyte"] as const;
  const step = count < 1000 ? 0 : count < 1_000_000 ? 1 : 2;
  const options = { style: "unit", unit: units[step] as string, unitDisplay: "short", maximumFractionDigits: 1 } as const;
  return isolated(new Intl.NumberFormat(language.value.locale, options).format(count / 1000 ** step));
}
