// Copied steps as text, in the format of exports: what is copied here is pasted in another flow, tab or workspace.
import { freshId, read, snapped, type Flow, type Spot } from "./flow";

/** The chosen steps and notes, and the ways between them, as text. */
export function copied(flow: Flow, ids: Set<string>): string {
  const part: Partial<Flow> = {
    format: flow.format,
    nodes: flow.nodes.filter((one) => ids.has(one.id)),
    edges: flow.edges.filter((one) => ids.has(one.source) && ids.has(one.target)),
    notes: flow.notes.filter((one) => ids.has(one.id)),
  };
  return JSON.stringify(part, null, 2);
}

/** What a text holds that was copied or exported; nothing where it is something else. */
export function understood(text: string): Flow | undefined {
  try {
    const found = JSON.parse(text) as Partial<Flow> | null;
    if (!found || typeof found !== "object" || typeof found.format !== "number" || found.format !== 1) return undefined;
    if (![found.nodes ?? [], found.edges ?? [], found.notes ?? []].every(Array.isArray)) return undefined;
    const whole = read(found);
    const named = [...whole.nodes, ...whole.notes].every((one) => typeof one.id === "string" && /^[\w-]{1,40}$/.test(one.id));
    return named && whole.nodes.every((one) => typeof one.kind === "string") ? whole : undefined;
  } catch {
    return undefined;
  }
}

/** Put what was copied on a canvas, under ids that are free there.
 *
 *  at: where its upper left corner goes. */
export function pasted(flow: Flow, part: Flow, at: Spot): { flow: Flow; ids: string[] } {
  const all = [...part.nodes, ...part.notes];
  if (!all.length) return { flow, ids: [] };
  const left = Math.min(...all.map((one) => one.at.x));
  const top = Math.min(...all.map((one) => one.at.y));
  const names = new Map<string, string>();
  for (const one of all) names.set(one.id, freshId(flow, "kind" in one ? one.kind : "note", names.values()));
  const placed = <T extends { id: string; at: Spot }>(one: T): T => ({
    ...one,
    id: names.get(one.id)!,
    at: snapped({ x: one.at.x - left + at.x, y: one.at.y - top + at.y }),
  });
  const inside = part.edges.filter((one) => names.has(one.source) && names.has(one.target));
  const edges = inside.map((one) => ({ ...one, source: names.get(one.source)!, target: names.get(one.target)! }));
  return {
    flow: {
      ...flow,
      nodes: [...flow.nodes, ...part.nodes.map(placed)],
      edges: [...flow.edges, ...edges],
      notes: [...flow.notes, ...part.notes.map(placed)],
    },
    ids: [...names.values()],
  };
}
