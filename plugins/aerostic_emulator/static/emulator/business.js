// The page about a business that opens from the chat's head: offers and blocking.

import { attempt, prefer } from "./acts.js";
import { chatPath, patch, write } from "./api.js";
import { avatar, el, icon, toast } from "./dom.js";
import { closeSheet, openSheet } from "./sheet.js";
import { phone } from "./words.js";

/** Show who the business is and what the person can do about it. */
export function businessSheet(chat, refresh) {
  const line = (name, label, hint, act, kind = "") => el("button", { type: "button", class: `line ${kind}`, onclick: act },
    icon(name), el("span", {}, label, el("small", {}, hint)));
  const done = (act, said) => async () => {
    closeSheet();
    if (await attempt(act, refresh)) toast(said);
  };
  openSheet("Business info",
    el("div", { class: "business" }, avatar(chat.business, chat.number), el("strong", { dir: "auto" }, chat.business),
      el("span", { class: "quiet" }, phone(chat.business_phone))),
    chat.stopped ?
      line("megaphone", "Resume offers and announcements", "Marketing gets here again", done(() => prefer(chat, "resume"), "Offers are on again.")) :
      line("megaphone", "Stop offers and announcements", "The business is told; its marketing templates fail with 131050", done(() => prefer(chat, "stop"), "Offers are stopped.")),
    !chat.blocked && line("send", "Write “STOP”", "A message like any other: the business has to heed it", done(() => write(chat, { type: "text", text: { body: "STOP" } }), "Sent: STOP")),
    chat.blocked ?
      line("ban", "Unblock", "What was sent meanwhile does not come", block(chat, false, refresh)) :
      line("ban", "Block", "Its messages stay at one tick, and it is not told", block(chat, true, refresh), "danger"));
}

/** Block or unblock the business. */
export function block(chat, blocked, refresh) {
  return async () => {
    closeSheet();
    if (await attempt(() => patch(chatPath(chat), { blocked }), refresh)) toast(blocked ? "Blocked." : "Not blocked any more.");
  };
}
