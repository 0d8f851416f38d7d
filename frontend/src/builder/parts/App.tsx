// The builder as a whole: bar, palette, canvas or outline, properties, and what opens over them.
import { ReactFlowProvider, useReactFlow } from "@xyflow/react";
import { useEffect, useMemo, useRef, useState, type DragEvent } from "react";
import { addStep, copyChosen, paste, removeChosen, setCentre } from "../acts";
import { press } from "../commands";
import { editor } from "../editor";
import { given, t } from "../given";
import { Bar } from "./Bar";
import { Canvas, showStep } from "./Canvas";
import { Compare } from "./Compare";
import { AddStep, Commands, ConnectTo, GoToStep } from "./Choosing";
import type { Layer } from "./drawing";
import { Heat } from "./Heat";
import { Menu } from "./Menu";
import { openMenu } from "./openMenu";
import { DRAGGED, Palette } from "./Palette";
import { pathLayer } from "./pathLayer";
import { Phone } from "./Phone";
import { Problems } from "./Problems";
import { Properties } from "./Properties";
import { Publish } from "./Publish";
import { Conflict, Other } from "./Saving";
import { Rename } from "./Rename";
import { Shortcuts } from "./Shortcuts";
import { Start } from "./Start";
import { Outline } from "./Outline";
import { Trace } from "./Trace";
import { useEditor } from "./useEditor";
import { useNarrow } from "./useNarrow";

const OPENS = { add: AddStep, connect: ConnectTo, commands: Commands, search: GoToStep, shortcuts: Shortcuts, publish: Publish, rename: Rename, problems: Problems, menu: Menu };
const BARE: Layer = {};

export const App = () => (
  <ReactFlowProvider>
    <View />
  </ReactFlowProvider>
);

const VIEWS = { draw: Builder, trace: Trace, heat: Heat, compare: Compare };
const View = VIEWS[given.show];

function Builder() {
  const { flow, mayEdit, open, testing, trial } = useEditor();
  const layer = useMemo(() => (trial ? pathLayer(flow, trial.steps) : BARE), [flow, trial]);
  const narrow = useNarrow();
  const [listed, setListed] = useState(false);
  const outline = narrow || listed;
  useKeys(setListed);
  const Over = open ? OPENS[open] : undefined;
  return (
    <div className="builder">
      <Bar outline={outline} setOutline={setListed} />
      {given.may.edit && <Other />}
      {given.may.edit && <Conflict />}
      <div className="board">
        {mayEdit && !narrow && <Palette />}
        <div className="stage" onDragOver={(event) => event.dataTransfer.types.includes(DRAGGED) && event.preventDefault()} onDrop={drop} onContextMenu={(event) => event.defaultPrevented || openMenu(event)}>
          {outline ? <Outline flow={flow} layer={layer} draw={mayEdit} /> : <Canvas flow={flow} layer={layer} draw={mayEdit} label={t("canvas")} />}
          {!flow.nodes.length && !outline && mayEdit && <Start />}
          <Centre />
        </div>
        {testing ? <Phone /> : <Properties />}
      </div>
      {Over && <Over />}
    </div>
  );
}

let at: (point: { x: number; y: number }) => { x: number; y: number } = (point) => point;

/** A step that is dragged out of the palette lands where it is dropped. */
function drop(event: DragEvent): void {
  const kind = editor.kinds.get(event.dataTransfer.getData(DRAGGED));
  if (!kind) return;
  event.preventDefault();
  editor.choose([]);
  editor.at = at({ x: event.clientX, y: event.clientY });
  addStep(kind);
}

/** Lets acts know what is in the middle of the canvas. */
function Centre() {
  const { screenToFlowPosition, fitView, zoomIn, zoomOut } = useReactFlow();
  const mark = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    at = screenToFlowPosition;
    setCentre(() => {
      const box = mark.current?.parentElement?.getBoundingClientRect();
      return box ? screenToFlowPosition({ x: box.x + box.width / 2 - 120, y: box.y + box.height / 2 - 32 }) : { x: 0, y: 0 };
    });
    const view = (event: Event) => {
      const name = (event as CustomEvent<string>).detail;
      if (name === "fit") void fitView({ maxZoom: 1, padding: 0.15, duration: 200 });
      if (name === "in") void zoomIn();
      if (name === "out") void zoomOut();
    };
    window.addEventListener("builder:view", view);
    return () => window.removeEventListener("builder:view", view);
  }, [screenToFlowPosition, fitView, zoomIn, zoomOut]);
  return <span ref={mark} hidden />;
}

/** Out of a form, back to its step; from there, away from it. */
function escaped(from: HTMLElement): void {
  const [id] = editor.chosen;
  if (id && from.closest(".properties")) {
    from.blur();
    showStep(id);
  } else editor.choose([]);
}

/** Keys, the clipboard, and saving when the page is left. */
function useKeys(setListed: (change: (old: boolean) => boolean) => void): void {
  useEffect(() => {
    const elsewhere = (event: Event) => (event.target as HTMLElement).matches?.("input, textarea, select") || document.querySelector("dialog[open]");
    const copy = (event: ClipboardEvent) => {
      const text = copyChosen();
      if (elsewhere(event) || !text || !getSelection()?.isCollapsed) return;
      event.clipboardData?.setData("text/plain", text);
      event.preventDefault();
      if (event.type === "cut" && editor.mayEdit) removeChosen();
    };
    const insert = (event: ClipboardEvent) => {
      if (!elsewhere(event) && editor.mayEdit && paste(event.clipboardData?.getData("text/plain") ?? "")) event.preventDefault();
    };
    const view = (event: Event) => (event as CustomEvent<string>).detail === "outline" && setListed((old) => !old);
    const leave = () => document.visibilityState === "hidden" && editor.saver.flush();
    const escape = (event: KeyboardEvent) => {
      if (event.key === "Escape" && !editor.open && !event.defaultPrevented) escaped(event.target as HTMLElement);
      press(event);
    };
    const back = () => editor.saver.flush();
    const heard: [EventTarget, string, EventListener][] = [
      [document, "keydown", escape as EventListener], [document, "copy", copy as EventListener], [document, "cut", copy as EventListener],
      [document, "paste", insert as EventListener], [document, "visibilitychange", leave], [window, "builder:view", view],
      [window, "pagehide", back], [window, "online", back], [window, "blur", back],
    ];
    for (const [target, name, hear] of heard) target.addEventListener(name, hear);
    return () => heard.forEach(([target, name, hear]) => target.removeEventListener(name, hear));
  }, [setListed]);
}
