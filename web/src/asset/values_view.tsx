// Values of a fact, of which those that are other records lead there.
import type { Value } from "@patina/proto/value_pb";
import { assetText, valuesText } from "./values";

export function Values({ values }: { values: readonly Value[] }) {
  if (!values.some(({ value }) => value.case === "asset")) return <>{valuesText(values)}</>;
  return (
    <>
      {values.map(({ value }, place) =>
        value.case === "asset" ? (
          <a class="code small" translate={false} href={`/a/${assetText(value.value)}`} key={place}>
            {assetText(value.value)}
          </a>
        ) : null,
      )}
    </>
  );
}
