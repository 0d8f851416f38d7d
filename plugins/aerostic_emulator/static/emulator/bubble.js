// One message as WhatsApp draws it.

import { messageSheet, pressButton, rowsSheet } from "./acts.js";
import { el, icon } from "./dom.js";
import { formatted, link } from "./markup.js";
import { contactCard, locationCard, mediaCard } from "./parts.js";
import { STATUSES, time } from "./words.js";

/** A message's row; `message.quoted` is what it answers, `message.reactions` what was stuck to it. */
export function bubble(message, chat, refresh) {
  const side = message.mine ? "mine" : "theirs";
  const gone = message.arrived ? "" : " not-here";
  const actions = el("button", { type: "button", class: "round reach", aria: { label: "Reply or react" },
    onclick: () => messageSheet(message, chat, refresh) }, icon("smile"));
  const parts = content(message);
  const body = el("div", { class: "bubble" }, ...parts);
  // On the last line of what is written there, or below a picture.
  (parts.at(-1)?.matches(".text, .footer") ? parts.at(-1) : body).append(meta(message));
  return el("li", { class: `message ${side}${gone} type-${message.type}` },
    el("span", { class: "hidden" }, message.mine ? "You: " : `${chat.business}: `),
    el("div", { class: "stack-tight" },
      el("div", { class: "bubble-row" }, el("div", { class: "card" }, body, ...buttons(message, chat, refresh)), message.arrived && actions),
      reactions(message.reactions), message.arrived ? null : fate(message)));
}

function content(message) {
  const text = message.body && el("div", { class: "text", dir: "auto" }, ...formatted(message.body));
  return [
    message.quoted && quote(message.quoted), header(message.header),
    message.media && mediaCard(message.media), message.location && locationCard(message.location),
    ...(message.contacts ?? []).map(contactCard),
    text || (isKnown(message) ? null : el("div", { class: "text odd" }, `A message of the kind “${message.type}”`)),
    message.detail && el("div", { class: "footer", dir: "auto" }, message.detail),
    message.footer && el("div", { class: "footer", dir: "auto" }, message.footer),
    message.left_out && el("div", { class: "footer odd" }, `Not drawn here: ${message.left_out.join(", ").replaceAll("_", " ")}`),
  ].filter(Boolean);
}

const isKnown = (message) => message.media || message.location || message.contacts || message.header || message.buttons;

function header(part) {
  if (!part) return null;
  if (part.kind === "text") return el("div", { class: "header-text", dir: "auto" }, part.text);
  if (part.kind === "location") return locationCard(part);
  return part.media ? mediaCard(part.media) : null;
}

function quote(quoted) {
  return el("div", { class: "quote" }, el("strong", {}, quoted.text === undefined ? "" : quoted.mine ? "You" : "Business"),
    el("span", { dir: "auto" }, quoted.text ?? "An earlier message"));
}

/** Time and ticks. Under what a business sent they say what the business has been told. */
function meta(message) {
  return el("span", { class: "meta" }, el("time", {}, time(message.at)), ticks(message));
}

function ticks({ status, mine }) {
  const label = mine ? STATUSES[status] : `The business knows: ${STATUSES[status].toLowerCase()}`;
  if (status === "accepted") return icon("clock", label);
  if (status === "failed") return icon("alert", label);
  const mark = icon(status === "sent" ? "tick" : "ticks", label);
  mark.classList.toggle("seen", status === "read" || status === "played");
  return mark;
}

/** Why a message is not on the phone. */
function fate({ status, error, outcome }) {
  const why = error ? `Failed ${error.code}: ${error.title}` :
    outcome === "silence" ? "Accepted, and nothing follows" : status === "sent" ? "Sent, but not on the phone" : "On its way";
  return el("p", { class: "fate" }, icon(error ? "alert" : "clock"), el("span", {}, why));
}

function reactions({ mine, theirs }) {
  const shown = [theirs, mine].filter(Boolean);
  if (!shown.length) return null;
  const label = [theirs && `The business reacted ${theirs}`, mine && `You reacted ${mine}`].filter(Boolean).join(". ");
  return el("span", { class: "reactions", role: "img", aria: { label } }, [...new Set(shown)].join(""), shown.length > 1 && el("small", {}, "2"));
}

function buttons(message, chat, refresh) {
  const rows = (message.buttons ?? []).map((button) => buttonRow(button, message, chat, refresh));
  if (message.list) {
    rows.push(el("button", { type: "button", class: "act", onclick: () => rowsSheet(message, chat, refresh), disabled: !message.arrived },
      icon("list"), el("bdi", {}, message.list.title)));
  }
  return rows.length ? [el("div", { class: "acts" }, ...rows)] : [];
}

const ICONS = { reply: "reply", choice: "reply", url: "link", phone: "phone", copy: "copy", location: "pin" };

function buttonRow(button, message, chat, refresh) {
  const label = [ICONS[button.kind] && icon(ICONS[button.kind]), el("bdi", {}, button.text)];
  if (button.kind === "url" && message.arrived) {
    const anchor = link(button.url, "", "act");
    anchor.append(...label.filter(Boolean));
    return anchor;
  }
  const answers = button.kind === "reply" || button.kind === "choice";
  const isSpent = answers && message.pressed;
  const isOff = button.kind === "off" || isSpent || !message.arrived || (chat.blocked && (answers || button.kind === "location"));
  return el("button", { type: "button", class: "act", disabled: isOff, title: button.kind === "off" ? "The emulator does not play this" : null,
    onclick: () => pressButton(button, message, chat, refresh) }, ...label.filter(Boolean));
}
