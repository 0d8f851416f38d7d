// Two versions of a flow on one canvas: what is new, what is gone, what has changed.
import { same, wayId, type Flow, type Step } from "./flow";

export type Mark = "new" | "gone" | "changed" | "same";

export interface Compared {
  flow: Flow;
  steps: Map<string, Mark>;
  ways: Map<string, Mark>;
}

/** Both on one canvas, where the later one puts its steps; what is gone stands where it stood. */
export function compared(before: Flow, after: Flow): Compared {
  const was = new Map(before.nodes.map((one) => [one.id, one]));
  const is = new Map(after.nodes.map((one) => [one.id, one]));
  const steps = new Map<string, Mark>();
  for (const one of after.nodes) steps.set(one.id, marked(was.get(one.id), one));
  const gone = before.nodes.filter((one) => !is.has(one.id));
  for (const one of gone) steps.set(one.id, "gone");
  const [had, has] = [new Set(before.edges.map(wayId)), new Set(after.edges.map(wayId))];
  const ways = new Map<string, Mark>(after.edges.map((one) => [wayId(one), had.has(wayId(one)) ? "same" : "new"]));
  const lost = before.edges.filter((one) => !has.has(wayId(one)));
  for (const one of lost) ways.set(wayId(one), "gone");
  const flow = { ...after, nodes: [...after.nodes, ...gone], edges: [...after.edges, ...lost] };
  return { flow, steps, ways };
}

/** Whether steps and ways are the same; where steps stand says nothing of what they do. */
export const isSame = (both: Compared) => [...both.steps.values(), ...both.ways.values()].every((mark) => mark === "same");

function marked(was: Step | undefined, is: Step): Mark {
  if (!was) return "new";
  const told = ({ at: _, ...rest }: Step) => rest;
  return same(told(was), told(is)) ? "same" : "changed";
}
