// The path of a run through a flow: which ways it took, in which order and how often, and where it stands or failed.
import { stepOf, wayId, waysFrom, type Flow, type Way } from "./flow";

export interface Line {
  seq: number;
  node: string;
  fate: string;
  port: string;
}

export interface Hop {
  way: string;
  seq: number;
  node: string;
}

export interface Path {
  hops: Hop[];
  visits: Map<string, number>;
  fates: Map<string, string>;
}

/** The path up to and with a step.
 *
 *  until: its `seq`; without one, all of it. */
export function pathOf(flow: Flow, lines: Line[], until = Infinity): Path {
  const ways = new Map(flow.edges.map((one) => [`${one.source}:${one.port}`, one]));
  const path: Path = { hops: [], visits: new Map(), fates: new Map() };
  let resuming = "";
  for (const line of lines) {
    if (line.seq > until) break;
    // A step that goes on after a wait, or is tried again, is the same visit.
    if (line.node !== resuming) path.visits.set(line.node, (path.visits.get(line.node) ?? 0) + 1);
    resuming = line.fate === "waiting" || line.fate === "again" ? line.node : "";
    path.fates.set(line.node, line.fate);
    const way = line.port ? ways.get(`${line.node}:${line.port}`) : undefined;
    const seq = (path.hops.at(-1)?.seq ?? 0) + 1;
    for (const one of way ? onward(flow, way) : []) path.hops.push({ way: one, seq, node: line.node });
  }
  return path;
}

/** A way that was taken, and those behind steps that are off: it passes them by. */
function onward(flow: Flow, way: Way): string[] {
  const taken: string[] = [];
  for (let at: Way | undefined = way; at && !taken.includes(wayId(at)); ) {
    taken.push(wayId(at));
    const target = stepOf(flow, at.target);
    const ways: Way[] = target?.off ? waysFrom(flow, target.id) : [];
    at = ways.find((one) => one.port === "next") ?? ways[0];
  }
  return taken;
}

/** The numbers that a way bears, and how often it was taken. */
export function numbersOf(path: Path): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const hop of path.hops) found.set(hop.way, [...(found.get(hop.way) ?? []), hop.seq]);
  return found;
}
