// Classes, schemes and the log's policy, checked by themselves: SPEC.md section 3.8.
import {
  Bundle,
  Normalisation,
  Series,
  Uniqueness,
  Validation,
  ValueType,
  Visibility,
  type AssetClass,
  type AttributeDefinition,
  type ClaimDefinition,
  type IdentifierScheme,
  type Policy,
  type Tolerance,
} from "#gen/proto/catalog_pb.js";
import {
  codeBytesMax,
  identifierBytesMax,
  numberExponentMax,
  perMilleMax,
  policyDataWindowMsMax,
  statementKindMax,
  statementKindMin,
  statementSignersMax,
} from "./limits.js";
import { checkAbove, checkName, checkNames } from "./name.js";
import { comparable, quantityOf } from "./number.js";
import { need } from "./refusal.js";
import { hasSize } from "./value.js";

const vinLength = 17;

function checkBundle(definition: AttributeDefinition, inClaim: boolean): void {
  const { bundle, type, list, required } = definition;
  need((bundle === Bundle.UNSPECIFIED) === inClaim, "class.bundle");
  need(bundle !== Bundle.TELEMETRY || (type === ValueType.NUMBER && !list), "class.bundle");
  need(!required || inClaim || bundle === Bundle.MANUFACTURER, "class.required");
}

function checkCodes({ type, codeSystem, codes }: AttributeDefinition): void {
  if (type !== ValueType.CODE) {
    need(codeSystem === "" && codes.length === 0, "class.codes");
    return;
  }
  need(hasSize(codeSystem, codeBytesMax), "class.codes");
  codes.forEach((code, i) => {
    need(hasSize(code, codeBytesMax), "class.codes");
    checkAbove(codes[i - 1], code, "class.order");
  });
}

function checkTolerance(tolerance: Tolerance, { type, unit }: AttributeDefinition): void {
  const { absolute, perMille } = tolerance;
  need(type === ValueType.NUMBER, "class.tolerance");
  need(absolute !== undefined || perMille > 0, "class.tolerance");
  need(perMille <= perMilleMax, "class.tolerance");
  if (absolute === undefined) return;
  need(
    absolute.mantissa > 0n && Math.abs(absolute.exponent) <= numberExponentMax,
    "class.tolerance",
  );
  need(comparable(absolute.unit, unit), "class.tolerance");
}

function checkDefinition(definition: AttributeDefinition, inClaim: boolean): void {
  const { name, type, visibility, unit, roles, series } = definition;
  checkName(name);
  need(type !== ValueType.UNSPECIFIED, "class.type");
  need(visibility !== Visibility.UNSPECIFIED, "class.visibility");
  checkBundle(definition, inClaim);
  checkNames(roles, "class.order");
  const quantity = quantityOf(unit);
  need(quantity !== undefined && (unit === "" || type === ValueType.NUMBER), "class.unit");
  checkCodes(definition);
  if (definition.tolerance !== undefined) checkTolerance(definition.tolerance, definition);
  need(
    series !== Series.ODOMETER || (type === ValueType.NUMBER && quantity === "length"),
    "class.series",
  );
}

function checkDefinitions(definitions: readonly AttributeDefinition[], inClaim: boolean): void {
  definitions.forEach((definition, i) => {
    checkDefinition(definition, inClaim);
    checkAbove(definitions[i - 1]?.name, definition.name, "class.order");
  });
}

function checkClaim({ name, roles, fields }: ClaimDefinition): void {
  checkName(name);
  checkNames(roles, "class.order");
  checkDefinitions(fields, true);
}

export function checkClass(schema: AssetClass): void {
  checkName(schema.name);
  need(schema.version >= 1, "class.version");
  checkDefinitions(schema.attributes, false);
  schema.claims.forEach((claim, i) => {
    checkClaim(claim);
    checkAbove(schema.claims[i - 1]?.name, claim.name, "class.order");
  });
}

function checkValidation({
  validation,
  normalisation,
  lengthMin,
  lengthMax,
}: IdentifierScheme): void {
  if (validation === Validation.UNSPECIFIED) return;
  need(normalisation === Normalisation.UPPER_ALNUM, "scheme.validation");
  if (validation === Validation.VIN17) {
    need(lengthMin === vinLength && lengthMax === vinLength, "scheme.validation");
  }
}

export function checkScheme(scheme: IdentifierScheme): void {
  const { uniqueness, visibility, lengthMin, lengthMax } = scheme;
  checkName(scheme.name);
  need(scheme.version >= 1, "scheme.version");
  need(scheme.normalisation !== Normalisation.UNSPECIFIED, "scheme.normalisation");
  need(uniqueness !== Uniqueness.UNSPECIFIED, "scheme.uniqueness");
  need(
    visibility === Visibility.PUBLIC || visibility === Visibility.RESTRICTED,
    "scheme.visibility",
  );
  need(
    lengthMin >= 1 && lengthMin <= lengthMax && lengthMax <= identifierBytesMax,
    "scheme.length",
  );
  checkValidation(scheme);
  if (scheme.scope !== "") checkName(scheme.scope);
  const scoped = uniqueness === Uniqueness.MAKER || uniqueness === Uniqueness.MAKER_MODEL;
  need(scheme.scope !== "" || !scoped, "scheme.scope");
  checkNames(scheme.classes, "scheme.order");
  checkNames(scheme.roles, "scheme.order");
  need(scheme.reassignThreshold <= statementSignersMax, "scheme.threshold");
}

export function checkLogPolicy(policy: Policy): void {
  checkName(policy.name);
  let last = statementKindMin - 1;
  for (const { kind, roles, threshold } of policy.kinds) {
    need(kind > last && kind <= statementKindMax, "policy-data.kind");
    last = kind;
    checkNames(roles, "policy-data.role");
    need(threshold <= statementSignersMax, "policy-data.threshold");
  }
  for (const window of [
    policy.lateAfterMs,
    policy.clockSkewMs,
    policy.submitWindowMs,
    policy.promiseWithinMs,
  ]) {
    need(window >= 1n && window <= policyDataWindowMsMax, "policy-data.window");
  }
}
