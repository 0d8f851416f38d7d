// Words on the canvas.
import type { Node, NodeProps } from "@xyflow/react";
import { memo } from "react";
import { t } from "../given";

export type NoteOnCanvas = Node<{ text: string }, "note">;

export const NoteNode = memo(function NoteNode({ data, selected }: NodeProps<NoteOnCanvas>) {
  return (
    <div className={`sticky ${selected ? "step-chosen" : ""}`} dir="auto">
      {data.text || t("note_empty")}
    </div>
  );
});
