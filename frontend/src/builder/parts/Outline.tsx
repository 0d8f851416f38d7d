// The flow as a list, with the same acts as the canvas: for the keyboard, for screen readers, and for phones.
import { removeChosen } from "../acts";
import { editor } from "../editor";
import { number, t } from "../given";
import { summary } from "../model/fields";
import { stepOf, waysFrom, type Flow } from "../model/flow";
import { order } from "../model/order";
import type { Layer } from "./drawing";
import { Icon } from "./Icon";

export function Outline({ flow, layer, draw }: { flow: Flow; layer: Layer; draw: boolean }) {
  const ids = order(flow, editor.starts);
  const places = new Map(ids.map((id, at) => [id, at + 1]));
  return (
    <div className="outline" role="region" aria-label={t("do_outline")} tabIndex={-1}>
      {!ids.length && <p className="text-secondary p-3">{t("empty")}</p>}
      <ol>
        {ids.map((id) => {
          const step = stepOf(flow, id)!;
          const kind = editor.kindOf(step);
          const words = kind ? summary(step.config, kind.form) : t("kind_gone");
          const problems = draw ? editor.problemsOf(id) : [];
          const over = layer.step?.(id) ?? {};
          return (
            <li key={id} className={`outline-step ${over.look ?? ""} ${editor.chosen.has(id) ? "outline-chosen" : ""} ${step.off ? "outline-off" : ""}`} onContextMenu={() => editor.choose([id])}>
              <button type="button" className="outline-head" aria-pressed={editor.chosen.has(id)} onClick={() => editor.choose([id])}>
                <Icon name={kind?.icon ?? "puzzle"} />
                <span className="choice-words">
                  <strong dir="auto">{`${number(places.get(id)!)}. ${editor.titleOf(step)}`}</strong>
                  {step.off && <small>{t("is_off")}</small>}
                  {words && <small dir="auto">{words}</small>}
                  {over.note && <small>{over.note}</small>}
                </span>
                {problems.length > 0 && <span className="step-trouble">{number(problems.length)}</span>}
              </button>
              <ul>
                {editor.portsOf(id, flow).map((port) => {
                  const target = waysFrom(flow, id).find((way) => way.port === port.name)?.target;
                  const title = port.title || (port.name === "next" ? t("goes_on") : port.name);
                  const to = target ? stepOf(flow, target) : undefined;
                  return (
                    <li key={port.name}>
                      <span dir="auto">{title}</span> <Icon name="arrow-right" className="icon-sm icon-turn" />{" "}
                      {to ? (
                        <button type="button" className="btn-link" dir="auto" onClick={() => editor.choose([to.id])}>{`${number(places.get(to.id) ?? 0)}. ${editor.titleOf(to)}`}</button>
                      ) : draw ? (
                        <button type="button" className="btn-link" onClick={() => editor.show("add", { from: { source: id, port: port.name } })}>
                          {t("add_behind")}<span className="visually-hidden">: {editor.titleOf(step)}, {title}</span>
                        </button>
                      ) : (
                        <span className="text-secondary">{t("run_ends")}</span>
                      )}
                    </li>
                  );
                })}
              </ul>
            </li>
          );
        })}
      </ol>
      {draw && (
        <div className="btn-list p-3">
          <button type="button" className="btn" onClick={() => editor.show("add")}><Icon name="plus" />{t("do_add_step")}</button>
          {editor.chosen.size > 0 && <button type="button" className="btn btn-ghost-danger" onClick={() => removeChosen()}><Icon name="trash" />{t("do_delete")}</button>}
        </div>
      )}
    </div>
  );
}

