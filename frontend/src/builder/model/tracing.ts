// The path of a run through a flow: which ways it took, in which order and how often, and where it stands or failed.
import { wayId, type Flow } from "./flow";

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
  const ways = new Map(flow.edges.map((one) => [`${one.source}:${one.port}`, wayId(one)]));
  const path: Path = { hops: [], visits: new Map(), fates: new Map() };
  let resuming = "";
  for (const line of lines) {
    if (line.seq > until) break;
    // A step that goes on after a wait, or is tried again, is the same visit.
    if (line.node !== resuming) path.visits.set(line.node, (path.visits.get(line.node) ?? 0) + 1);
    resuming = line.fate === "waiting" || line.fate === "again" ? line.node : "";
    path.fates.set(line.node, line.fate);
    const way = line.port ? ways.get(`${line.node}:${line.port}`) : undefined;
    if (way) path.hops.push({ way, seq: path.hops.length + 1, node: line.node });
  }
  return path;
}

/** The numbers that a way bears, and how often it was taken. */
export function numbersOf(path: Path): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const hop of path.hops) found.set(hop.way, [...(found.get(hop.way) ?? []), hop.seq]);
  return found;
}
