// Chance that can be had again: numbers from a seed, and random flows and edits made with them.
import {
  added, connected, disconnected, inserted, moved, noted, removed, switched, wayId, withNote, withStep, freshId, type Flow, type Step,
} from "../src/builder/model/flow";
import { lined } from "../src/builder/model/arranging";
import { pasted } from "../src/builder/model/clipboard";

export class Chance {
  constructor(private seed: number) {}

  /** At least 0, less than 1. */
  next(): number {
    this.seed = (this.seed * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return this.seed / 4_294_967_296;
  }

  below = (most: number) => Math.floor(this.next() * most);
  one = <T>(of: T[]): T | undefined => of[this.below(of.length)];
}

const KINDS = ["messages.text", "logic.condition", "logic.wait", "messages.received"];
const PORTS = ["next", "yes", "no", "error"];
export const EMPTY: Flow = { format: 1, nodes: [], edges: [], notes: [] };

export function step(flow: Flow, chance: Chance): Step {
  const kind = chance.one(KINDS)!;
  return { id: freshId(flow, kind), kind, config: {}, title: "", at: { x: chance.below(90) * 16, y: chance.below(60) * 16 } };
}

/** One of the edits that a person can make. */
export function edit(flow: Flow, chance: Chance): Flow {
  const node = chance.one(flow.nodes);
  const way = chance.one(flow.edges);
  const from = node && { source: node.id, port: chance.one(PORTS)! };
  const acts: (() => Flow)[] = [
    () => added(flow, step(flow, chance), chance.below(2) ? from : undefined),
    () => (way ? inserted(flow, wayId(way), step(flow, chance), "next") : flow),
    () => (node && from ? connected(flow, { ...from, target: chance.one(flow.nodes)!.id }) : flow),
    () => (way ? disconnected(flow, new Set([wayId(way)])) : flow),
    () => (node && chance.below(3) === 0 ? removed(flow, new Set([node.id]), chance.below(2) === 0) : flow),
    () => (node ? withStep(flow, node.id, { config: { text: `words ${chance.below(1_000)}` } }) : flow),
    () => (node ? withStep(flow, node.id, { title: `name ${chance.below(1_000)}` }) : flow),
    () => (node ? moved(flow, new Map([[node.id, { x: chance.below(90) * 16, y: chance.below(60) * 16 }]])) : flow),
    () => noted(flow, { id: freshId(flow, "note"), text: "", at: { x: 0, y: 0 } }),
    () => (node ? switched(flow, new Set([node.id])) : flow),
    () => lined(flow, new Set(flow.nodes.slice(0, 3).map((one) => one.id)), chance.below(2) ? "x" : "y"),
    () => (flow.notes[0] ? withNote(flow, flow.notes[0].id, { text: `note ${chance.below(1_000)}` }) : flow),
    () => (flow.nodes.length < 60 ? pasted(flow, { ...EMPTY, nodes: flow.nodes.slice(0, 3), edges: flow.edges }, { x: 32, y: 32 }).flow : flow),
  ];
  return chance.one(acts)!();
}
