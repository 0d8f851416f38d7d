// The kinds of steps by category. A click puts one behind what is chosen; dragged, it lands where it is dropped.
import { useMemo, useState } from "react";
import { addStep } from "../acts";
import { editor } from "../editor";
import { t, type Kind } from "../given";
import { found } from "./Chooser";
import { Icon } from "./Icon";

export const DRAGGED = "application/x-aerostic-step";

export function Palette() {
  const [typed, setTyped] = useState("");
  const all = useMemo(
    () => [...editor.kinds.values()].map((one) => ({ id: one.kind, title: one.title, icon: one.icon, more: one.help, group: one.category })),
    [],
  );
  const fits = found(all, typed);
  const groups = [...new Set(fits.map((one) => one.group ?? ""))];
  const shown = groups.sort((a, b) => first(b) - first(a));
  return (
    <nav className="palette" aria-label={t("palette")}>
      <input className="form-control" type="search" aria-label={t("find_step")} placeholder={t("find_step")} value={typed} onChange={(event) => setTyped(event.target.value)} />
      <div className="palette-list">
        {shown.map((group) => (
          <section key={group} aria-label={group}>
            <h3 className="subheader">{group}</h3>
            {fits.filter((one) => one.group === group).map((one) => (
              <button
                key={one.id}
                type="button"
                className="palette-step"
                title={one.more}
                draggable
                onDragStart={(event) => event.dataTransfer.setData(DRAGGED, one.id)}
                onClick={() => addStep(editor.kinds.get(one.id)!)}
              >
                <Icon name={one.icon} />
                <span dir="auto">{one.title}</span>
              </button>
            ))}
          </section>
        ))}
        {!fits.length && <p className="text-secondary p-2">{t("nothing_found")}</p>}
      </div>
    </nav>
  );
}

/** How much of a category begins flows: those come first. */
export function first(group: string): number {
  const all = [...editor.kinds.values()].filter((one: Kind) => one.category === group);
  return all.filter((one) => one.starts).length / Math.max(1, all.length);
}
