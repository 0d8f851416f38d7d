// Where the runs of a version went: counts and shares on every way, and at each step who got no further.
import { useMemo } from "react";
import { editor } from "../editor";
import { given, language, number, t } from "../given";
import { read, stepOf } from "../model/flow";
import type { Layer } from "./drawing";
import { Asked, Frame, go, versionsOf } from "./Frame";

const percent = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 });
const WARM = [0.02, 0.2, 0.5, 0.8]; // shares of all runs, from which on a way is drawn warmer

export function Heat() {
  const flow = useMemo(() => read(given.document), []);
  const { heat } = given;
  const share = (count: number) => (heat.runs ? count / heat.runs : 0);
  const layer = useMemo((): Layer => {
    const ways = new Map(flow.edges.map((one) => [`${one.source}:${one.port}>${one.target}`, heat.ways[`${one.source}:${one.port}`] ?? 0]));
    return {
      step: (id) => {
        const [count, left, waiting] = [heat.nodes[id] ?? 0, heat.left[id] ?? 0, heat.waiting[id] ?? 0];
        const ends = left > 0 ? t("heat_left", { count: left, share: percent.format(count ? left / count : 0) }) : "";
        return {
          look: count ? "" : "step-dim",
          badge: count ? number(count) : "",
          note: [ends, waiting ? t("heat_waiting", { count: waiting }) : ""].filter(Boolean).join(" · "),
          said: t("heat_came", { count }),
        };
      },
      way: (id) => {
        const count = ways.get(id) ?? 0;
        const warm = WARM.filter((least) => share(count) >= least).length;
        return count ? { look: `way-warm way-warm-${warm}`, label: `${number(count)} · ${percent.format(share(count))}` } : { look: "way-dim" };
      },
    };
  }, [flow]);
  const drops = Object.entries(heat.left).sort((a, b) => b[1] - a[1]);
  return (
    <Frame
      title={t("heat")}
      flow={flow}
      layer={layer}
      label={t("heat")}
      bar={
        <>
          <Asked label={t("version_word")} name="of" value={given.of} values={versionsOf(false)} more={{ days: given.days }} />
          <Asked label={t("days")} name="days" value={given.days} values={given.offered.map((value) => ({ value, title: t("last_days", { count: value }) }))} more={{ of: given.of }} />
        </>
      }
      panel={
        <aside className="properties" aria-label={t("heat_ends")}>
          <header className="panel-head"><h2>{t("heat_ends")}</h2></header>
          <div className="panel-body">
            <p className="text-secondary">{heat.runs ? t(heat.more ? "heat_newest" : "heat_all", { count: heat.runs }) : t("heat_none")}</p>
            <ol className="heat-list">
              {drops.map(([id, count]) => {
                const step = stepOf(editor.flow, id);
                return (
                  <li key={id}>
                    <button type="button" className="btn-link" dir="auto" disabled={!step} onClick={() => go(id)}>{step ? editor.titleOf(step) : id}</button>
                    <span>{`${number(count)} · ${percent.format(share(count))}`}</span>
                  </li>
                );
              })}
            </ol>
          </div>
        </aside>
      }
    />
  );
}
