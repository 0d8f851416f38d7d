// The people the businesses wrote to: searchable, newest first, unread messages counted.

import { get, post } from "./api.js";
import { avatar, el, find, icon, reconcile, toast } from "./dom.js";
import { field } from "./fields.js";
import { plain } from "./markup.js";
import { lately, phone, STATUSES } from "./words.js";

const PAGE = 50;
let shown = PAGE;
let numbers = [];

export const routeOf = (chat) => `#${chat.number}/${encodeURIComponent(chat.person)}`;

/** Wire the search, the number filter and the form for a new customer. */
export function startPeople(refresh) {
  let timer = 0;
  find("search").addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => { shown = PAGE; refresh(); }, 150);
  });
  find("business").addEventListener("change", () => { shown = PAGE; refresh(); });
  find("new-person").addEventListener("click", askForPerson);
}

/** Fetch the list and show it. */
export async function refreshPeople(open, refresh) {
  const query = new URLSearchParams({ q: find("search").value, number: find("business").value, limit: shown });
  const { data, total } = await get(`chats?${query}`);
  const current = open ? routeOf(open) : "";
  const items = data.map((chat) => ({ key: routeOf(chat), data: { ...chat, current: routeOf(chat) === current, from: fromOf(chat), window_s: 0 } }));
  reconcile(find("people"), items, row);
  find("people").append(...(total ? more(total, refresh) : [nobody()]));
  const unread = data.reduce((sum, chat) => sum + chat.unread, 0);
  document.title = unread ? `(${unread}) Phone emulator` : "Phone emulator";
}

/** Learn the business numbers; with one there is nothing to choose. */
export function setNumbers(all) {
  const options = (list) => list.map((number) => el("option", { value: number.id }, `${number.verified_name} ${phone(number.phone)}`));
  const same = all.map((number) => number.id).join() === numbers.map((number) => number.id).join();
  numbers = all;
  if (same) return;
  find("business").replaceChildren(el("option", { value: "" }, "All business numbers"), ...options(all));
  find("business-field").hidden = all.length < 2;
}

function row(chat) {
  const name = chat.name || phone(chat.person);
  const last = chat.last;
  const words = last ? plain(last.text) || STATUSES[last.status] : "No messages yet";
  return el("li", {}, el("a", { href: routeOf(chat), class: "person", aria: chat.current ? { current: "true" } : {} },
    avatar(name, chat.person),
    el("span", { class: "person-main" },
      el("span", { class: "person-line" }, el("bdi", { class: "person-name" }, name),
        last && el("time", { class: "quiet" }, lately(last.at))),
      el("span", { class: "person-line" },
        el("span", { class: "person-last" }, last?.mine && "You: ", last?.status === "failed" && "Failed: ", el("bdi", {}, words)),
        chat.unread > 0 && badge(chat.unread)),
      chat.from && el("span", { class: "person-from quiet" }, icon("shop"), el("bdi", {}, chat.from)))));
}

/** Which business a chat is with, where there are several: its name, or its number when names are the same. */
function fromOf(chat) {
  if (numbers.length < 2 || find("business").value) return "";
  const names = numbers.filter((number) => number.verified_name === chat.business);
  return names.length > 1 ? phone(chat.business_phone) : chat.business;
}

function badge(count) {
  return el("span", { class: "badge" }, count > 99 ? "99+" : String(count), el("span", { class: "hidden" }, " unread"));
}

function nobody() {
  const searching = find("search").value.trim();
  const text = searching ? "Nobody is called so, or has such a number." :
    "Nobody yet. Send a message or a campaign to somebody, or add a customer of your own and write first.";
  return el("li", { class: "nobody", data: { key: "nobody" } }, icon(searching ? "search" : "smile"), el("p", {}, text));
}

function more(total, refresh) {
  if (total <= shown) return [];
  const button = el("button", { type: "button", class: "button plain wide", onclick: () => { shown += PAGE; refresh(); } },
    `Show more (${total - shown})`);
  return [el("li", { data: { key: "more" } }, button)];
}

function askForPerson() {
  const dialog = find("person-dialog");
  const problem = el("p", { class: "problem", role: "alert" });
  const tel = el("input", { name: "phone", type: "tel", required: true, placeholder: "+49 151 23456789", autocomplete: "off" });
  const form = el("form", { class: "stack", onsubmit: (event) => { event.preventDefault(); save(form, problem, dialog); } },
    el("h2", { id: "person-title" }, "New customer"),
    el("p", { class: "quiet" }, "You play this person. The business sees a message as read when you open the chat."),
    field("Phone number", tel, "With its country code; any number will do, nobody is called."),
    field("Name", el("input", { name: "name", maxLength: 60, placeholder: "Ada Lovelace", autocomplete: "off" }), "As in the person’s profile."),
    field("Writes to", el("select", { name: "phone_number_id" },
      ...numbers.map((number) => el("option", { value: number.id }, `${number.verified_name} ${phone(number.phone)}`)))),
    problem,
    el("div", { class: "row end" }, el("button", { type: "button", class: "button plain", onclick: () => dialog.close() }, "Cancel"),
      el("button", { class: "button" }, "Open the chat")));
  dialog.replaceChildren(form);
  dialog.showModal();
  tel.focus();
}

async function save(form, problem, dialog) {
  try {
    const chat = await post("chats", Object.fromEntries(new FormData(form)));
    dialog.close();
    location.hash = routeOf(chat);
    toast(`You are ${chat.name || phone(chat.person)} now.`);
  } catch (error) {
    problem.textContent = error.message;
  }
}
