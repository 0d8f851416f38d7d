// The console: what becomes of messages, and what goes wrong. A part is drawn anew only when what it offers has changed.

import { el, find, icon, reconcile } from "./dom.js";
import { windowText } from "./chat.js";
import { clockPart } from "./console_clock.js";
import { everyonePart, personPart } from "./console_outcomes.js";
import { drawFaults, faultsPart } from "./console_faults.js";
import { numberPart, templatesPart } from "./console_account.js";

let state = null;
let chat = null;
let refresh = () => {};
const opened = { person: true, everyone: true, faults: true };

/** Wire the buttons that open and close the console where there is no room for it. */
export function startConsole(refreshAll) {
  refresh = refreshAll;
  const isOpen = (open) => {
    document.body.classList.toggle("console-open", open);
    if (open) find("close-console").focus();
  };
  find("close-console").addEventListener("click", () => isOpen(false));
  document.addEventListener("click", (event) => { if (event.target.closest("#to-console-1, .to-console")) isOpen(true); });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") isOpen(false); });
}

/** Show the console with what was fetched; what is null stays as it was. */
export function refreshConsole(found, person) {
  state = found ?? state;
  chat = person === undefined ? chat : person;
  if (!state) return;
  const here = chat && location.hash ? chat : null;
  const number = state.numbers.find((one) => one.id === here?.number) ?? state.numbers[0];
  const { choices } = state;
  const parts = [
    here && { key: "person", title: "This person", data: { chat: { ...here, ...PASSING }, choices } },
    { key: "everyone", title: "Everyone", data: { outcome: state.outcome, mix: state.mix, rules: state.rules, choices } },
    { key: "faults", title: "Faults of the API", sign: state.faults.length || "", data: { choices } },
    { key: "clock", title: "Webhooks and time", sign: state.paused || state.offset_s ? "on" : "", data: { paused: state.paused, offset_s: state.offset_s } },
    number && { key: "number", title: "Business number", data: { number, choices } },
    { key: "templates", title: "Templates", data: { templates: state.templates, choices } },
  ].filter(Boolean);
  reconcile(find("console"), parts.map(({ key, title, data }) => ({ key, data: { key, title, data } })), section);
  for (const part of parts) find(`sign-${part.key}`).textContent = part.sign ?? "";
  drawFaults(state.faults, refresh);
  if (here) find("window-state").textContent = windowText(here);
}

// What changes while nobody touches the console: no reason to draw a form anew under somebody's hands.
const PASSING = { messages: null, last: null, typing: false, unread: 0, window_s: 0 };

const DRAW = { person: personPart, everyone: everyonePart, faults: faultsPart, clock: clockPart, number: numberPart, templates: templatesPart };

function section(part) {
  const details = el("details", { class: "section", open: Boolean(opened[part.key]) },
    el("summary", {}, el("h3", {}, part.title), el("span", { class: "badge warn", id: `sign-${part.key}` }), icon("down")),
    el("div", { class: "section-body stack" }, ...DRAW[part.key](part.data, () => refresh())));
  details.addEventListener("toggle", () => { opened[part.key] = details.open; });
  return details;
}
