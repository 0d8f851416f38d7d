// What the flow is called.
import { useState, type FormEvent } from "react";
import { ask } from "../asking";
import { editor } from "../editor";
import { t, type Now } from "../given";
import { Dialogue } from "./Dialogue";

export function Rename() {
  const [name, setName] = useState(editor.name);
  const [trouble, setTrouble] = useState("");
  const unsaved = editor.saver.state !== "saved";
  const save = async (event: FormEvent) => {
    event.preventDefault();
    const reply = await ask<Now & { name: string; error?: string }>("rename", { revision: editor.saver.revision, name: name.trim() });
    if (reply.went !== "ok") return setTrouble(reply.data.error ?? t(reply.went === "stale" ? "conflict_more" : "not_done"));
    editor.name = reply.data.name;
    editor.goOn(reply.data);
    editor.show("");
  };
  return (
    <Dialogue title={t("rename")} close={() => editor.show("")}>
      <form onSubmit={(event) => void save(event)}>
        <label className="form-label" htmlFor="flow-name">{t("name")}</label>
        <input id="flow-name" data-first className="form-control mb-3" maxLength={100} dir="auto" autoComplete="off" value={name} onChange={(event) => setName(event.target.value)} />
        {trouble && <p className="text-danger" role="alert">{trouble}</p>}
        {unsaved && <p className="text-warning" role="status">{t("publish_waits")}</p>}
        <button type="submit" className="btn btn-primary" disabled={unsaved || !name.trim()}>{t("save")}</button>
      </form>
    </Dialogue>
  );
}
