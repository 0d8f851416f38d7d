// A sheet that rises from the bottom of the phone: lists, message actions, business info.

import { el, find, icon } from "./dom.js";

let shut = () => {};

/** Open a sheet with a title; Escape, the cross and a click beside it close it, and the focus goes back. */
export function openSheet(title, ...content) {
  shut();
  const screen = find("screen");
  const before = document.activeElement;
  const close = el("button", { type: "button", class: "round", aria: { label: "Close" }, onclick: () => shut() }, icon("close"));
  const heading = el("h2", { id: "sheet-title" }, title);
  const sheet = el("div", { class: "sheet", role: "dialog", aria: { modal: "true", labelledby: "sheet-title" } },
    el("header", {}, close, heading), el("div", { class: "sheet-body" }, ...content));
  const veil = el("div", { class: "veil", onclick: (event) => event.target === veil && shut() }, sheet);
  const others = [...screen.children];
  for (const node of others) node.inert = true;
  screen.append(veil);
  const onKey = (event) => { if (event.key === "Escape") shut(); };
  document.addEventListener("keydown", onKey);
  shut = () => {
    shut = () => {};
    document.removeEventListener("keydown", onKey);
    for (const node of others) node.inert = false;
    veil.remove();
    if (before?.isConnected) before.focus();
  };
  (sheet.querySelector("[autofocus]") ?? sheet.querySelector(".sheet-body :is(button, input, textarea, select)") ?? close).focus();
}

export const closeSheet = () => shut();
