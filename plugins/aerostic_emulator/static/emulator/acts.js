// What a person does with a message: press a button, choose a row, reply, react.

import { author, post, write } from "./api.js";
import { replyTo } from "./composer.js";
import { el, icon, toast } from "./dom.js";
import { field } from "./fields.js";
import { plain } from "./markup.js";
import { closeSheet, openSheet } from "./sheet.js";

const EMOJI = ["👍", "❤️", "😂", "😮", "😢", "🙏"];

/** Do something, and say so when it did not work. */
export async function attempt(act, refresh) {
  try {
    await act();
    refresh();
    return true;
  } catch (error) {
    toast(error.message, true);
    return false;
  }
}

/** The message a new one is about, as the API names it. */
export function contextOf(message, chat) {
  return { from: message.mine ? chat.person : chat.business_phone, id: message.id };
}

/** Press a button under a message. */
export function pressButton(button, message, chat, refresh) {
  const context = contextOf(message, chat);
  if (button.kind === "reply") {
    const content = { type: "button", button: { payload: button.payload, text: button.text }, context };
    return attempt(() => write(chat, content), refresh);
  }
  if (button.kind === "choice") return answer(chat, { type: "button_reply", button_reply: { id: button.id, title: button.text } }, context, refresh);
  if (button.kind === "location") return locationSheet(chat, refresh, context);
  if (button.kind === "copy") return copy(button.code);
  if (button.kind === "phone") return toast(`A phone would call ${button.phone} now.`);
  return null;
}

const answer = (chat, interactive, context, refresh) => attempt(() => write(chat, { type: "interactive", interactive, context }), refresh);

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast(`Copied: ${text}`);
  } catch {
    toast(`The code is ${text}`);
  }
}

/** The rows of a list message. */
export function rowsSheet(message, chat, refresh) {
  let count = 0;
  const choices = message.list.sections.flatMap((section) => [
    section.title && el("h3", { dir: "auto" }, section.title),
    ...section.rows.map((row) => el("label", { class: "choice" },
      el("span", {}, el("bdi", {}, row.title), row.description && el("small", { dir: "auto" }, row.description)),
      el("input", { type: "radio", name: "row", value: count++, required: true }))),
  ]);
  const rows = message.list.sections.flatMap((section) => section.rows);
  const form = el("form", { onsubmit: (event) => {
    event.preventDefault();
    const row = rows[Number(new FormData(form).get("row"))];
    closeSheet();
    const reply = { id: row.id, title: row.title, ...(row.description ? { description: row.description } : {}) };
    answer(chat, { type: "list_reply", list_reply: reply }, contextOf(message, chat), refresh);
  } }, el("div", { class: "choices" }, ...choices), el("button", { class: "button wide", disabled: chat.blocked }, icon("send"), "Send"));
  openSheet(message.list.title, form);
}

/** Reply to a message, react to it, copy it. */
export function messageSheet(message, chat, refresh) {
  const react = (emoji) => {
    closeSheet();
    attempt(() => write(chat, { type: "reaction", reaction: { message_id: message.id, emoji } }), refresh);
  };
  const mine = message.reactions.mine;
  const emoji = EMOJI.map((sign) => el("button", { type: "button", class: "emoji", disabled: chat.blocked,
    aria: { label: sign === mine ? `Take ${sign} back` : `React ${sign}`, pressed: String(sign === mine) },
    onclick: () => react(sign === mine ? "" : sign) }, sign));
  const reply = el("button", { type: "button", class: "line", disabled: chat.blocked,
    onclick: () => { closeSheet(); replyTo(message); } }, icon("reply"), "Reply");
  const text = plain(message.body ?? "");
  const take = text && el("button", { type: "button", class: "line", onclick: () => { closeSheet(); copy(message.body); } }, icon("copy"), "Copy the text");
  openSheet("Message", el("div", { class: "emojis" }, ...emoji), ...[reply, take].filter(Boolean));
}

/** Send a place. */
export function locationSheet(chat, refresh, context) {
  const line = (label, name, value, more = {}) => field(label, el("input", { name, value, ...more }));
  const number = { inputMode: "decimal", required: true, pattern: "-?[0-9]+([.][0-9]+)?" };
  const form = el("form", { class: "stack", onsubmit: (event) => {
    event.preventDefault();
    const { name, address, latitude, longitude } = Object.fromEntries(new FormData(form));
    closeSheet();
    const location = { latitude: Number(latitude), longitude: Number(longitude), ...(name && { name }), ...(address && { address }) };
    attempt(() => write(chat, { type: "location", location, ...(context && { context }) }), refresh);
  } },
  line("Name", "name", "Market Square"), line("Address", "address", "Market Square 1, 10178 Berlin"),
  el("div", { class: "row" }, line("Latitude", "latitude", "52.52", number), line("Longitude", "longitude", "13.405", number)),
  el("button", { class: "button wide" }, icon("send"), "Send this place"));
  openSheet("Send a location", form);
}

/** Stop or resume marketing of a business, as a person does in the app. */
export const prefer = (chat, value) => post("preferences", { ...author(chat), value });
