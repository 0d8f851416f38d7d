// The field a person writes in, what is attached, and the message a reply is about.

import { attempt, contextOf, locationSheet } from "./acts.js";
import { fileContent, write } from "./api.js";
import { block } from "./business.js";
import { el, find, icon, toast } from "./dom.js";
import { gist } from "./chat.js";

const MB = 1024 * 1024;
const LARGEST = { image: 5 * MB, document: 100 * MB };
let about = null;

/** The foot of the phone; for a person who blocked the business, the way back. */
export function composer(chat, refresh) {
  about = null;
  if (chat.blocked) {
    return el("div", { class: "composer off" }, el("p", {}, "You blocked this business."),
      el("button", { type: "button", class: "button", onclick: block(chat, false, refresh) }, "Unblock"));
  }
  const text = el("textarea", { id: "compose", rows: 1, placeholder: "Message", aria: { label: "Message to the business" }, maxLength: 4096 });
  const form = el("form", { class: "composer" },
    el("div", { id: "about" }),
    el("div", { class: "compose-row" }, el("div", { class: "compose-box" }, text, attachMenu(chat, refresh)),
      el("button", { class: "round send", aria: { label: "Send" } }, icon("send"))));
  text.addEventListener("input", () => grow(text));
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); form.requestSubmit(); }
    if (event.key === "Escape") setAbout(null);
  });
  form.addEventListener("submit", (event) => { event.preventDefault(); send(text, chat, refresh); });
  return form;
}

export const focusComposer = () => find("compose")?.focus({ preventScroll: true });

/** Make the next message a reply. */
export function replyTo(message) {
  setAbout(message);
  focusComposer();
}

function setAbout(message) {
  about = message;
  const holder = find("about");
  if (!holder) return;
  holder.replaceChildren(...(message ? [el("div", { class: "quote" }, el("strong", {}, message.mine ? "You" : "Business"), el("span", { dir: "auto" }, gist(message)),
    el("button", { type: "button", class: "round", aria: { label: "Do not reply to this" }, onclick: () => setAbout(null) }, icon("close")))] : []));
}

function grow(text) {
  text.style.height = "auto";
  text.style.height = `${Math.min(text.scrollHeight, 110)}px`;
}

async function send(field, chat, refresh) {
  const body = field.value.trim();
  if (!body) return;
  const context = about && contextOf(about, chat);
  field.value = "";
  grow(field);
  setAbout(null);
  const isSent = await attempt(() => write(chat, { type: "text", text: { body }, ...(context && { context }) }), refresh);
  if (!isSent && !field.value) field.value = body;
}

function attachMenu(chat, refresh) {
  const photo = picker("image/jpeg,image/png", (file) => sendFile("image", file, chat, refresh), "photo-file");
  const paper = picker("", (file) => sendFile("document", file, chat, refresh), "document-file");
  const item = (name, label, act) => el("button", { type: "button", class: "line", onclick: () => { menu.open = false; act(); } }, icon(name), label);
  const menu = el("details", { class: "attach" },
    el("summary", { class: "round", aria: { label: "Attach" } }, icon("clip")),
    el("div", { class: "menu" }, item("photo", "Photo", () => photo.click()), item("document", "Document", () => paper.click()),
      item("pin", "Location", () => locationSheet(chat, refresh))));
  menu.addEventListener("focusout", (event) => { if (!menu.contains(event.relatedTarget)) menu.open = false; });
  menu.addEventListener("keydown", (event) => { if (event.key === "Escape") { menu.open = false; menu.firstChild.focus(); } });
  return el("div", { class: "attach-holder" }, menu, photo, paper);
}

function picker(accept, act, id) {
  const input = el("input", { type: "file", accept, id, hidden: true });
  input.addEventListener("change", () => {
    if (input.files[0]) act(input.files[0]);
    input.value = "";
  });
  return input;
}

async function sendFile(kind, file, chat, refresh) {
  if (file.size > LARGEST[kind]) {
    toast(`WhatsApp takes ${kind === "image" ? "photos up to 5 MB" : "documents up to 100 MB"}. Choose a smaller one.`, true);
    return;
  }
  await attempt(async () => {
    const content = await fileContent(file);
    await write(chat, { type: kind, [kind]: kind === "document" ? { ...content, filename: file.name } : content });
  }, refresh);
}
