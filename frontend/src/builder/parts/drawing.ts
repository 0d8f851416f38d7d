// A document as nodes and edges of the canvas: what stands where, how it looks, what it is called.
import { MarkerType } from "@xyflow/react";
import { editor } from "../editor";
import { t } from "../given";
import { summary } from "../model/fields";
import { wayId, type Flow, type Step } from "../model/flow";
import { order } from "../model/order";
import type { NoteOnCanvas } from "./NoteNode";
import type { StepOnCanvas } from "./StepNode";
import type { WayOnCanvas } from "./WayEdge";

export type OnCanvas = StepOnCanvas | NoteOnCanvas;

/** What a view lays over the flow. */
export interface Layer {
  step?: (id: string) => { look?: string; badge?: string; note?: string; said?: string };
  way?: (id: string) => { look?: string; label?: string; moving?: boolean };
}

/** Steps in the order of the flow, so that reading and walking go along it; then notes. */
export function nodesOf(flow: Flow, layer: Layer, draw: boolean, stop: string): OnCanvas[] {
  const steps = new Map(flow.nodes.map((one) => [one.id, one]));
  const sorted = order(flow, editor.starts).flatMap((id) => steps.get(id) ?? []);
  const drawn = sorted.map((one, at): StepOnCanvas => stepNode(flow, one, layer, draw, (stop || sorted[0]?.id) === one.id, at));
  const notes = flow.notes.map(
    (one): NoteOnCanvas => ({
      id: one.id, type: "note", position: one.at, data: { text: one.text }, draggable: draw, zIndex: -1,
      ariaLabel: `${t("note")}: ${one.text}`, domAttributes: { tabIndex: stop === one.id ? 0 : -1, "aria-roledescription": t("note") },
    }),
  );
  return [...drawn, ...notes];
}

function stepNode(flow: Flow, step: Step, layer: Layer, draw: boolean, stop: boolean, at: number): StepOnCanvas {
  const kind = editor.kindOf(step);
  const problems = draw ? editor.problemsOf(step.id) : [];
  const blocked = problems.filter((one) => one.blocks).length;
  const over = layer.step?.(step.id) ?? {};
  const title = editor.titleOf(step);
  const said = [`${at + 1}. ${title}`, kind && kind.title !== title ? kind.title : "", step.off ? t("is_off") : "", blocked ? t("problems_here", { count: blocked }) : "", over.said ?? over.note ?? ""];
  return {
    id: step.id,
    type: "step",
    position: step.at,
    draggable: draw,
    data: {
      title,
      kind: kind?.title ?? step.kind,
      words: kind ? summary(step.config, kind.form) : "",
      icon: kind?.icon ?? "puzzle",
      starts: kind?.starts ?? false,
      off: step.off ?? false,
      known: kind !== undefined,
      ports: editor.portsOf(step.id, flow),
      blocked,
      hints: problems.length - blocked,
      look: over.look ?? "",
      badge: over.badge ?? "",
      note: over.note ?? "",
    },
    ariaLabel: said.filter(Boolean).join(", "),
    domAttributes: { tabIndex: stop ? 0 : -1, "aria-roledescription": t("step") },
  };
}

export function waysOf(flow: Flow, layer: Layer, draw: boolean, near: string): WayOnCanvas[] {
  const titles = new Map(flow.nodes.map((one) => [one.id, editor.titleOf(one)]));
  return flow.edges
    .filter((way) => titles.has(way.source) && titles.has(way.target))
    .map((way) => {
      const id = wayId(way);
      const over = layer.way?.(id) ?? {};
      const look = over.look ?? "";
      return {
        id,
        type: "way",
        source: way.source,
        target: way.target,
        sourceHandle: way.port,
        targetHandle: "in",
        data: { look, label: over.label ?? "", moving: over.moving ?? false, draw, near: near === id },
        markerEnd: { type: MarkerType.ArrowClosed, width: 22, height: 22, markerUnits: "userSpaceOnUse", color: colour(look) },
        zIndex: look === "way-taken" ? 1 : 0,
        ariaLabel: `${titles.get(way.source)} → ${titles.get(way.target)}${over.label ? `: ${over.label}` : ""}`,
      };
    });
}

const COLOURS: { [look: string]: string } = {
  "way-taken": "var(--aero-primary)", "way-dim": "var(--aero-border)", "way-new": "var(--tblr-success)", "way-gone": "var(--tblr-danger)",
  "way-would": "var(--aero-chart-4)",
};
const colour = (look: string) => COLOURS[look] ?? "var(--way)";
