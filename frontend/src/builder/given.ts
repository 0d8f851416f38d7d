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
  offers: { [field: string]: Offer[] };
}

/** Something of the workspace that a field can name. */
export interface Offer {
  title: string;
  config: Config;
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

/** A step of a run. */
export interface Taken {
  seq: number;
  node: string;
  fate: string;
  port: string;
  attempt: number;
  said: string;
  at: string;
  took: string;
  input: Config;
  output: Config;
  error: string;
  remedy: string;
}

export interface Run {
  id: string;
  state: string;
  said: string;
  color: string;
  icon: string;
  reason: string;
  over: boolean;
  steps: Taken[];
}

export interface Replayed extends LookedAt {
  document: Partial<Flow>;
  trouble: string;
  steps: Taken[];
  assumed: number[];
  pairs: { kind: "same" | "changed" | "left" | "right"; left: number; right: number }[];
}

export interface Tried {
  steps: (Taken & { cost: string })[];
  bubbles: { ours: boolean; after: number; header: string; text: string; footer: string; media: string; file: string; choices: { id: string; title: string }[] }[];
  cost: string;
  assumed: number[];
  ending: string;
  reason: string;
  awaits: string;
}

export interface Counted {
  runs: number;
  more: boolean;
  nodes: { [id: string]: number };
  ways: { [way: string]: number };
  left: { [id: string]: number };
  waiting: { [id: string]: number };
}

export interface Given extends Now {
  name: string;
  kinds: Kind[];
  words: { [name: string]: string };
  may: { edit: boolean; run: boolean };
  keep: string;
  base: string;
  all: string;
  show: "draw" | "trace" | "heat" | "compare";
  // Of all views but the one where it is drawn.
  versions: number[];
  here: string;
  up: string;
  run: Run;
  own: number;
  heat: Counted;
  of: number;
  days: number;
  offered: number[];
  before: LookedAt & { document: Partial<Flow> };
  from: number;
  to: number;
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
