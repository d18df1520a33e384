// Numbers and their units, compared exactly: SPEC.md section 3.4.
import type { Number as Decimal } from "#gen/proto/value_pb.js";
import { numberExponentMax } from "./limits.js";
import { need, refuse } from "./refusal.js";

interface Unit {
  readonly quantity: string;
  readonly numerator: bigint;
  readonly denominator: bigint;
}

// code quantity ratio, as in SPEC.md; a test compares the two.
const table = `
2Z voltage 1/1000
4K current 1/1000
A93 concentration 1
AMH charge 1
AMP current 1
ANN calendar-year 1
BAR pressure 100000
C62 count 1
CEL celsius 1
CMK area 1/10000
CMQ volume 1/1000
CMT length 1/100
DAY time 86400
FOT length 381/1250
FTQ volume 55306341/1953125
GLI volume 454609/100000
GLL volume 473176473/125000000
GRM mass 1/1000
HM speed 1397/3125
HTZ frequency 1
HUR time 3600
INH length 127/5000
INQ volume 2048383/125000000
JOU energy 1
KGM mass 1
KMH speed 5/18
KMT length 1000
KPA pressure 1000
KWH energy 3600000
KWT power 1000
LBR mass 45359237/100000000
LTR volume 1
LUX illuminance 1
MGM mass 1/1000000
MIN time 60
MLT volume 1/1000
MMT length 1/1000
MTK area 1
MTQ volume 1000
MTR length 1
MTS speed 1
ONZ mass 45359237/1600000000
P1 percent 1
PAL pressure 1
RPM frequency 1/60
SEC time 1
SMI length 201168/125
TNE mass 1000
VLT voltage 1
WHR energy 3600
WTT power 1
YRD length 1143/1250`;

const currencies = `
ADP AED AFN ALL AMD ANG AOA ARS ATS AUD AWG AZN BAM BBD BDT BEF BGL BGN BHD BIF BMD BND BOB BRL
BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CSK CUP CVE CYP CZK DDM DEM DJF DKK DOP DZD EEK
EGP ERN ESP ETB EUR FIM FJD FKP FRF GBP GEL GHS GIP GMD GNF GRD GTQ GYD HKD HNL HRK HTG HUF IDR
IEP ILS INR IQD IRR ISK ITL JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL
LTL LUF LVL LYD MAD MDL MGA MKD MMK MNT MOP MRU MTL MUR MVR MWK MXN MXP MYR MZN NAD NGN NIO NLG
NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PLZ PTE PYG QAR ROL RON RSD RUB RUR RWF SAR SBD SCR SDG
SEK SGD SHP SIT SKK SLE SOS SRD SSP STN SUR SVC SYP SZL THB TJS TMT TND TOP TRL TRY TTD TWD TZS
UAH UGX USD UYU UZS VEB VED VES VND VUV WST XAF XCD XOF XPF YER YUM ZAR ZMW ZWG`;

export const units: ReadonlyMap<string, Unit> = new Map(
  table
    .trim()
    .split("\n")
    .map((line) => {
      const [code, quantity, ratio] = line.split(" ") as [string, string, string];
      const [numerator, denominator] = ratio.split("/") as [string, string | undefined];
      return [
        code,
        { quantity, numerator: BigInt(numerator), denominator: BigInt(denominator ?? "1") },
      ];
    }),
);
export const currencyCodes: ReadonlySet<string> = new Set(currencies.trim().split(/\s+/));

/** What a unit measures: a quantity, one currency, or "" for plain numbers. Undefined where the unit is unknown. */
export function quantityOf(unit: string): string | undefined {
  if (unit === "") return "";
  if (currencyCodes.has(unit)) return `money in ${unit}`;
  return units.get(unit)?.quantity;
}

export function isCurrency(unit: string): boolean {
  return currencyCodes.has(unit);
}

/** Whether numbers of these two units can be compared. */
export function comparable(a: string, b: string): boolean {
  const quantity = quantityOf(a);
  return quantity !== undefined && quantity === quantityOf(b);
}

/** Refuses an exponent outside -18 to 18, and a unit that is not known. */
export function checkScale(exponent: number, unit: string): void {
  need(Math.abs(exponent) <= numberExponentMax, "number.exponent");
  need(quantityOf(unit) !== undefined, "number.unit-unknown");
}

export function checkNumber(number: Decimal): void {
  checkScale(number.exponent, number.unit);
}

// The number times 10^18, in the base unit times its denominator: whole in any case.
function scaled(number: Decimal, factor: bigint): bigint {
  return number.mantissa * 10n ** BigInt(number.exponent + numberExponentMax) * factor;
}

/** -1, 0 or 1: exact, across units of one quantity. Refuses numbers that cannot be compared. */
export function compareNumbers(a: Decimal, b: Decimal): number {
  checkNumber(a);
  checkNumber(b);
  if (!comparable(a.unit, b.unit)) return refuse("number.unit-mismatch");
  const plain = { numerator: 1n, denominator: 1n };
  const unitA = units.get(a.unit) ?? plain;
  const unitB = units.get(b.unit) ?? plain;
  const left = scaled(a, unitA.numerator * unitB.denominator);
  const right = scaled(b, unitB.numerator * unitA.denominator);
  return left < right ? -1 : left > right ? 1 : 0;
}
