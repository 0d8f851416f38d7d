// Putting what is chosen in line, and spreading it evenly.
import { moved, snapped, type Flow, type Spot } from "./flow";

export type Axis = "x" | "y";

/** In one line: all stand where the first one of them stands on an axis, so that `x` gives a column and `y` a row. */
export function lined(flow: Flow, ids: Set<string>, axis: Axis): Flow {
  const all = chosen(flow, ids);
  const at = Math.min(...all.map(([, spot]) => spot[axis]));
  return moved(flow, new Map(all.map(([id, spot]) => [id, { ...spot, [axis]: at }])));
}

/** With gaps of one size between them; the first and the last one stay.
 *
 *  size: of one of them along the axis, in units of the canvas. */
export function spread(flow: Flow, ids: Set<string>, axis: Axis, size: (id: string) => number): Flow {
  const all = chosen(flow, ids).sort(([, one], [, other]) => one[axis] - other[axis]);
  if (all.length < 3) return flow;
  const [first, last] = [all[0]!, all.at(-1)!];
  const within = all.slice(0, -1).reduce((sum, [id]) => sum + size(id), 0);
  const gap = (last[1][axis] - first[1][axis] - within) / (all.length - 1);
  let at = first[1][axis];
  const spots = new Map<string, Spot>();
  for (const [id, spot] of all.slice(0, -1)) {
    spots.set(id, id === first[0] ? spot : snapped({ ...spot, [axis]: at }));
    at += size(id) + gap;
  }
  return moved(flow, spots);
}

const chosen = (flow: Flow, ids: Set<string>): [string, Spot][] =>
  [...flow.nodes, ...flow.notes].filter((one) => ids.has(one.id)).map((one) => [one.id, one.at]);
