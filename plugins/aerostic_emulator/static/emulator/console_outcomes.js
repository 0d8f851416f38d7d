// What becomes of messages: of one person's, and of everyone's.

import { prefer } from "./acts.js";
import { chatPath, patch } from "./api.js";
import { el, icon } from "./dom.js";
import { button, doing, fact, field, select } from "./fields.js";
import { OUTCOMES, outcome, phone } from "./words.js";

const MIX = "mix";

/** The outcomes to choose from: in words, then the errors that come later, then those that come at once. */
function choicesOf(choices, current, first) {
  const errors = (word, label) => ({ label, options: choices[word].map(({ code, title }) => [`${word}:${code}`, `${code} ${title}`]) });
  const groups = [...first, ...choices.outcomes.filter((word) => word in OUTCOMES).map((word) => [word, OUTCOMES[word]]),
    errors("failed", "Fails after it was accepted"), errors("error", "Refused at once")];
  const isKnown = groups.some((one) => Array.isArray(one) ? one[0] === current : one.options.some(([key]) => key === current));
  return isKnown ? groups : [...groups, [current, outcome(current)]];
}

/** What the person of the open chat does. */
export function personPart({ chat, choices }, refresh) {
  const set = (change) => doing(() => patch(chatPath(chat), change), refresh);
  const name = el("input", { value: chat.name, maxLength: 60, placeholder: "No name" });
  name.addEventListener("change", () => set({ name: name.value })());
  return [
    fact("Number", el("bdi", {}, phone(chat.person))),
    fact("24-hour window", el("span", { id: "window-state" })),
    field("What becomes of messages to this person",
      select(choicesOf(choices, chat.outcome, [["", "As everyone"]]), chat.outcome, (value) => set({ outcome: value })())),
    field("Name in the profile", name, "The business gets it with the next message."),
    el("div", { class: "row" },
      button(chat.blocked ? "Unblock the business" : "Block the business", set({ blocked: !chat.blocked })),
      button(chat.stopped ? "Resume marketing" : "Stop marketing", doing(() => prefer(chat, chat.stopped ? "resume" : "stop"), refresh))),
  ];
}

/** What everyone does: one outcome, or a mix, and rules for some of the numbers. */
export function everyonePart({ outcome: usual, mix, rules, choices }, refresh) {
  const save = doing((change) => patch("config", change), refresh);
  const isMixed = Object.keys(mix).length > 0;
  const first = isMixed ? [[MIX, "A mix of outcomes"]] : [];
  const current = isMixed ? MIX : usual;
  return [
    field("What becomes of messages", select(choicesOf(choices, current, first), current, (value) => value !== MIX && save({ outcome: value, mix: {} }))),
    isMixed ? mixTable(mix, choices, save) : button("Use a realistic mix", () => save({ mix: "realistic" })),
    el("h4", {}, "Rules for some numbers"),
    ...rules.map((rule, place) => ruleRow(rule, () => save({ rules: rules.filter((_, other) => other !== place) }))),
    ruleForm(rules, choices, save),
  ];
}

function mixTable(mix, choices, save) {
  const total = Object.values(mix).reduce((sum, weight) => sum + weight, 0) || 1;
  const bar = el("div", { class: "mix-bar", aria: { hidden: "true" } });
  Object.entries(mix).forEach(([, weight], place) => {
    const part = el("i", { class: `tone-${place % 8}` });
    part.style.inlineSize = `${(100 * weight) / total}%`;
    bar.append(part);
  });
  const rows = Object.entries(mix).map(([name, weight], place) => mixRow(name, weight, total, place, (changed) => {
    const next = { ...mix, [name]: changed };
    if (changed === null) delete next[name];
    save({ mix: next });
  }));
  const add = select(choicesOf(choices, "", [["", "Add an outcome…"]]), "", (name) => name && save({ mix: { ...mix, [name]: total / 10 } }),
    { ariaLabel: "Add an outcome to the mix" });
  return el("div", { class: "stack" }, bar, ...rows, el("div", { class: "row" }, add, button("No mix", () => save({ mix: {} }))));
}

function mixRow(name, weight, total, place, set) {
  const percent = Math.round((1000 * weight) / total) / 10;
  const input = el("input", { type: "number", min: 0, max: 100, step: 0.1, value: percent, ariaLabel: `Percent: ${outcome(name)}` });
  input.addEventListener("change", () => {
    // The others keep their weights: so much of the whole that this one has its share.
    const share = Math.min(99.9, Math.max(0, Number(input.value))) / 100;
    set(share ? ((total - weight) * share) / (1 - share) || 1 : null);
  });
  return el("div", { class: "mix-row" }, el("i", { class: `tone-${place % 8}`, aria: { hidden: "true" } }), el("span", {}, outcome(name)), input, el("span", { aria: { hidden: "true" } }, "%"),
    el("button", { type: "button", class: "round small", aria: { label: `Without: ${outcome(name)}` }, onclick: () => set(null) }, icon("close")));
}

const MATCHES = { to_prefix: "Numbers starting with", to_suffix: "Numbers ending with", template: "Template", type: "Type", category: "Category", phone_number_id: "Number id" };

function ruleRow(rule, remove) {
  const facts = Object.entries(rule.match ?? {}).map(([key, value]) => `${MATCHES[key] ?? key} ${value}`).join(", ") || "Everyone";
  return el("div", { class: "entry" }, el("span", {}, el("bdi", {}, facts), el("small", { class: "quiet" }, outcome(rule.outcome))),
    el("button", { type: "button", class: "round small", aria: { label: `Remove the rule: ${facts}` }, onclick: remove }, icon("trash")));
}

function ruleForm(rules, choices, save) {
  const fields = ["to_prefix", "to_suffix", "template", "category"];
  const form = el("form", { class: "stack" },
    el("div", { class: "row" }, field("Where", select(fields.map((key) => [key, MATCHES[key]]), "to_prefix", null, { name: "key" })),
      field("is", el("input", { name: "value", required: true, placeholder: "55", autocomplete: "off" }))),
    field("then", select(choicesOf(choices, "delivered", []), "delivered", null, { name: "outcome" })),
    el("button", { class: "button small" }, "Add the rule"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const { key, value, outcome: wanted } = Object.fromEntries(new FormData(form));
    save({ rules: [...rules, { match: { [key]: value.trim() }, outcome: wanted }] });
  });
  return el("details", { class: "more" }, el("summary", {}, "Add a rule"), form);
}
