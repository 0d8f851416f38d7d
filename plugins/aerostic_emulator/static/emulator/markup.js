// WhatsApp's own formatting: *bold*, _italic_, ~struck~, `code`, ```mono```, lists, quotes, and links.

import { el } from "./dom.js";

const TAGS = { "*": "strong", _: "em", "~": "s" };
const EDGE = /[\s.,;:!?()[\]{}"'“”‘’*_~<>|/\\-]/;
const LINK = /https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]}'*_~]/g;

/** A text as nodes. */
export function formatted(text) {
  return String(text ?? "").split("```").flatMap((part, place, parts) => {
    const isOpen = place % 2 === 1 && place < parts.length - 1;
    if (isOpen) return [el("code", part.includes("\n") ? { class: "mono" } : {}, part.replace(/^\n|\n$/g, ""))];
    return place % 2 === 1 ? lines("```" + part) : lines(part);
  });
}

/** A text as one line without its marks. */
export function plain(text) {
  const holder = el("span", {}, ...formatted(text));
  return holder.textContent.replace(/\s+/g, " ").trim();
}

function lines(text) {
  const nodes = [];
  let plainBefore = false;
  let lineBefore = null;
  for (const line of text.split("\n")) {
    const block = asBlock(line);
    // An empty line before a block needs a break of its own.
    if (plainBefore && (!block || lineBefore === "")) nodes.push("\n");
    if (block) nodes.push(block);
    else nodes.push(...inline(line));
    plainBefore = !block;
    lineBefore = line;
  }
  return nodes;
}

function asBlock(line) {
  let found = /^> (.+)/.exec(line);
  if (found) return el("blockquote", {}, ...inline(found[1]));
  found = /^[-*] (.+)/.exec(line);
  if (found) return el("span", { class: "item" }, "• ", ...inline(found[1]));
  found = /^(\d{1,3}\.) (.+)/.exec(line);
  return found && el("span", { class: "item" }, `${found[1]} `, ...inline(found[2]));
}

/** The marks inside a line, the outer one first. */
function inline(text) {
  for (let start = 0; start < text.length; start += 1) {
    const mark = text[start];
    if (!(mark in TAGS || mark === "`") || !opens(text, start)) continue;
    const end = closing(text, start);
    if (end < 0) continue;
    const inner = text.slice(start + 1, end);
    const node = mark === "`" ? el("code", {}, inner) : el(TAGS[mark], {}, ...inline(inner));
    return [...links(text.slice(0, start)), node, ...inline(text.slice(end + 1))];
  }
  return links(text);
}

const opens = (text, place) => (place === 0 || EDGE.test(text[place - 1])) && /\S/.test(text[place + 1] ?? " ");

function closing(text, start) {
  for (let end = start + 2; end < text.length; end += 1) {
    const isLast = end + 1 === text.length || EDGE.test(text[end + 1]);
    if (text[end] === text[start] && /\S/.test(text[end - 1]) && isLast) return end;
  }
  return -1;
}

function links(text) {
  const nodes = [];
  let place = 0;
  for (const found of text.matchAll(LINK)) {
    nodes.push(text.slice(place, found.index), link(found[0], found[0]));
    place = found.index + found[0].length;
  }
  nodes.push(text.slice(place));
  return nodes.filter(Boolean);
}

/** A link that tells the other side nothing; anything but http(s) stays text. */
export function link(url, label, cls = "") {
  if (!/^https?:\/\//i.test(url)) return el("span", { class: cls }, label);
  return el("a", { href: url, target: "_blank", rel: "noopener noreferrer", class: cls }, label);
}
