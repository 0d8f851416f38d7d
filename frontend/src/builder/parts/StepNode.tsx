// A step on the canvas: what it is, what it says, what is wrong with it, and its ways out.
import { Handle, Position, type Node, type NodeProps } from "@xyflow/react";
import { memo } from "react";
import { number, t, type Port } from "../given";
import { Icon } from "./Icon";

export interface StepData extends Record<string, unknown> {
  title: string;
  kind: string;
  words: string;
  icon: string;
  starts: boolean;
  off: boolean;
  known: boolean;
  ports: Port[];
  blocked: number;
  hints: number;
  look: string; // of a trace, a comparison, or the heat: a class of the canvas
  badge: string; // what stands at its corner
  note: string; // what stands below it
}

export type StepOnCanvas = Node<StepData, "step">;

export const StepNode = memo(function StepNode({ data, selected }: NodeProps<StepOnCanvas>) {
  const several = data.ports.length > 1;
  return (
    <div className={`step ${data.look} ${selected ? "step-chosen" : ""} ${data.starts ? "step-starts" : ""} ${data.off ? "step-off" : ""}`}>
      {!data.starts && <Handle type="target" position={Position.Left} id="in" className="port port-in" />}
      <div className="step-head">
        <span className="step-icon">
          <Icon name={data.icon} />
        </span>
        <span className="step-words">
          <strong dir="auto">{data.title}</strong>
          <small dir="auto">{data.known ? data.words || (data.title === data.kind ? "" : data.kind) : t("kind_gone")}</small>
        </span>
        {data.off && <span className="step-switch" title={t("is_off")}><Icon name="power" className="icon-sm" /></span>}
        {data.blocked > 0 && (
          <span className="step-trouble" title={t("problems_here", { count: data.blocked })}>
            {number(data.blocked)}
          </span>
        )}
        {!data.blocked && data.hints > 0 && <span className="step-hint" title={t("hints_here")}>!</span>}
      </div>
      {several ? (
        <ul className="step-ports">
          {data.ports.map((port) => (
            <li key={port.name} dir="auto">
              {port.title || (port.name === "next" ? t("goes_on") : port.name)}
              <Handle type="source" position={Position.Right} id={port.name} className="port port-out" />
            </li>
          ))}
        </ul>
      ) : (
        data.ports.map((port) => (
          <Handle key={port.name} type="source" position={Position.Right} id={port.name} className="port port-out" />
        ))
      )}
      {data.badge && <span className="step-badge">{data.badge}</span>}
      {data.note && <span className="step-note" dir="auto">{data.note}</span>}
    </div>
  );
});
