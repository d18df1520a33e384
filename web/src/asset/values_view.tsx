// Values of a fact; those that are other records lead there.
import type { Value } from "@patina/proto/value_pb";
import { assetText, valuesText } from "./values";

export function Values({ values }: { values: readonly Value[] }) {
  const assets = values.flatMap(({ value }) => (value.case === "asset" ? [assetText(value.value)] : []));
  if (assets.length === 0) return <bdi>{valuesText(values)}</bdi>;
  return (
    <>
      {assets.map((asset) => (
        <a class="code" translate={false} href={`/a/${asset}`} key={asset}>
          {asset}
        </a>
      ))}
    </>
  );
}
