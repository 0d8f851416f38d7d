// Two versions on one canvas: what is new, what is gone, what has changed.
import { useEffect, useMemo } from "react";
import { editor } from "../editor";
import { given, number, t } from "../given";
import { compared, type Mark } from "../model/comparing";
import { read, same, stepOf, type Config, type Step } from "../model/flow";
import type { Layer } from "./drawing";
import { Asked, Frame, go, versionsOf } from "./Frame";

const MARKS: Mark[] = ["new", "gone", "changed"];

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
  const marked = [...both.steps].filter(([, mark]) => mark !== "same");
  const ways = [...both.ways.values()].filter((mark) => mark !== "same").length;
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
            {!marked.length && !ways && <p className="text-success">{t("nothing_changed")}</p>}
            {MARKS.map((mark) => (
              <Changes key={mark} mark={mark} ids={marked.filter(([, one]) => one === mark).map(([id]) => id)} before={before} after={after} />
            ))}
            {given.may.edit && given.from > 0 && (marked.length > 0 || ways > 0) && (
              <form method="post" action={`${given.base}/versions/${given.from}/restore`} className="mb-3">
                <input type="hidden" name="csrf_token" value={given.token} />
                <input type="hidden" name="revision" value={given.revision} />
                <button type="submit" className="btn btn-sm">{t("restore", { number: given.from })}</button>
              </form>
            )}
            {ways > 0 && <p className="text-secondary">{t("ways_changed", { count: ways })}</p>}
          </div>
        </aside>
      }
    />
  );
}

function Changes({ mark, ids, before, after }: { mark: Mark; ids: string[]; before: ReturnType<typeof read>; after: ReturnType<typeof read> }) {
  if (!ids.length) return null;
  return (
    <section>
      <h3 className={`subheader mark-${mark}`}>{`${t(`mark_${mark}`)} (${number(ids.length)})`}</h3>
      <ul className="change-list">
        {ids.map((id) => {
          const [was, is] = [stepOf(before, id), stepOf(after, id)];
          const step = is ?? was!;
          return (
            <li key={id}>
              <button type="button" className="btn-link" dir="auto" onClick={() => go(id)}>{editor.titleOf(step)}</button>
              {was && is && <Fields was={was} is={is} />}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** The fields of a step that say something else now. */
function Fields({ was, is }: { was: Step; is: Step }) {
  const form = editor.kindOf(is)?.form.properties ?? {};
  const told = (step: Step): Config => ({ ...step.config, ...(step.title && { [t("own_name")]: step.title }), ...(step.retries != null && { [t("retries")]: step.retries }), ...(step.off && { [t("is_off")]: true }) });
  const [old, now] = [told(was), told(is)];
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])].filter((name) => !same(old[name], now[name]));
  const written = (value: unknown) => (value === undefined ? "–" : typeof value === "string" ? value : JSON.stringify(value));
  return (
    <dl className="small mb-1">
      {names.map((name) => (
        <div key={name}>
          <dt>{form[name]?.title ?? name}</dt>
          <dd><del dir="auto">{written(old[name])}</del> <ins dir="auto">{written(now[name])}</ins></dd>
        </div>
      ))}
    </dl>
  );
}
