// The business's side at Meta: its number's quality and tier, and its templates.

import { post } from "./api.js";
import { el } from "./dom.js";
import { doing, fact, field, select } from "./fields.js";
import { phone } from "./words.js";

const pairs = (words) => words.map((word) => [word, word]);
const TIERS = { TIER_UNLIMITED: "No limit" };
const tierName = (tier) => TIERS[tier] ?? `${tier.replace("TIER_", "")} people a day`;
const MANY = 8;
let searched = "";

/** The number of the open chat. */
export function numberPart({ number, choices }, refresh) {
  const set = (name) => doing((value) => post(`numbers/${number.id}`, { [name]: value }), refresh);
  return [
    fact(number.verified_name, el("bdi", {}, phone(number.phone))),
    el("div", { class: "row" }, field("Quality", select(pairs(choices.qualities), number.quality_rating, set("quality_rating"))),
      field("Status", select(pairs(choices.number_statuses), number.status, set("status")))),
    field("Messaging limit", select(choices.tiers.map((tier) => [tier, tierName(tier)]), number.tier, set("tier")), "Of the whole portfolio, by people reached in 24 hours."),
  ];
}

/** Every template with its status and quality; a change is announced as Meta does it. */
export function templatesPart({ templates, choices }, refresh) {
  const rows = templates.map((template) => templateRow(template, choices, refresh));
  const list = el("div", { class: "stack" }, ...rows.map(({ node }) => node));
  if (templates.length <= MANY) return [list];
  const search = el("input", { type: "search", placeholder: "Search templates", ariaLabel: "Search templates", value: searched });
  const narrow = () => {
    searched = search.value;
    for (const { node, name } of rows) node.hidden = !name.includes(searched.trim().toLowerCase());
  };
  search.addEventListener("input", narrow);
  narrow();
  return [search, list];
}

function templateRow(template, choices, refresh) {
  const set = (name) => doing((value) => post(`templates/${template.id}`, { [name]: value }), refresh);
  const label = `${template.name}, ${template.language}`;
  const statuses = pairs([...new Set([...choices.template_statuses, template.status])]);
  const node = el("fieldset", { class: "template" }, el("legend", {}, el("bdi", {}, template.name), el("small", { class: "quiet" }, ` ${template.language}`)),
    el("div", { class: "row" }, select(statuses, template.status, set("status"), { ariaLabel: `Status of ${label}` }),
      select(pairs(choices.qualities), template.quality, set("quality"), { ariaLabel: `Quality of ${label}` })));
  return { node, name: template.name.toLowerCase() };
}
