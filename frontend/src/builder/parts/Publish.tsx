// Publishing: what is on the canvas becomes what new runs take. Errors keep it from that, hints do not.
import { useEffect, useState } from "react";
import { ask, get } from "../asking";
import { editor } from "../editor";
import { given, t, type LookedAt, type Now, type Problem } from "../given";
import { compared } from "../model/comparing";
import { read, type Flow } from "../model/flow";
import { Changes } from "./Changes";
import { Dialogue } from "./Dialogue";
import { ProblemList } from "./Problems";

export function Publish() {
  const [note, setNote] = useState("");
  const [told, setTold] = useState("");
  const [busy, setBusy] = useState(false);
  const close = () => editor.show("");
  const blocking = editor.problems.filter((one) => one.blocks);
  const unsaved = editor.saver.state !== "saved";
  const go = async () => {
    setBusy(true);
    const reply = await ask<Now & { error?: string; problems?: Problem[] }>("publish", { revision: editor.saver.revision, note });
    setBusy(false);
    if (reply.went === "ok") {
      editor.take(reply.data);
      return setTold(t("published_now", { number: reply.data.published?.number ?? 0 }));
    }
    if (reply.went === "refused" && reply.data.problems) editor.looked({ ports: editor.ports, problems: reply.data.problems });
    setTold(reply.went === "stale" ? t("conflict_more") : (reply.data.error ?? t("not_done")));
  };
  return (
    <Dialogue title={t("do_publish")} close={close}>
      {told ? (
        <>
          <p role="status">{told}</p>
          <button type="button" className="btn btn-primary" data-first autoFocus onClick={close}>{t("close")}</button>
        </>
      ) : blocking.length ? (
        <>
          <p>{t("blocked")}</p>
          <ProblemList problems={blocking} />
        </>
      ) : (
        <form onSubmit={(event) => { event.preventDefault(); void go(); }}>
          <p className="text-secondary">{t("publish_more")}</p>
          {editor.published && <Difference number={editor.published.number} />}
          <label className="form-label" htmlFor="publish-note">{t("publish_note")} <span className="text-secondary fw-normal">({t("optional")})</span></label>
          <input id="publish-note" data-first className="form-control mb-3" maxLength={500} dir="auto" autoComplete="off" value={note} onChange={(event) => setNote(event.target.value)} />
          {unsaved && <p className="text-warning" role="status">{t("publish_waits")}</p>}
          <button type="submit" className="btn btn-primary" disabled={busy || unsaved}>{t("do_publish")}</button>
        </form>
      )}
    </Dialogue>
  );
}

/** What new runs do otherwise than those of the version before. */
function Difference({ number }: { number: number }) {
  const [before, setBefore] = useState<Flow>();
  useEffect(() => {
    void get<LookedAt & { document: Partial<Flow> }>(`${given.base}/builder/published`).then((reply) => {
      if (reply.went === "ok") setBefore(read(reply.data.document));
    });
  }, []);
  if (!before) return null;
  return (
    <section className="difference" aria-label={t("what_changed")}>
      <h3 className="subheader">{t("since_version", { number })}</h3>
      <Changes both={compared(before, editor.flow)} before={before} after={editor.flow} visit={(id) => editor.goTo(id)} />
    </section>
  );
}
