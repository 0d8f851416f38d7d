// A way on the canvas. While somebody draws: a step can be put into it, and it can be taken away. Of a run: its numbers, and dots
// that travel in its direction.
import { BaseEdge, EdgeLabelRenderer, getBezierPath, type Edge, type EdgeProps } from "@xyflow/react";
import { memo } from "react";
import { editor } from "../editor";
import { disconnected } from "../model/flow";
import { still, t } from "../given";
import { Icon } from "./Icon";

export interface WayData extends Record<string, unknown> {
  look: string;
  label: string;
  moving: boolean;
  draw: boolean;
  near: boolean; // whether what can be done with it is shown
}

export type WayOnCanvas = Edge<WayData, "way">;

export const WayEdge = memo(function WayEdge(props: EdgeProps<WayOnCanvas>) {
  const { id, data, selected, markerEnd } = props;
  const [path, x, y] = getBezierPath(props);
  const acts = data?.draw && (data.near || selected);
  const place = { transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` };
  return (
    <>
      <BaseEdge id={id} path={path} markerEnd={markerEnd} className={`way ${data?.look ?? ""}`} interactionWidth={40} />
      {data?.moving && !still && (
        <circle r="4" className="way-dot">
          <animateMotion dur="1.4s" repeatCount="indefinite" path={path} />
        </circle>
      )}
      {(acts || data?.label) && (
        <EdgeLabelRenderer>
          <div className="way-label nodrag nopan" style={place} data-way={id}>
            {data?.label && <span className={`way-number ${data.look}`}>{data.label}</span>}
            {acts && (
              <>
                <button type="button" className="way-act" aria-label={t("insert_here")} title={t("insert_here")} onClick={() => editor.show("add", { into: id })}>
                  <Icon name="plus" className="icon-sm" />
                </button>
                <button type="button" className="way-act" aria-label={t("cut_way")} title={t("cut_way")} onClick={() => editor.edit(disconnected(editor.flow, new Set([id])))}>
                  <Icon name="x" className="icon-sm" />
                </button>
              </>
            )}
          </div>
        </EdgeLabelRenderer>
      )}
    </>
  );
});
