// What findings an entry is marked with, in words.
import { Badge } from "../design/parts";
import { isKey, t } from "../i18n/messages";

export function FindingMarks({ ids }: { ids: readonly string[] }) {
  return (
    <>
      {[...new Set(ids)].map((id) => {
        const key = `mark.${id}`;
        return (
          <Badge tone="unsure" key={id}>
            {isKey(key) ? t(key) : id}
          </Badge>
        );
      })}
    </>
  );
}
