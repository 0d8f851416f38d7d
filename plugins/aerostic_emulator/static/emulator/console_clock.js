// Webhooks held back, and the emulator's clock.

import { post } from "./api.js";
import { el } from "./dom.js";
import { button, doing, fact } from "./fields.js";
import { span } from "./words.js";

const HOUR = 3600;

/** A switch for webhooks, and buttons that move time on. */
export function clockPart({ paused, offset_s }, refresh) {
  const move = (seconds) => doing(() => post("clock", { offset_s: seconds }), refresh);
  const hold = el("input", { type: "checkbox", role: "switch", checked: paused });
  hold.addEventListener("change", () => doing(() => post("webhooks", { paused: hold.checked }), refresh)());
  return [
    el("label", { class: "switch" }, hold, el("span", {}, "Hold webhooks back", el("small", { class: "quiet" }, "They come all at once when you let go."))),
    fact("The clock is", offset_s ? `${span(offset_s)} ${offset_s > 0 ? "ahead" : "behind"}` : "right"),
    el("div", { class: "row" }, button("+1 hour", move(offset_s + HOUR)), button("+1 day", move(offset_s + 24 * HOUR)),
      offset_s ? button("Right again", move(0)) : null),
    el("p", { class: "quiet" }, "A day on, the 24-hour window is closed and limits count anew. Only the emulator’s clock moves."),
  ];
}
