// Two versions on one canvas: what is new, what is gone, what has changed.
import { useEffect, useMemo } from "react";
import { editor } from "../editor";
import { given, t } from "../given";
import { compared, isSame } from "../model/comparing";
import { read } from "../model/flow";
import { Changes } from "./Changes";
import type { Layer } from "./drawing";
import { Asked, Frame, go, versionsOf } from "./Frame";

export function Compare() {
  const before = useMemo(() => read(given.before.document), []);
  const after = useMemo(() => read(given.document), []);
  const both = useMemo(() => compared(before, after), [before, after]);
  useEffect(() => editor.looked({ ports: { ...given.before.ports, ...given.ports }, problems: [] }), []);
  const layer = useMemo(
    (): Layer => ({
      step: (id) => {
        const mark = both.steps.get(id) ?? "same";
        return { look: `step-${mark}`, note: mark === "same" ? "" : t(`mark_${mark}`) };
      },
      way: (id) => ({ look: `way-${both.ways.get(id) ?? "same"}` }),
    }),
    [both],
  );
  return (
    <Frame
      title={t("compare")}
      flow={both.flow}
      layer={layer}
      label={t("compare")}
      bar={
        <>
          <Asked label={t("compare_from")} name="from" value={given.from} values={versionsOf(true)} more={{ to: given.to }} />
          <Asked label={t("compare_to")} name="to" value={given.to} values={versionsOf(true)} more={{ from: given.from }} />
        </>
      }
      panel={
        <aside className="properties" aria-label={t("what_changed")}>
          <header className="panel-head"><h2>{t("what_changed")}</h2></header>
          <div className="panel-body">
            <Changes both={both} before={before} after={after} visit={go} />
            {given.may.edit && given.from > 0 && !isSame(both) && (
              <form method="post" action={`${given.base}/versions/${given.from}/restore`} className="mb-3">
                <input type="hidden" name="csrf_token" value={given.token} />
                <input type="hidden" name="revision" value={given.revision} />
                <button type="submit" className="btn btn-sm">{t("restore", { number: given.from })}</button>
              </form>
            )}
          </div>
        </aside>
      }
    />
  );
}
