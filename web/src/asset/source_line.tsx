// Who stated something, and with which standing: beside every fact.
import type { Person, Source } from "../checking/messages";
import { Badge } from "../design/parts";
import { t } from "../i18n/messages";
import { list, term } from "../i18n/terms";
import { nameOf } from "./values";

export function SourceLine(props: {
  sources: readonly Source[];
  people: readonly Person[];
  selfDeclared: boolean;
  after?: string;
}) {
  return (
    <p class="source">
      {props.sources.map(({ principal, roles }) => (
        <span key={principal}>
          <a href={`/source/${principal}`}>
            <bdi translate={false}>{nameOf(props.people, principal)}</bdi>
          </a>
          {roles.length > 0 && `${t("standing.as", { roles: list(roles.map((role) => term("role", role))) })}`}
        </span>
      ))}
      {props.after !== undefined && <span>{props.after}</span>}
      {props.selfDeclared && <Badge tone="unsure">{t("standing.self")}</Badge>}
    </p>
  );
}
