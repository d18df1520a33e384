// What a thing is called on its page, from its recorded facts.
import type { AssetState, Fact } from "@patina/proto/state_pb";
import type { Record } from "../checking/messages";
import { term } from "../i18n/terms";
import { firstText } from "./values";

function join(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== "").join(" ");
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

// A title that only says what kind of thing it is tells it from no other.
function workTitle(facts: readonly Fact[]): string | undefined {
  const title = firstText(facts, ["current_title", "title"]);
  const kind = firstText(facts, ["object_type"]);
  return title?.toLowerCase() === kind?.toLowerCase() ? undefined : title;
}

/** The title: make and model, or the title of a work. */
export function titleOf(state: AssetState): string {
  const facts = [...state.consumer, ...state.manufacturer];
  const title = workTitle(facts);
  if (title !== undefined) return title;
  const maker = firstText(facts, ["make", "maker", "artist"]);
  const model = firstText(facts, ["model", "commercial_name", "object_type"]);
  return capitalised(join([maker, model])) || term("class", state.className);
}

/** The line below it. */
export function subtitleOf(state: AssetState): string {
  const facts = [...state.manufacturer, ...state.consumer];
  const title = workTitle(facts);
  const kind = title === undefined ? undefined : firstText(facts, ["object_type"]);
  const by = title === undefined ? undefined : firstText(facts, ["artist", "maker"]);
  const made = firstText(facts, ["model_year", "creation_date", "production_date"]);
  return [by, kind === undefined ? term("class", state.className) : capitalised(kind), made].filter((part) => part !== undefined).join(" · ");
}

/** The number that it carries now, as it was read off the thing. */
export function numberOf({ state }: Record): { scheme: string; value: string } | undefined {
  const live = state.identifiers.filter((one) => one.release.case === undefined && one.value !== "");
  const best = live.find(({ scheme }) => scheme === "vin") ?? live[0];
  return best === undefined ? undefined : { scheme: best.scheme, value: best.value };
}
