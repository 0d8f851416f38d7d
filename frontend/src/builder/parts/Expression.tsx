// Words that may hold expressions: a list of what can be filled in, and what the words would give with examples.
import { useEffect, useId, useRef, useState, type ReactNode } from "react";
import { ask } from "../asking";
import { editor } from "../editor";
import { t } from "../given";
import { Chooser } from "./Chooser";
import { Icon } from "./Icon";

interface Told {
  names: { name: string; example: unknown; type: string }[];
  text: string;
  error: string;
}

const PAUSE = 500;

export function Expression(props: { node: string; text: string; set: (text: string) => void; children: ReactNode }) {
  const { node, text, set } = props;
  const [told, setTold] = useState<Told>();
  const [choosing, setChoosing] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const caret = useRef<number | null>(null);
  const id = useId();
  const moving = text.includes("{{");

  useEffect(() => {
    if (!moving) return setTold(undefined);
    let here = true;
    const timer = window.setTimeout(async () => {
      const reply = await ask<Told>("expression", { document: editor.flow, node, text });
      if (here && reply.went === "ok") setTold(reply.data);
    }, PAUSE);
    return () => {
      here = false;
      window.clearTimeout(timer);
    };
  }, [text, node, moving]);

  const open = async () => {
    caret.current = box.current?.querySelector<HTMLInputElement>("input, textarea")?.selectionStart ?? null;
    const reply = await ask<Told>("expression", { document: editor.flow, node, text });
    if (reply.went === "ok") setTold(reply.data);
    setChoosing(reply.went === "ok");
  };
  const fill = (name: string) => {
    const at = caret.current ?? text.length;
    set(`${text.slice(0, at)}{{ ${name} }}${text.slice(at)}`);
    setChoosing(false);
  };
  return (
    <div className="expression" ref={box}>
      <div className="input-group input-group-flat">
        {props.children}
        <button type="button" className="btn btn-icon" aria-label={t("fill_in")} title={t("fill_in")} onClick={() => void open()}>
          <Icon name="variable" />
        </button>
      </div>
      {moving && told && (
        <small className={`form-hint preview ${told.error ? "text-danger" : ""}`} id={`${id}-p`} role="status" dir="auto">
          {told.error || `${t("for_example")} ${told.text}`}
        </small>
      )}
      {choosing && told && (
        <Chooser
          title={t("fill_in")}
          choices={told.names.map((one) => ({ id: one.name, title: one.name, icon: "variable", more: one.example === "" ? one.type : String(one.example) }))}
          choose={fill}
          close={() => setChoosing(false)}
        />
      )}
    </div>
  );
}
