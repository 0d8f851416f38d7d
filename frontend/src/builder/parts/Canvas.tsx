// The canvas: a flow as steps and ways between them. Whatever can be dragged can be done without dragging, too.
import {
  applyNodeChanges, Background, BackgroundVariant, MiniMap, ReactFlow, useReactFlow,
  type Connection, type EdgeChange, type FinalConnectionState, type NodeChange,
} from "@xyflow/react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { editor } from "../editor";
import { intoForm } from "../focus";
import { t } from "../given";
import { connected, disconnected, GRID, inserted, moved, stepOf, wayId, type Flow } from "../model/flow";
import { openMenu } from "./openMenu";
import { nodesOf, waysOf, type Layer, type OnCanvas } from "./drawing";
import { NoteNode } from "./NoteNode";
import { StepNode } from "./StepNode";
import { useMode } from "./useMode";
import { WayEdge, type WayOnCanvas } from "./WayEdge";

const nodeTypes = { step: StepNode, note: NoteNode };
const edgeTypes = { way: WayEdge };
const NEAR = 60; // dropped so near to a port, a way ends there
const GRACE = 600; // milliseconds that the acts of a way stay when the mouse has left it
const FIRST = 4; // a long flow opens at its beginning, so that it can be read
const FEW = 150; // up to so many steps, all are drawn at once, and reading aloud reaches all of them

interface Shown {
  flow: Flow;
  layer: Layer;
  draw: boolean;
  label: string;
}

export function Canvas({ flow, layer, draw, label }: Shown) {
  const mode = useMode();
  const { screenToFlowPosition, setCenter, getZoom, getNode } = useReactFlow<OnCanvas, WayOnCanvas>();
  const [near, setNear] = useState("");
  const leaving = useRef(0);
  const chosen = editor.chosen;
  const stop = [...chosen][0] ?? "";
  const wanted = useMemo(
    () => nodesOf(flow, layer, draw, stop),
    [flow, layer, draw, stop, editor.ports, editor.problems],
  );
  const [nodes, setNodes] = useState<OnCanvas[]>(wanted);
  // What the library has measured is its own; everything else is the document's.
  useEffect(() => {
    setNodes((known) => {
      const old = new Map(known.map((one) => [one.id, one]));
      return wanted.map((one) => {
        const { measured, width, height } = old.get(one.id) ?? {};
        return { ...one, measured, width, height, selected: chosen.has(one.id) } as OnCanvas;
      });
    });
  }, [wanted, chosen]);
  const edges = useMemo(() => waysOf(flow, layer, draw, near), [flow, layer, draw, near]);
  const [way, setWay] = useState("");
  const opening = useMemo(() => (wanted.length > FIRST * 1.5 ? wanted.slice(0, FIRST).map(({ id }) => ({ id })) : undefined), []);
  const shownEdges = useMemo(() => edges.map((one) => (one.id === way ? { ...one, selected: true } : one)), [edges, way]);

  const onNodesChange = useCallback((changes: NodeChange<OnCanvas>[]) => {
    const picked = changes.filter((one) => one.type === "select");
    if (picked.length) {
      const next = new Set(editor.chosen);
      for (const one of picked) one.selected ? next.add(one.id) : next.delete(one.id);
      editor.choose(next);
    }
    setNodes((known) => applyNodeChanges(changes.filter((one) => one.type !== "remove"), known));
  }, []);
  const onEdgesChange = useCallback((changes: EdgeChange<WayOnCanvas>[]) => {
    for (const one of changes) if (one.type === "select") setWay((old) => (one.selected ? one.id : old === one.id ? "" : old));
  }, []);
  const onConnect = useCallback((drawn: Connection) => {
    if (drawn.source && drawn.target)
      editor.edit(connected(editor.flow, { source: drawn.source, port: drawn.sourceHandle ?? "next", target: drawn.target }));
  }, []);
  const onConnectEnd = useCallback(
    (event: MouseEvent | TouchEvent, state: FinalConnectionState) => {
      if (state.isValid || !state.fromNode || state.fromHandle?.type !== "source" || state.toNode) return;
      const point = "changedTouches" in event ? event.changedTouches[0] : event;
      if (!point) return;
      const at = screenToFlowPosition({ x: point.clientX, y: point.clientY });
      editor.show("add", { at, from: { source: state.fromNode.id, port: state.fromHandle.id ?? "next" } });
    },
    [screenToFlowPosition],
  );
  const onReconnect = useCallback((old: WayOnCanvas, drawn: Connection) => {
    const cut = disconnected(editor.flow, new Set([old.id]));
    editor.edit(connected(cut, { source: drawn.source, port: drawn.sourceHandle ?? "next", target: drawn.target }));
  }, []);
  const onDragStop = useCallback((_event: unknown, node: OnCanvas, dragged: OnCanvas[]) => {
    const next = moved(editor.flow, new Map(dragged.map((one) => [one.id, one.position])));
    editor.edit(splicedAt(next, node, dragged));
  }, []);
  const isValid = useCallback(
    (drawn: Connection | WayOnCanvas) => {
      const target = stepOf(editor.flow, drawn.target);
      return target !== undefined && !editor.starts(target.kind);
    },
    [],
  );
  const hover = useCallback((id: string) => {
    window.clearTimeout(leaving.current);
    if (id) setNear(id);
    else leaving.current = window.setTimeout(() => setNear(""), GRACE);
  }, []);

  // Whatever is gone to from a list, a search or a problem comes into sight.
  useEffect(() => {
    const show = (event: Event) => {
      const id = (event as CustomEvent<string>).detail;
      const node = getNode(id);
      if (!node) return;
      if (!node.measured) return showStep(id); // it is shown, and takes the focus, one frame later
      const [width, height] = [node.measured.width ?? 240, node.measured.height ?? 64];
      void setCenter(node.position.x + width / 2, node.position.y + height / 2, { zoom: Math.max(getZoom(), 0.8) });
      if (document.activeElement?.closest(".properties")) return; // somebody is in its form already
      document.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(id)}"]`)?.focus({ preventScroll: true });
    };
    window.addEventListener("builder:show", show);
    return () => window.removeEventListener("builder:show", show);
  }, [getNode, setCenter, getZoom]);

  return (
    <ReactFlow<OnCanvas, WayOnCanvas>
      aria-label={label}
      className={draw ? "canvas" : "canvas canvas-fixed"}
      nodes={nodes}
      edges={shownEdges}
      nodeTypes={nodeTypes}
      edgeTypes={edgeTypes}
      onNodesChange={onNodesChange}
      onEdgesChange={onEdgesChange}
      onConnect={onConnect}
      onConnectEnd={onConnectEnd}
      onReconnect={onReconnect}
      onNodeDragStop={onDragStop}
      onSelectionDragStop={(event, dragged) => dragged[0] && onDragStop(event, dragged[0], dragged)}
      onNodeDoubleClick={(_event, node) => intoForm(() => editor.choose([node.id]))}
      onNodeContextMenu={(event, node) => {
        if (!editor.chosen.has(node.id)) editor.choose([node.id]);
        openMenu(event);
      }}
      onSelectionContextMenu={(event) => openMenu(event)}
      onEdgeContextMenu={(event, one) => openMenu(event, one.id)}
      onPaneContextMenu={(event) => {
        editor.choose([]);
        openMenu(event);
      }}
      onEdgeMouseEnter={(_event, one) => hover(one.id)}
      onEdgeMouseLeave={() => hover("")}
      isValidConnection={isValid}
      nodesDraggable={draw}
      nodesConnectable={draw}
      edgesReconnectable={draw}
      edgesFocusable={false}
      disableKeyboardA11y
      deleteKeyCode={null}
      selectionKeyCode="Shift"
      multiSelectionKeyCode={["Meta", "Control"]}
      connectionRadius={NEAR}
      snapToGrid
      snapGrid={[GRID, GRID]}
      minZoom={0.1}
      maxZoom={2}
      fitView
      fitViewOptions={{ maxZoom: 1, padding: 0.15, nodes: opening }}
      colorMode={mode}
      onlyRenderVisibleElements={flow.nodes.length > FEW}
      proOptions={{ hideAttribution: false }}
      ariaLabelConfig={{ "minimap.ariaLabel": t("minimap") }}
    >
      <Background variant={draw ? BackgroundVariant.Dots : BackgroundVariant.Lines} gap={draw ? GRID : GRID * 3} />
      {flow.nodes.length > 3 && <MiniMap pannable zoomable position="bottom-right" nodeClassName={(node) => (node.type === "note" ? "mini-note" : "mini-step")} />}
    </ReactFlow>
  );
}

/** A step that nothing hangs on yet, dropped on a way, is put into it. */
function splicedAt(flow: Flow, node: OnCanvas, dragged: OnCanvas[]): Flow {
  const step = stepOf(flow, node.id);
  if (dragged.length !== 1 || !step || editor.starts(step.kind)) return flow;
  if (flow.edges.some((one) => one.source === node.id || one.target === node.id)) return flow;
  const box = document.querySelector(`.react-flow__node[data-id="${CSS.escape(node.id)}"]`)?.getBoundingClientRect();
  if (!box) return flow;
  const below = document.elementsFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  const id = below.map((one) => one.closest(".react-flow__edge")?.getAttribute("data-id")).find(Boolean);
  if (!id || !flow.edges.some((one) => wayId(one) === id)) return flow;
  const without = { ...flow, nodes: flow.nodes.filter((one) => one.id !== node.id) };
  return inserted(without, id, step, editor.portsOf(node.id, flow)[0]?.name);
}

/** Bring a step into sight. */
export const showStep = (id: string) => requestAnimationFrame(() => window.dispatchEvent(new CustomEvent("builder:show", { detail: id })));
