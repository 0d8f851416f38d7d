// Small parts of the console's forms.

import { attempt } from "./acts.js";
import { el } from "./dom.js";

/** A labelled field. */
export const field = (label, input, hint = "") =>
  el("label", { class: "field" }, el("span", {}, label), input, hint && el("small", { class: "quiet" }, hint));

/** A choice of `[value, label]` pairs and `{label, options}` groups; `act(value)` when another one is taken. */
export function select(options, value, act, more = {}) {
  const option = ([key, label]) => el("option", { value: key, selected: key === value }, label);
  const input = el("select", more, ...options.map((one) => Array.isArray(one) ? option(one) :
    el("optgroup", { label: one.label }, ...one.options.map(option))));
  if (act) input.addEventListener("change", () => act(input.value));
  return input;
}

/** A button that does something at once. */
export const button = (label, act, kind = "plain") => el("button", { type: "button", class: `button small ${kind}`, onclick: act }, label);

/** Do and refresh; the page says when it did not work. */
export const doing = (act, refresh) => (...values) => attempt(() => act(...values), refresh);

/** A label on the left and a value on the right. */
export const fact = (label, ...value) => el("div", { class: "fact" }, el("span", {}, label), el("strong", {}, ...value));
