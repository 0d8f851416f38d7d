// Whether what is on the canvas is safe, in words; and what can be done where somebody else was faster.
import { useState } from "react";
import { ask } from "../asking";
import { editor } from "../editor";
import { t, time } from "../given";
import type { State } from "../model/saving";
import { takeOver } from "../presence";
import { Icon } from "./Icon";

const ICONS: { [state in State]: string } = {
  saved: "circle-check", waiting: "loader", saving: "loader", offline: "cloud-off", retrying: "cloud-off", "signed-out": "lock",
  refused: "alert-circle", conflict: "alert-triangle",
};
const LOOKS: Partial<{ [state in State]: string }> = {
  offline: "text-warning", retrying: "text-warning", "signed-out": "text-warning", refused: "text-danger", conflict: "text-danger",
};

export function SaveState() {
  const { saver } = editor;
  const { state } = saver;
  return (
    <span className={`save-state ${LOOKS[state] ?? "text-secondary"}`} role="status" data-save={state}>
      <Icon name={ICONS[state]} className="icon-sm" />
      <span>{state === "saved" ? t("saved", { time: time(saver.at) }) : t(state.replace("-", "_"))}</span>
    </span>
  );
}

/** Somebody else draws: this one looks on, or takes over. */
export function Other() {
  const { other } = editor;
  if (!other) return null;
  return (
    <div className="banner alert alert-info" role="status">
      <p>{other.same ? t("other_tab") : t(other.drew ? "taken_over" : "other_draws", { name: other.who })}</p>
      <button type="button" className="btn btn-sm" onClick={() => void takeOver()}>{t("take_over")}</button>
    </div>
  );
}

export function Conflict() {
  const { saver } = editor;
  const [key] = useState(() => crypto.randomUUID());
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  if (saver.state === "signed-out" || saver.state === "refused")
    return (
      <div className="banner alert alert-warning" role="alert">
        <p>{saver.state === "refused" ? `${t("refused_more")} ${saver.why}` : t("signed_out_more")}</p>
        {saver.state === "signed-out" && <a className="btn btn-sm" href="/sign-in" target="_blank" rel="noopener">{t("sign_in")}</a>}
        <button type="button" className="btn btn-sm" onClick={() => saver.flush()}>{t("try_again")}</button>
      </div>
    );
  if (saver.state !== "conflict" || !saver.theirs) return null;
  const copy = async () => {
    setBusy(true);
    const reply = await ask<{ address: string }>("copy", { document: editor.flow, name: t("copy_of", { name: editor.name }).slice(0, 100), key });
    setBusy(false);
    if (reply.went !== "ok") return setFailed(true);
    editor.takeTheirs();
    location.assign(reply.data.address);
  };
  return (
    <div className="banner alert alert-danger" role="alert">
      <p>
        <strong>{t("conflict_title", { time: time(saver.theirs.at) })}</strong> {t("conflict_more")}
        {failed && <span className="d-block">{t("copy_failed")}</span>}
      </p>
      <div className="btn-list">
        <button type="button" className="btn btn-sm" disabled={busy} onClick={() => editor.takeTheirs()}>{t("take_theirs")}</button>
        <button type="button" className="btn btn-sm" disabled={busy} onClick={() => void copy()}>{t("mine_as_copy")}</button>
        <button type="button" className="btn btn-sm btn-danger" disabled={busy} onClick={() => saver.overwrite()}>{t("overwrite")}</button>
      </div>
    </div>
  );
}
