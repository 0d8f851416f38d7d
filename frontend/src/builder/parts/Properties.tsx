// What a step is set to: its name, its form, where its ways lead, and how often it is tried again.
import { useEffect, useRef } from "react";
import { removeChosen, switchOff } from "../acts";
import { can, COMMANDS, wordsOf } from "../commands";
import { editor } from "../editor";
import { number, t } from "../given";
import { connected, disconnected, stepOf, wayId, waysFrom, withNote, withStep, type Note, type Step } from "../model/flow";
import { Fields } from "./Fields";
import { Icon, IconButton } from "./Icon";

const MOST_RETRIES = 10;
const MANY = ["line_up_column", "line_up_row", "spread_across", "spread_down", "duplicate", "switch_off", "delete_close", "delete"];

export function Properties() {
  const ids = [...editor.chosen];
  const step = ids.length === 1 ? stepOf(editor.flow, ids[0]!) : undefined;
  const note = ids.length === 1 ? editor.flow.notes.find((one) => one.id === ids[0]) : undefined;
  if (step) return <OfStep key={step.id} step={step} />;
  if (note) return <OfNote key={note.id} note={note} />;
  if (ids.length > 1) return <OfMany />;
  return null;
}

function OfStep({ step }: { step: Step }) {
  const kind = editor.kindOf(step);
  const fixed = !editor.mayEdit;
  const problems = editor.problemsOf(step.id);
  const box = useRef<HTMLElement>(null);
  const wrong = (field: string) => problems.find((one) => one.field === field)?.text ?? "";
  const rest = problems.filter((one) => !one.field || !kind?.form.properties?.[one.field.split(".")[0]!]);
  useEffect(() => {
    if (!editor.field) return;
    const name = CSS.escape(editor.field);
    const at = box.current?.querySelector<HTMLElement>(`[data-field="${name}"]`) ?? box.current?.querySelector<HTMLElement>("[data-first]");
    at?.focus();
  }, [editor.field]);
  return (
    <aside className="properties" ref={box} aria-label={t("properties")}>
      <header className="panel-head">
        <Icon name={kind?.icon ?? "puzzle"} />
        <h2 dir="auto">{kind?.title ?? step.kind}</h2>
        <IconButton icon="x" label={t("close")} act={() => editor.choose([])} className="btn-ghost-secondary" />
      </header>
      <div className="panel-body">
        {step.off && <p className="text-secondary"><Icon name="power" className="icon-sm" /> {t("is_off_more")}</p>}
        {kind ? kind.help && <p className="text-secondary">{kind.help}</p> : <p className="text-danger">{t("kind_gone_more")}</p>}
        {rest.map((one, at) => (
          <p key={at} className={one.blocks ? "text-danger" : "text-warning"}>
            {one.text}
          </p>
        ))}
        {kind && (
          <Fields
            schema={kind.form}
            form={kind.form}
            config={step.config}
            example={kind.example}
            node={step.id}
            offers={kind.offers}
            fixed={fixed}
            wrong={wrong}
            change={(config, field) => editor.edit(withStep(editor.flow, step.id, { config }), `${step.id}.${field}`)}
          />
        )}
        <Ways step={step} fixed={fixed} />
        <details className="more">
          <summary>{t("more_of_step")}</summary>
          <label className="form-label mt-2" htmlFor="step-title">{t("own_name")}</label>
          <input id="step-title" className="form-control mb-3" dir="auto" maxLength={100} disabled={fixed} value={step.title} placeholder={kind?.title} onChange={(event) => editor.edit(withStep(editor.flow, step.id, { title: event.target.value }), `${step.id}.title`)} />
          <label className="form-label" htmlFor="step-retries">{t("retries")}</label>
          <select id="step-retries" className="form-select mb-3" disabled={fixed} value={step.retries ?? ""} onChange={(event) => editor.edit(withStep(editor.flow, step.id, { retries: event.target.value === "" ? undefined : Number(event.target.value) }))}>
            <option value="">{t("as_kind_has_it")}</option>
            {Array.from({ length: MOST_RETRIES + 1 }, (_, times) => <option key={times} value={times}>{number(times)}</option>)}
          </select>
          <Place step={step} fixed={fixed} />
          <p className="small text-secondary mb-0">{t("id")}: <code dir="ltr">{step.id}</code></p>
        </details>
        {!fixed && (
          <div className="btn-list mt-3">
            <button type="button" className="btn btn-sm btn-ghost-danger" onClick={() => removeChosen()}><Icon name="trash" />{t("do_delete")}</button>
            <button type="button" className="btn btn-sm" onClick={() => removeChosen(true)}>{t("do_delete_close")}</button>
            <button type="button" className="btn btn-sm" aria-pressed={Boolean(step.off)} onClick={switchOff}><Icon name="power" />{t("do_switch_off")}</button>
          </div>
        )}
      </div>
    </aside>
  );
}

/** Where each way out leads: the way to connect steps without dragging. */
export function Ways({ step, fixed }: { step: Step; fixed: boolean }) {
  const ports = editor.portsOf(step.id);
  const ways = new Map(waysFrom(editor.flow, step.id).map((way) => [way.port, way]));
  const steps = new Map(editor.flow.nodes.map((one) => [one.id, one]));
  const targets = editor.order().filter((id) => id !== step.id && !editor.starts(steps.get(id)!.kind));
  const places = editor.order();
  if (!ports.length) return null;
  const lead = (port: string, target: string) => {
    if (target === "+") return editor.show("add", { from: { source: step.id, port } });
    const way = ways.get(port);
    if (target) editor.edit(connected(editor.flow, { source: step.id, port, target }));
    else if (way) editor.edit(disconnected(editor.flow, new Set([wayId(way)])));
  };
  return (
    <fieldset className="ways mb-3" disabled={fixed}>
      <legend className="form-label">{t("ways_out")}</legend>
      {ports.map((port) => {
        const title = port.title || (port.name === "next" ? t("goes_on") : port.name);
        return (
          <label key={port.name} className="way-row">
            <span dir="auto">{title}</span>
            <select className="form-select form-select-sm" value={ways.get(port.name)?.target ?? ""} onChange={(event) => lead(port.name, event.target.value)}>
              <option value="">{t("run_ends")}</option>
              {targets.map((id) => (
                <option key={id} value={id}>{`${number(places.indexOf(id) + 1)}. ${editor.titleOf(steps.get(id)!)}`}</option>
              ))}
              {!fixed && <option value="+">{t("new_step")}</option>}
            </select>
          </label>
        );
      })}
    </fieldset>
  );
}

/** Where a step stands, for who does not drag. */
function Place({ step, fixed }: { step: Step; fixed: boolean }) {
  const put = (by: { x?: number; y?: number }) => editor.edit(withStep(editor.flow, step.id, { at: { ...step.at, ...by } }), `${step.id}.at`);
  return (
    <div className="pair mb-3">
      {(["x", "y"] as const).map((axis) => (
        <label key={axis} className="form-label mb-0">
          {t(`place_${axis}`)}
          <input className="form-control" type="number" step={16} disabled={fixed} value={step.at[axis]} onChange={(event) => put({ [axis]: Number(event.target.value) })} />
        </label>
      ))}
    </div>
  );
}

function OfNote({ note }: { note: Note }) {
  return (
    <aside className="properties" aria-label={t("properties")}>
      <header className="panel-head">
        <Icon name="note" />
        <h2>{t("note")}</h2>
        <IconButton icon="x" label={t("close")} act={() => editor.choose([])} className="btn-ghost-secondary" />
      </header>
      <div className="panel-body">
        <label className="form-label" htmlFor="note-text">{t("note_text")}</label>
        <textarea id="note-text" data-first className="form-control mb-3" rows={6} dir="auto" maxLength={2000} disabled={!editor.mayEdit} value={note.text} onChange={(event) => editor.edit(withNote(editor.flow, note.id, { text: event.target.value }), `${note.id}.text`)} />
        {editor.mayEdit && <button type="button" className="btn btn-sm btn-ghost-danger" onClick={() => removeChosen()}><Icon name="trash" />{t("do_delete")}</button>}
      </div>
    </aside>
  );
}

const OF_MANY = MANY.map((name) => COMMANDS.find((one) => one.name === name)!);

function OfMany() {
  return (
    <aside className="properties" aria-label={t("properties")}>
      <header className="panel-head">
        <h2>{t("chosen", { count: editor.chosen.size })}</h2>
        <IconButton icon="x" label={t("close")} act={() => editor.choose([])} className="btn-ghost-secondary" />
      </header>
      {editor.mayEdit && (
        <div className="panel-body of-many">
          {OF_MANY.filter(can).map((one) => (
            <button key={one.name} type="button" className={`btn btn-sm ${one.name === "delete" ? "btn-ghost-danger" : ""}`} onClick={() => one.act("")}>
              <Icon name={one.icon} />{wordsOf(one)}
            </button>
          ))}
        </div>
      )}
    </aside>
  );
}

