// What people do to the flow, by mouse, key, list or palette: one function each.
import { editor } from "./editor";
import { intoForm } from "./focus";
import { t, type Kind } from "./given";
import { copied, pasted, understood } from "./model/clipboard";
import { shapeOf, meant, type Schema } from "./model/fields";
import { lined, spread, type Axis } from "./model/arranging";
import {
  added, connected, freshId, inserted, moved, noted, removed, snapped, stepOf, switched, wayId, waysFrom, waysTo, type Config, type Flow, type Spot, type Step,
} from "./model/flow";
import { tidied } from "./model/layout";
import { showStep } from "./parts/Canvas";

const ASIDE = 304; // how far behind a step the next one is put
const BELOW = 112;
const [LEAST, GAP] = [64, 32]; // the height of the smallest step, and what is left between two
let centre = (): Spot => ({ x: 0, y: 0 });

/** Who knows what is in the middle of the canvas. */
export const setCentre = (found: () => Spot) => (centre = found);

/** A configuration to begin with: empty, but for rows that say which ways out there are. */
function beginning(kind: Kind): Config {
  const rows = Object.entries(kind.form.properties ?? {}).filter(([, field]) => leads(field, kind.form));
  return Object.fromEntries(rows.flatMap(([name]) => (kind.example[name] === undefined ? [] : [[name, kind.example[name]]])));
}

const leads = (field: Schema, form: Schema) =>
  shapeOf(field) === "rows" && "port" in (meant(field.items ?? {}, form).properties ?? {});

/** The first way out of a step that leads nowhere yet. */
export function freePort(id: string): string | undefined {
  const taken = new Set(waysFrom(editor.flow, id).map((way) => way.port));
  return editor.portsOf(id).find((port) => !taken.has(port.name))?.name;
}

/** Put a step where it was asked for: into a way, behind a port, behind the chosen step, or in the middle. */
export function addStep(kind: Kind): void {
  const { flow, from, into, at } = editor;
  const chosen = stepOf(flow, [...editor.chosen][0] ?? "");
  const step: Step = { id: freshId(flow, kind.kind), kind: kind.kind, config: beginning(kind), title: "", at: { x: 0, y: 0 } };
  const way = into ? flow.edges.find((one) => wayId(one) === into) : undefined;
  let drawn: Flow;
  if (way) {
    const [a, b] = [stepOf(flow, way.source)?.at ?? centre(), stepOf(flow, way.target)?.at ?? centre()];
    step.at = snapped({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 + (b.x - a.x < ASIDE * 1.5 ? BELOW : 0) });
    drawn = inserted(flow, into, step, kind.starts ? undefined : kind.ports[0]?.name);
  } else {
    const port = !from && chosen ? freePort(chosen.id) : undefined;
    const behind = kind.starts ? undefined : (from ?? (port && chosen ? { source: chosen.id, port } : undefined));
    step.at = snapped(at ?? free(behind?.source ?? (kind.starts ? "" : (chosen?.id ?? ""))));
    drawn = added(flow, step, behind);
  }
  intoForm(() => {
    editor.edit(drawn);
    editor.choose([step.id]);
    editor.show("");
  });
  showStep(step.id);
}

/** A spot beside a step where nothing stands yet. */
function free(beside: string): Spot {
  const step = stepOf(editor.flow, beside);
  const spot = step ? { x: step.at.x + ASIDE, y: step.at.y } : centre();
  const over = () => [...editor.flow.nodes, ...editor.flow.notes].find((one) => Math.abs(one.at.x - spot.x) < 240 && spot.y < one.at.y + heightOf(one.id) + GAP && one.at.y < spot.y + LEAST + GAP);
  for (let one = over(); one; one = over()) spot.y = one.at.y + heightOf(one.id) + GAP;
  return spot;
}

export function addNote(): void {
  const id = freshId(editor.flow, "note");
  intoForm(() => {
    editor.edit(noted(editor.flow, { id, text: "", at: snapped(free("")) }));
    editor.choose([id]);
  });
}

/** Take away what is chosen. */
export function removeChosen(close = false): void {
  const ids = editor.chosen;
  if (!ids.size) return;
  const next = [...ids].flatMap((id) => waysTo(editor.flow, id)).find((way) => !ids.has(way.source))?.source;
  editor.edit(removed(editor.flow, new Set(ids), close));
  editor.choose(next ? [next] : []);
  if (next) showStep(next);
}

export const copyChosen = (): string => (editor.chosen.size ? copied(editor.flow, editor.chosen) : "");

/** Put what was copied beside what is chosen. Tells whether the text was a part of a flow. */
export function paste(text: string, at?: Spot): boolean {
  const part = understood(text);
  if (!part) return false;
  const spot = at ?? centre();
  const { flow, ids } = pasted(editor.flow, part, spot);
  editor.edit(flow);
  editor.choose(ids);
  return true;
}

export function duplicate(): void {
  const first = stepOf(editor.flow, [...editor.chosen][0] ?? "");
  const text = copyChosen();
  if (text) paste(text, first ? { x: first.at.x + 32, y: first.at.y + heightOf(first.id) + GAP } : undefined);
}

export function connectTo(target: string): void {
  const source = editor.from?.source ?? [...editor.chosen][0];
  const port = editor.from?.port ?? (source ? freePort(source) : undefined);
  if (source && port) editor.edit(connected(editor.flow, { source, port, target }));
  editor.show("");
  if (source) showStep(source);
}

export const chooseAll = () => editor.choose([...editor.flow.nodes, ...editor.flow.notes].map((one) => one.id));

/** How high a step is drawn, in units of the canvas. */
export const heightOf = (id: string) => {
  const ports = editor.portsOf(id).length;
  return 64 + (ports > 1 ? ports * 26 : 0);
};

const WIDTH = 200; // of a step, in units of the canvas

export const lineUp = (axis: Axis) => editor.edit(lined(editor.flow, editor.chosen, axis));
export const spreadOut = (axis: Axis) => editor.edit(spread(editor.flow, editor.chosen, axis, axis === "x" ? () => WIDTH : heightOf));

/** The steps among what is chosen. */
export const chosenSteps = () => editor.flow.nodes.filter((one) => editor.chosen.has(one.id));
export const switchOff = () => editor.edit(switched(editor.flow, editor.chosen));

export const tidy = () => editor.edit(moved(editor.flow, tidied(editor.flow, editor.starts, heightOf)));

const STEP: { [key: string]: Spot } = {
  ArrowLeft: { x: -16, y: 0 }, ArrowRight: { x: 16, y: 0 }, ArrowUp: { x: 0, y: -16 }, ArrowDown: { x: 0, y: 16 },
};

/** Move what is chosen by one line of the grid. */
export function nudge(key: string): void {
  const by = STEP[key]!;
  const all = [...editor.flow.nodes, ...editor.flow.notes].filter((one) => editor.chosen.has(one.id));
  const spots = all.map((one): [string, Spot] => [one.id, { x: one.at.x + by.x, y: one.at.y + by.y }]);
  editor.edit(moved(editor.flow, new Map(spots)), "nudge");
}

/** From the chosen step along the flow: right to what comes, left to what came before, up and down beside it. */
export function walk(key: string): void {
  const id = [...editor.chosen][0] ?? editor.order()[0];
  if (!id) return;
  const next = editor.chosen.size ? (neighbour(id, key) ?? id) : id;
  editor.choose([next]);
  showStep(next);
}

function neighbour(id: string, key: string): string | undefined {
  const { flow } = editor;
  if (key === "ArrowRight") return waysFrom(flow, id)[0]?.target;
  if (key === "ArrowLeft") return waysTo(flow, id)[0]?.source;
  const here = stepOf(flow, id)?.at;
  if (!here) return undefined;
  const beside = waysTo(flow, id).flatMap((way) => waysFrom(flow, way.source)).map((way) => way.target).filter((one) => one !== id);
  const among = beside.length ? beside : editor.order();
  const side = key === "ArrowDown" ? 1 : -1;
  const spots = among.flatMap((one) => {
    const step = stepOf(flow, one);
    const far = step ? (step.at.y - here.y) * side : 0;
    return far > 0 ? [{ id: one, far }] : [];
  });
  return spots.sort((a, b) => a.far - b.far)[0]?.id;
}

/** What somebody is told of steps that are chosen. */
export const chosenWords = () => (editor.chosen.size > 1 ? t("chosen", { count: editor.chosen.size }) : "");
