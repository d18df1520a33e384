// What a thing is called on its page, from its recorded facts.
import type { AssetState } from "@patina/proto/state_pb";
import type { Record } from "../checking/messages";
import { term } from "../i18n/terms";
import { firstText } from "./values";

function join(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== "").join(" ");
}

/** The title: make and model, or the title of a work. */
export function titleOf(state: AssetState): string {
  const facts = [...state.consumer, ...state.manufacturer];
  const title = firstText(facts, ["current_title", "title"]);
  if (title !== undefined) return title;
  const maker = firstText(facts, ["make", "maker", "artist"]);
  const model = firstText(facts, ["model", "commercial_name", "object_type"]);
  return join([maker, model]) || term("class", state.className);
}

/** The line below it. */
export function subtitleOf(state: AssetState): string {
  const facts = [...state.manufacturer, ...state.consumer];
  const kind = firstText(facts, ["object_type"]) ?? term("class", state.className);
  const by = firstText(facts, ["title"]) === undefined ? undefined : firstText(facts, ["artist", "maker"]);
  const made = firstText(facts, ["model_year", "creation_date", "production_date"]);
  return [by, kind, made].filter((part) => part !== undefined).join(" · ");
}

/** The number that it carries now, as it was read off the thing. */
export function numberOf({ state }: Record): { scheme: string; value: string } | undefined {
  const live = state.identifiers.filter((one) => one.release.case === undefined && one.value !== "");
  const best = live.find(({ scheme }) => scheme === "vin") ?? live[0];
  return best === undefined ? undefined : { scheme: best.scheme, value: best.value };
}
