// Where the focus goes when something opens or closes. It is drawn at once: what is typed right behind a key must not meet what stood there before.
import { flushSync } from "react-dom";

/** Change something, and go into the form of what is chosen. */
export function intoForm(change: () => void = () => undefined): void {
  flushSync(change);
  document.querySelector<HTMLElement>(".properties [data-first]")?.focus();
}

/** Do what was chosen from a list or a menu, once that is gone. */
export function behind(close: () => void, act: () => void): void {
  flushSync(close);
  act();
}
