// What the page gives to its island: the flow, the kinds of steps, who looks, and every word in their language.
import type { Config, Flow } from "./model/flow";
import type { Schema } from "./model/fields";

export interface Port {
  name: string;
  title: string;
}

export interface Kind {
  kind: string;
  title: string;
  help: string;
  icon: string;
  category: string;
  effect: string;
  starts: boolean;
  waits: boolean;
  form: Schema;
  example: Config;
  ports: Port[];
}

export interface Problem {
  code: string;
  text: string;
  node: string;
  field: string;
  blocks: boolean;
}

export interface LookedAt {
  ports: { [id: string]: Port[] };
  problems: Problem[];
}

export interface Now extends LookedAt {
  document: Partial<Flow>;
  revision: number;
  saved_at: string;
  published: { number: number; same: boolean } | null;
  token: string;
}

export interface Version {
  number: number;
  note: string;
  at: string;
}

export interface Given extends Now {
  name: string;
  kinds: Kind[];
  words: { [name: string]: string };
  may: { edit: boolean; run: boolean };
  keep: string;
  base: string;
  all: string;
  versions: Version[];
  show: "draw" | "trace" | "heat" | "compare";
  run: string;
}

const root = document.getElementById("builder");
export const given = JSON.parse(document.getElementById("builder-given")?.textContent ?? "{}") as Given;
export const sprite = root?.dataset.sprite ?? "";
export const language = document.documentElement.lang || "en";
export const still = matchMedia("(prefers-reduced-motion: reduce)").matches;

const figures = new Intl.NumberFormat(language);
const clock = new Intl.DateTimeFormat(language, { timeStyle: "short" });
export const number = (value: number) => figures.format(value);
export const time = (moment: string) => clock.format(new Date(moment));

/** A word of the page in the reader's language, with what is filled in. */
export function t(name: string, filled: { [name: string]: string | number } = {}): string {
  const text = given.words[name] ?? name;
  return text.replace(/%\((\w+)\)s/g, (whole, key: string) => {
    const value = filled[key];
    return value === undefined ? whole : typeof value === "number" ? number(value) : value;
  });
}
