// Undo and redo over whole documents. Documents share what did not change, so that keeping many costs little.
import { same } from "./flow";

const MOST = 500;
const PAUSE = 600; // typing that goes on within this time is one entry

export interface History<T> {
  past: T[];
  now: T;
  future: T[];
  by: string;
  at: number;
}

export const begin = <T>(now: T): History<T> => ({ past: [], now, future: [], by: "", at: 0 });

/** Go on to another document. What is the same as before is no entry; edits of one place in a row are one.
 *
 *  by: the place that is edited, as a field of a step; "" for what is an entry of its own.
 *  at: milliseconds. */
export function pushed<T>(history: History<T>, next: T, by = "", at = 0): History<T> {
  if (next === history.now || same(next, history.now)) return history;
  const joins = by !== "" && by === history.by && at - history.at < PAUSE && history.past.length > 0 && !history.future.length;
  const past = joins ? history.past : [...history.past, history.now].slice(-MOST);
  return { past, now: next, future: [], by, at };
}

export function undone<T>(history: History<T>): History<T> {
  const last = history.past.at(-1);
  if (last === undefined) return history;
  return { past: history.past.slice(0, -1), now: last, future: [history.now, ...history.future], by: "", at: 0 };
}

export function redone<T>(history: History<T>): History<T> {
  const [next, ...rest] = history.future;
  if (next === undefined) return history;
  return { past: [...history.past, history.now], now: next, future: rest, by: "", at: 0 };
}
