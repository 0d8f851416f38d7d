// A path laid over the flow: what was come to and how it went, the numbers of its ways, and what it would have been.
import { number, still, t, type Replayed, type Taken } from "../given";
import type { Flow } from "../model/flow";
import { numbersOf, pathOf } from "../model/tracing";
import type { Layer } from "./drawing";

const MOST_NUMBERS = 3;
const MOST_MOVING = 40; // ways with dots on them at once
const LOOKS: { [fate: string]: string } = { failed: "step-failed", stopped: "step-failed", unknown: "step-failed", waiting: "step-waiting", again: "step-waiting" };

/** The layer of some steps.
 *
 *  here: `seq` of the step up to which it is shown.
 *  other: what it would do elsewhere. */
export function pathLayer(flow: Flow, steps: Taken[], here = Infinity, other?: Replayed): Layer {
  const path = pathOf(flow, steps, here);
  const would = other && !other.trouble ? pathOf(flow, other.steps) : undefined;
  const [numbers, wouldBe] = [numbersOf(path), would ? numbersOf(would) : new Map<string, number[]>()];
  const now = steps.find((one) => one.seq === here);
  const told = new Map<string, Taken>(steps.filter((one) => one.seq <= here).map((one) => [one.node, one]));
  return {
    step: (id) => {
      const visits = path.visits.get(id) ?? 0;
      const only = !visits && would?.visits.has(id);
      const look = [visits ? (LOOKS[path.fates.get(id) ?? ""] ?? "step-taken") : only ? "step-would" : "step-dim", now?.node === id ? "step-now" : ""];
      const said = told.get(id);
      return {
        look: look.join(" "),
        badge: visits > 1 ? `×${number(visits)}` : "",
        note: said?.error ?? "",
        said: visits ? [said?.said, t("visits", { count: visits })].filter(Boolean).join(", ") : t("not_come_to"),
      };
    },
    way: (id) => {
      const taken = numbers.get(id);
      if (taken) return { look: "way-taken", label: shortened(taken), moving: !still && numbers.size <= MOST_MOVING };
      const others = wouldBe.get(id);
      return others ? { look: "way-would", label: shortened(others) } : { look: "way-dim" };
    },
  };
}

/** The numbers of a way; of one that was often taken, the first ones and how often. */
const shortened = (taken: number[]) =>
  taken.length <= MOST_NUMBERS ? taken.map(number).join(", ") : `${taken.slice(0, 2).map(number).join(", ")} … ×${number(taken.length)}`;
