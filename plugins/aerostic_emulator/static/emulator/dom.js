// Elements made by hand: whatever people and businesses write goes in as text, never as markup.

const SVG = "http://www.w3.org/2000/svg";

/** An element: properties by name (`on…` listens, `data` and `aria` are objects), then children; null ones are left out. */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) set(node, name, value);
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

function set(node, name, value) {
  if (value === undefined || value === null) return;
  if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
  else if (name === "data") Object.assign(node.dataset, value);
  else if (name === "aria") for (const [key, text] of Object.entries(value)) node.setAttribute(`aria-${key}`, text);
  else if (name === "class") node.className = value;
  else if (name in node) node[name] = value;
  else node.setAttribute(name, value);
}

/** An icon of icons.svg; beside a word it says nothing to a screen reader. */
export function icon(name, label = "") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute(...(label ? ["aria-label", label] : ["aria-hidden", "true"]));
  if (label) svg.setAttribute("role", "img");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `/_phone/icons.svg#${name}`);
  svg.append(use);
  return svg;
}

export const find = (id) => document.getElementById(id);

/** A person's or business's round picture: initials on a colour that stays the same. */
export function avatar(name, key) {
  const letters = [...name].filter((char) => /\p{L}/u.test(char));
  const words = name.split(/\s+/).map((word) => [...word].find((char) => /\p{L}/u.test(char)) ?? "");
  const initials = letters.length ? (words.join("").slice(0, 2) || letters[0]).toUpperCase() : "";
  let sum = 0;
  for (const char of key) sum = (sum * 31 + char.charCodeAt(0)) % 997;
  return el("span", { class: `avatar hue-${sum % 8}`, aria: { hidden: "true" } }, initials || icon("person"));
}

const drawn = new WeakMap();

/**
 * Make a list show these items, touching only what has changed, so that focus and scroll stay.
 * `items` are `{key, data}`; `draw(data)` makes the element of one.
 */
export function reconcile(list, items, draw) {
  const old = new Map([...list.children].map((node) => [node.dataset.key, node]));
  const nodes = items.map(({ key, data }) => {
    const signature = JSON.stringify(data);
    let node = old.get(key);
    if (!node || drawn.get(node) !== signature) {
      const fresh = draw(data);
      fresh.dataset.key = key;
      drawn.set(fresh, signature);
      if (node) replace(node, fresh);
      node = fresh;
    }
    old.delete(key);
    return node;
  });
  for (const node of old.values()) node.remove();
  nodes.forEach((node, place) => {
    if (list.children[place] !== node) list.insertBefore(node, list.children[place] ?? null);
  });
}

/** Replace an element; the focus inside it goes to the same place of the new one. */
function replace(node, fresh) {
  const reach = "a, button, input, select";
  const place = [...node.querySelectorAll(reach)].indexOf(document.activeElement);
  node.replaceWith(fresh);
  if (place >= 0) fresh.querySelectorAll(reach)[place]?.focus();
}

/** Call at most once in `ms`, and once more at the end if it was asked for meanwhile. */
export function paced(act, ms) {
  let timer = 0;
  let again = false;
  return function run() {
    if (timer) {
      again = true;
      return;
    }
    again = false;
    act();
    timer = setTimeout(() => {
      timer = 0;
      if (again) run();
    }, ms);
  };
}

/** Show a word at the bottom for a few seconds; `bad` for what went wrong. */
export function toast(text, bad = false) {
  const note = el("p", { class: bad ? "toast bad" : "toast" }, text);
  find("toasts").append(note);
  setTimeout(() => note.remove(), bad ? 6000 : 2500);
}
