// The phone's screen: one person's chat with one business, or the lock screen when nobody is chosen.

import { businessSheet } from "./business.js";
import { bubble } from "./bubble.js";
import { composer, focusComposer } from "./composer.js";
import { avatar, el, find, icon, reconcile } from "./dom.js";
import { plain } from "./markup.js";
import { bare, day, now, phone, span } from "./words.js";

let drawn = "";
let lastPlace = 0;
let atEnd = true;

/** Show nobody's chat. */
export function drawNothing() {
  drawn = "";
  const today = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" }).format(now() * 1000);
  find("screen").replaceChildren(statusBar(), el("div", { class: "lock" },
    el("p", { class: "lock-day" }, today), el("p", { class: "lock-time" }, bare(now())),
    el("p", { class: "lock-note" }, icon("smile"), "Choose a person on the left, and you are holding their phone.")));
}

/** Show a chat; what is there already stays, so that nothing jumps. */
export function drawChat(chat, refresh) {
  const key = `${chat.number}/${chat.person}`;
  const isNew = drawn !== key;
  if (isNew) drawFrame();
  drawn = key;
  find("phone-time").textContent = bare(now());
  drawHead(chat, refresh);
  drawMessages(chat, refresh, isNew);
  reconcile(find("foot"), [{ key, data: footOf(chat) }], () => composer(chat, refresh));
  if (isNew && matchMedia("(min-width: 760px)").matches) focusComposer();
}

const footOf = (chat) => ({ blocked: chat.blocked, business: chat.business });

function drawFrame() {
  const messages = el("ol", { class: "messages", id: "messages", aria: { label: "Messages" } });
  const scroll = el("div", { class: "scroll", id: "scroll", tabIndex: 0, role: "region", aria: { label: "Chat" } }, messages);
  find("screen").replaceChildren(statusBar(), el("header", { class: "chat-head", id: "chat-head" }), scroll,
    el("div", { class: "foot", id: "foot" }));
  stayAtEnd(scroll, messages);
}

/** Keep the newest message in sight while pictures load and messages come, unless somebody has scrolled up. */
function stayAtEnd(scroll, messages) {
  atEnd = true;
  let before = 0;
  scroll.addEventListener("scroll", () => {
    if (scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 60) atEnd = true;
    else if (scroll.scrollTop < before - 2) atEnd = false;
    before = scroll.scrollTop;
  });
  const sizes = new ResizeObserver(() => { if (atEnd) scroll.scrollTop = scroll.scrollHeight; });
  sizes.observe(messages);
  sizes.observe(scroll);
}

function statusBar() {
  const bars = el("span", { class: "bars" }, ...[1, 2, 3, 4].map(() => el("i")));
  return el("div", { class: "status-bar", aria: { hidden: "true" } }, el("span", { id: "phone-time" }, bare(now())),
    el("span", { class: "island" }), el("span", { class: "status-right" }, bars, el("span", { class: "battery" })));
}

function drawHead(chat, refresh) {
  const state = chat.blocked ? "Blocked" : chat.typing ? "typing…" : "Business account";
  const data = { ...chat, messages: null, last: null, unread: 0, window_s: 0, state };
  reconcile(find("chat-head"), [{ key: "head", data }], () => el("div", { class: "chat-head-row" },
    el("a", { href: "#", class: "round to-people", aria: { label: "Back to the people" } }, icon("back")),
    el("button", { type: "button", class: "chat-who", onclick: () => businessSheet(chat, refresh) },
      avatar(chat.business, chat.number),
      el("span", {}, el("strong", {}, el("bdi", {}, chat.business)), el("span", { class: chat.typing ? "typing" : "" }, state)),
      el("span", { class: "hidden" }, ", business info")),
    el("button", { type: "button", class: "round to-console", aria: { label: "Console" } }, icon("tune")),
    el("button", { type: "button", class: "round", aria: { label: "Business info" }, onclick: () => businessSheet(chat, refresh) }, icon("more"))));
}

function drawMessages(chat, refresh, isNew) {
  const messages = withReactions(chat.messages);
  reconcile(find("messages"), rows(chat, messages), (data) => drawRow(data, chat, refresh));
  const last = messages.at(-1);
  const fresh = messages.filter((message) => message.place > lastPlace);
  if (fresh.some((message) => message.mine)) atEnd = true;
  if (atEnd) find("scroll").scrollTop = find("scroll").scrollHeight;
  if (!isNew) announce(chat, fresh.filter((message) => !message.mine && message.arrived));
  lastPlace = last?.place ?? 0;
}

/** What the list holds: a note, then messages with a line between days. */
function rows(chat, messages) {
  const list = [{ key: "note", data: { note: `This is not WhatsApp but an emulator of it: you play ${chat.name || phone(chat.person)}, and nobody else reads this.` } }];
  let before = "";
  const done = new Set(messages.filter((message) => message.mine && ["button", "interactive"].includes(message.type)).map((message) => message.reply_to));
  const byId = new Map(messages.map((message) => [message.id, message]));
  for (const message of messages) {
    const today = day(message.at);
    if (today !== before) list.push({ key: `day ${today}`, data: { day: today } });
    before = today;
    const quoted = byId.get(message.reply_to);
    const pressed = done.has(message.id);
    list.push({ key: message.id, data: { ...message, pressed, blocked: chat.blocked, quoted: message.reply_to && (quoted ? { mine: quoted.mine, text: gist(quoted) } : {}) } });
  }
  if (chat.blocked) list.push({ key: "blocked", data: { note: "You blocked this business. What it sends does not get here, and it is not told." } });
  if (chat.typing) list.push({ key: "typing", data: { typing: true } });
  return list;
}

function drawRow(data, chat, refresh) {
  if (data.day) return el("li", { class: "day" }, el("span", {}, data.day));
  if (data.note) return el("li", { class: "note" }, el("span", {}, data.note));
  if (data.typing) return el("li", { class: "message theirs" }, el("div", { class: "bubble dots", role: "img", aria: { label: "typing" } }, el("i"), el("i"), el("i")));
  return bubble(data, chat, refresh);
}

/** Messages with the reactions to them; a reaction to one that is no longer kept is left out. */
function withReactions(all) {
  const reactions = new Map();
  for (const message of all) {
    if (!message.reaction) continue;
    const both = reactions.get(message.reaction.to) ?? {};
    both[message.mine ? "mine" : "theirs"] = message.reaction.emoji;
    reactions.set(message.reaction.to, both);
  }
  return all.filter((message) => !message.reaction).map((message) => ({ ...message, reactions: reactions.get(message.id) ?? {} }));
}

/** A message in one line. */
export function gist(message) {
  const header = message.header?.text ? `${message.header.text}: ` : "";
  return plain(header + (message.body || "")) || { image: "Photo", location: "Location", contacts: "Contact" }[message.type] || message.media?.name || message.type;
}

function announce(chat, fresh) {
  if (fresh.length) find("announcer").textContent = `${chat.business}: ${fresh.map(gist).join(". ")}`;
}

/** How long free-form messages still reach the person. */
export const windowText = (chat) => chat.window_s ? `Open for ${span(chat.window_s)} more` : "Closed: only templates get here";
