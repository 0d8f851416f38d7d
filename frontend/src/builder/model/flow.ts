// A flow as JSON, and how it is changed: every function gives another document and leaves the one it was given alone.
export interface Spot {
  x: number;
  y: number;
}

export type Value = string | number | boolean | null | Value[] | { [name: string]: Value };
export type Config = { [name: string]: Value };

export interface Step {
  id: string;
  kind: string;
  config: Config;
  title: string;
  retries?: number | null;
  off?: boolean; // passed by
  at: Spot;
}

export interface Way {
  source: string;
  port: string;
  target: string;
}

export interface Note {
  id: string;
  text: string;
  at: Spot;
}

export interface Flow {
  format: number;
  nodes: Step[];
  edges: Way[];
  notes: Note[];
  limits?: Config;
}

export const GRID = 16;
export const snapped = ({ x, y }: Spot): Spot => ({ x: Math.round(x / GRID) * GRID, y: Math.round(y / GRID) * GRID });
export const wayId = (way: Way) => `${way.source}:${way.port}>${way.target}`;

/** A document as the server keeps it, with what it leaves out. */
export function read(kept: Partial<Flow>): Flow {
  return {
    ...kept,
    format: kept.format ?? 1,
    nodes: (kept.nodes ?? []).map((one) => ({ ...one, config: one.config ?? {}, title: one.title ?? "", at: spot(one.at) })),
    edges: (kept.edges ?? []).map((one) => ({ ...one, port: one.port ?? "next" })),
    notes: (kept.notes ?? []).map((one) => ({ ...one, text: one.text ?? "", at: spot(one.at) })),
  };
}

const spot = (at?: Partial<Spot>): Spot => ({ x: at?.x ?? 0, y: at?.y ?? 0 });

/** Whether two values say the same, whatever the order of their keys. */
export function same(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object" || !one || !other) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].every((name) => same((one as Config)[name], (other as Config)[name]));
}

/** An id that nothing on the canvas has: `text`, `text_2`, ... of the kind `messages.text`. */
export function freshId(flow: Flow, kind: string, also: Iterable<string> = []): string {
  const taken = new Set([...flow.nodes, ...flow.notes].map((one) => one.id).concat(...also));
  const name = (kind.split(".").pop() ?? kind).slice(0, 30);
  let id = name;
  for (let number = 2; taken.has(id); number++) id = `${name}_${number}`;
  return id;
}

export const stepOf = (flow: Flow, id: string) => flow.nodes.find((one) => one.id === id);
export const waysFrom = (flow: Flow, id: string) => flow.edges.filter((one) => one.source === id);
export const waysTo = (flow: Flow, id: string) => flow.edges.filter((one) => one.target === id);

/** Put a step there; behind a port, where one is named. */
export function added(flow: Flow, step: Step, from?: { source: string; port: string }): Flow {
  const put = { ...flow, nodes: [...flow.nodes, step] };
  return from ? connected(put, { ...from, target: step.id }) : put;
}

/** Draw a way. A port leads to one node: what it led to before is let go. */
export function connected(flow: Flow, way: Way): Flow {
  const others = flow.edges.filter((one) => one.source !== way.source || one.port !== way.port);
  return { ...flow, edges: [...others, way] };
}

export function disconnected(flow: Flow, ids: Set<string>): Flow {
  return { ...flow, edges: flow.edges.filter((one) => !ids.has(wayId(one))) };
}

/** Put a step into a way: what came before leads to it, and its first port leads on. */
export function inserted(flow: Flow, id: string, step: Step, port: string | undefined): Flow {
  const way = flow.edges.find((one) => wayId(one) === id);
  const put = added(way ? disconnected(flow, new Set([id])) : flow, step, way);
  return way && port ? connected(put, { source: step.id, port, target: way.target }) : put;
}

/** Take steps and notes away. With `close`, what led to a step leads to what came behind it. */
export function removed(flow: Flow, ids: Set<string>, close = false): Flow {
  const kept = flow.edges.filter((one) => !ids.has(one.source) && !ids.has(one.target));
  const closed = close ? flow.edges.flatMap((one) => closing(flow, one, ids)) : [];
  return {
    ...flow,
    nodes: flow.nodes.filter((one) => !ids.has(one.id)),
    notes: flow.notes.filter((one) => !ids.has(one.id)),
    edges: [...kept, ...closed],
  };
}

/** Where a way from outside leads when all that it passes within is gone. */
function closing(flow: Flow, way: Way, ids: Set<string>): Way[] {
  if (ids.has(way.source) || !ids.has(way.target)) return [];
  const seen = new Set<string>();
  let at = way.target;
  while (ids.has(at) && !seen.has(at)) {
    seen.add(at);
    const next = waysFrom(flow, at)[0];
    if (!next) return [];
    at = next.target;
  }
  return ids.has(at) ? [] : [{ ...way, target: at }];
}

const changed = <T extends { id: string }>(all: T[], id: string, by: Partial<T>) =>
  all.map((one) => (one.id === id ? { ...one, ...by } : one));

export const withStep = (flow: Flow, id: string, by: Partial<Step>): Flow => ({ ...flow, nodes: changed(flow.nodes, id, by) });
/** Switch steps off, or on again where all of them are off. */
export function switched(flow: Flow, ids: Set<string>): Flow {
  const off = flow.nodes.some((one) => ids.has(one.id) && !one.off);
  return { ...flow, nodes: flow.nodes.map((one) => (ids.has(one.id) && Boolean(one.off) !== off ? { ...one, off: off || undefined } : one)) };
}

export const withNote = (flow: Flow, id: string, by: Partial<Note>): Flow => ({ ...flow, notes: changed(flow.notes, id, by) });
export const noted = (flow: Flow, note: Note): Flow => ({ ...flow, notes: [...flow.notes, note] });

/** Move steps and notes; where nothing moves, the document is the same one. */
export function moved(flow: Flow, spots: Map<string, Spot>): Flow {
  const move = <T extends Step | Note>(one: T): T => {
    const to = spots.get(one.id);
    return !to || (to.x === one.at.x && to.y === one.at.y) ? one : { ...one, at: to };
  };
  const [nodes, notes] = [flow.nodes.map(move), flow.notes.map(move)];
  const still = nodes.every((one, i) => one === flow.nodes[i]) && notes.every((one, i) => one === flow.notes[i]);
  return still ? flow : { ...flow, nodes, notes };
}
