// Outages on demand.

import { drop, post } from "./api.js";
import { el, find, icon, reconcile } from "./dom.js";
import { doing, field, select } from "./fields.js";

const KINDS = {
  error: "An API error",
  status: "An error page of a proxy",
  reset: "The connection is reset",
  drop_before: "No answer, and not taken",
  slow: "Slow to take it",
  late: "Taken, answered late",
  drop_after: "Taken, never answered",
  reset_after: "Taken, then reset",
};
const DETAILS = { error: ["code"], status: ["http"], slow: ["delay_s"], late: ["delay_s"] };

/** A place for the faults in force, and a form for one more. */
export const faultsPart = ({ choices }, refresh) => [el("div", { class: "stack", id: "faults" }), form(choices, refresh)];

/** Show the faults in force. */
export function drawFaults(faults, refresh) {
  const items = faults.map((fault) => ({ key: String(fault.id), data: fault }));
  reconcile(find("faults"), items, (fault) => el("div", { class: "entry" },
    el("span", {}, KINDS[fault.kind], detail(fault), el("small", { class: "quiet" }, lasting(fault))),
    el("button", { type: "button", class: "round small", aria: { label: `End: ${KINDS[fault.kind]}` }, onclick: doing(() => drop(`faults/${fault.id}`), refresh) }, icon("trash"))));
}

const detail = (fault) => ({ error: ` ${fault.code}`, status: ` ${fault.http}`, slow: `, ${fault.delay_s} s`, late: `, ${fault.delay_s} s` })[fault.kind] ?? "";

function lasting(fault) {
  const isEndless = fault.count === null && fault.seconds === null;
  const parts = [fault.edge === "*" ? "every call" : fault.edge, isEndless && "until you end it",
    fault.count !== null && `${fault.count - fault.hits} more`, fault.seconds !== null && `for ${fault.seconds} s`,
    fault.probability < 1 && `${Math.round(fault.probability * 100)} % of calls`, `${fault.hits} met`];
  return parts.filter(Boolean).join(" · ");
}

function form(choices, refresh) {
  const number = (name, value, more) => el("input", { name, type: "number", value, min: 0, ...more });
  const details = {
    code: field("Error", select(choices.error.map(({ code, title }) => [String(code), `${code} ${title}`]), "131000", null, { name: "code" })),
    http: field("HTTP status", number("http", 503, { min: 400, max: 599 })),
    delay_s: field("Seconds late", number("delay_s", 5, { step: 0.1 })),
  };
  const kind = select(choices.faults.map((word) => [word, KINDS[word] ?? word]), "error", show, { name: "kind" });
  const node = el("form", { class: "stack" },
    field("What goes wrong", kind), ...Object.values(details),
    el("div", { class: "row thirds" }, field("Times", number("count", 10, { min: 1, placeholder: "∞" })),
      field("Seconds", number("seconds", "", { min: 1, placeholder: "∞" })), field("Percent", number("percent", 100, { min: 1, max: 100 }))),
    field("Where", select([["messages", "Sending messages"], ["*", "Every call"]], "messages", null, { name: "edge" })),
    el("button", { class: "button small" }, "Start the fault"));
  function show(word) {
    for (const [name, part] of Object.entries(details)) part.hidden = !(DETAILS[word] ?? []).includes(name);
  }
  show("error");
  node.addEventListener("submit", (event) => { event.preventDefault(); doing(() => post("faults", wanted(new FormData(node))), refresh)(); });
  return node;
}

function wanted(data) {
  const kind = data.get("kind");
  const fault = { kind, edge: data.get("edge"), probability: Number(data.get("percent") || 100) / 100 };
  for (const name of ["count", "seconds", ...(DETAILS[kind] ?? [])]) {
    if (data.get(name)) fault[name] = Number(data.get(name));
  }
  return fault;
}
