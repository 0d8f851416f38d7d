// Small parts of forms.

import { attempt } from "./acts.js";
import { el } from "./dom.js";

let count = 0;

/** A labelled field; the hint describes it and is no part of its name. */
export function field(label, input, hint = "") {
  count += 1;
  input.id = `field-${count}`;
  if (hint) input.setAttribute("aria-describedby", `hint-${count}`);
  return el("div", { class: "field" }, el("label", { htmlFor: input.id }, label), input,
    hint && el("small", { class: "quiet", id: `hint-${count}` }, hint));
}

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
