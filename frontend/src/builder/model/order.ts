// The order in which a flow is read: from each trigger along its ways; what nothing leads to comes last.
import type { Flow } from "./flow";

/** The ids of all steps.
 *
 *  starts: whether a kind starts runs. */
export function order(flow: Flow, starts: (kind: string) => boolean): string[] {
  const ways = new Map<string, string[]>();
  for (const way of flow.edges) ways.set(way.source, [...(ways.get(way.source) ?? []), way.target]);
  const known = new Set(flow.nodes.map((one) => one.id));
  const seen = new Set<string>();
  for (const head of [...flow.nodes.filter((one) => starts(one.kind)), ...flow.nodes]) {
    const ahead = [head.id];
    while (ahead.length) {
      const id = ahead.pop()!;
      if (seen.has(id) || !known.has(id)) continue;
      seen.add(id);
      ahead.push(...(ways.get(id) ?? []).slice().reverse());
    }
  }
  return [...seen];
}
