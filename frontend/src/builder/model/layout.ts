// Tidying up: layers from left to right, each step behind all that lead to it, circles broken where they close.
import { GRID, snapped, type Flow, type Spot } from "./flow";
import { order } from "./order";

const ACROSS = 304;
const GAP = 32;
const SWEEPS = 6;

/** Where each step goes.
 *
 *  height: of a step on the canvas, in its units. */
export function tidied(flow: Flow, starts: (kind: string) => boolean, height: (id: string) => number): Map<string, Spot> {
  const ids = order(flow, starts);
  const ahead = forward(flow, ids);
  const layers = layered(ids, ahead);
  const columns: string[][] = [];
  for (const id of ids) (columns[layers.get(id)!] ??= []).push(id);
  const before = new Map<string, string[]>();
  for (const [id, targets] of ahead) for (const to of targets) before.set(to, [...(before.get(to) ?? []), id]);
  const y = new Map<string, number>();
  for (const column of columns) stack(column, y, height);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const down = sweep % 2 === 0;
    for (const column of down ? columns : [...columns].reverse()) settle(column, y, height, down ? before : ahead);
  }
  const top = Math.min(0, ...y.values());
  return new Map(ids.map((id) => [id, snapped({ x: layers.get(id)! * ACROSS, y: y.get(id)! - top })]));
}

/** The ways without those that close a circle. */
function forward(flow: Flow, ids: string[]): Map<string, string[]> {
  const ways = new Map<string, string[]>(ids.map((id) => [id, []]));
  for (const way of flow.edges) if (ways.has(way.source) && ways.has(way.target)) ways.get(way.source)!.push(way.target);
  const found = new Map<string, string[]>(ids.map((id) => [id, []]));
  const state = new Map<string, "open" | "done">();
  for (const head of ids) {
    const stack: [string, number][] = state.has(head) ? [] : [[head, 0]];
    if (stack.length) state.set(head, "open");
    while (stack.length) {
      const top = stack.at(-1)!;
      const to = ways.get(top[0])![top[1]++];
      if (to === undefined) {
        state.set(top[0], "done");
        stack.pop();
      } else if (state.get(to) !== "open") {
        found.get(top[0])!.push(to);
        if (!state.has(to)) {
          state.set(to, "open");
          stack.push([to, 0]);
        }
      }
    }
  }
  return found;
}

function layered(ids: string[], ahead: Map<string, string[]>): Map<string, number> {
  const waiting = new Map<string, number>(ids.map((id) => [id, 0]));
  for (const targets of ahead.values()) for (const to of targets) waiting.set(to, waiting.get(to)! + 1);
  const layers = new Map<string, number>(ids.map((id) => [id, 0]));
  const free = ids.filter((id) => !waiting.get(id));
  for (let id = free.shift(); id !== undefined; id = free.shift()) {
    for (const to of ahead.get(id)!) {
      layers.set(to, Math.max(layers.get(to)!, layers.get(id)! + 1));
      waiting.set(to, waiting.get(to)! - 1);
      if (!waiting.get(to)) free.push(to);
    }
  }
  return layers;
}

function stack(column: string[], y: Map<string, number>, height: (id: string) => number): void {
  let at = 0;
  for (const id of column) {
    y.set(id, at);
    at += height(id) + GAP;
  }
}

/** Move each step of a column towards what it hangs on, without any standing on another. */
function settle(column: string[], y: Map<string, number>, height: (id: string) => number, hangs: Map<string, string[]>): void {
  const wish = (id: string) => {
    const on = hangs.get(id) ?? [];
    return on.length ? on.reduce((sum, one) => sum + y.get(one)!, 0) / on.length : y.get(id)!;
  };
  const wishes = new Map(column.map((id) => [id, wish(id)]));
  column.sort((a, b) => wishes.get(a)! - wishes.get(b)!);
  let free = -Infinity;
  for (const id of column) {
    y.set(id, Math.max(wishes.get(id)!, free));
    free = y.get(id)! + height(id) + GAP;
  }
  const drift = column.reduce((sum, id) => sum + y.get(id)! - wishes.get(id)!, 0) / Math.max(1, column.length);
  for (const id of column) y.set(id, y.get(id)! - Math.round(drift / GRID) * GRID);
}
