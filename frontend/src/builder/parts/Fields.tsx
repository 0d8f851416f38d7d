// The fields of a step's form, drawn from the schema that its kind brings.
import { useId, useState, type ReactNode } from "react";
import { number, t, type Offer } from "../given";
import { configured, emptyOf, meant, moves, shapeOf, valueOf, type Schema } from "../model/fields";
import type { Config, Value } from "../model/flow";
import { Expression } from "./Expression";
import { IconButton } from "./Icon";

interface Form {
  schema: Schema;
  form: Schema;
  config: Config;
  example: Config;
  change: (config: Config, field: string) => void;
  wrong: (field: string) => string;
  fixed: boolean;
  node: string;
  offers?: { [field: string]: Offer[] };
  within?: string;
}

/** All fields of a form, or of a row within one. */
export function Fields(props: Form) {
  const { schema, form, config, change, within = "" } = props;
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties ?? {}).map(([name, field], at) => {
    const own = meant(field, form);
    const set = (value: Value | undefined) => change(configured(config, name, value, own), `${within}${name}`);
    return (
      <Field
        key={name}
        {...props}
        name={`${within}${name}`}
        field={own}
        value={valueOf(config, name, own)}
        sample={props.example[name]}
        set={set}
        required={required.has(name)}
        first={at === 0 && !within}
      />
    );
  });
}

interface One extends Form {
  name: string;
  field: Schema;
  value: Value | undefined;
  sample: Value | undefined;
  set: (value: Value | undefined) => void;
  required: boolean;
  first: boolean;
}

function Field(props: One) {
  const { name, field, value, set, required, fixed, wrong, first } = props;
  const id = useId();
  const trouble = wrong(name);
  const label = field.title ?? name;
  const shape = shapeOf(field);
  const told = { id, "aria-describedby": `${id}-h`, "aria-invalid": trouble ? true : undefined, disabled: fixed, "data-field": name, "data-first": first || undefined };
  const look = trouble ? "is-invalid" : "";
  if (shape === "switch")
    return (
      <Row {...{ id, trouble, hint: field.description }}>
        <label className="form-check form-switch mb-0">
          <input {...told} className="form-check-input" type="checkbox" checked={value === true} onChange={(event) => set(event.target.checked)} />
          <span className="form-check-label">{label}</span>
        </label>
      </Row>
    );
  if (shape === "days" || shape === "rows" || shape === "list" || shape === "pairs")
    return (
      <Row {...{ id, trouble, hint: field.description }}>
        <fieldset disabled={fixed} aria-describedby={`${id}-h`}>
          <legend className="form-label" {...(first ? { tabIndex: -1, "data-first": true } : {})}>{label}</legend>
          {shape === "days" && <Days {...props} />}
          {shape === "rows" && <Rows {...props} />}
          {shape === "list" && <List {...props} />}
          {shape === "pairs" && <Pairs {...props} />}
        </fieldset>
      </Row>
    );
  return (
    <Row {...{ id, trouble, hint: field.description }}>
      <label className="form-label" htmlFor={id}>
        {label}
        {!required && shape !== "choice" && field.default === "" && <span className="text-secondary fw-normal"> ({t("optional")})</span>}
      </label>
      {shape === "choice" ? (
        <select {...told} className={`form-select ${look}`} value={String(value ?? "")} onChange={(event) => set(field.enum?.find((one) => String(one) === event.target.value))}>
          {value === undefined && <option value="">–</option>}
          {field.enum?.map((one) => (
            <option key={String(one)} value={String(one)}>
              {field.labels?.[String(one)] ?? String(one)}
            </option>
          ))}
        </select>
      ) : shape === "number" ? (
        <input {...told} className={`form-control ${look}`} type="number" step={field.type === "integer" ? 1 : "any"} min={field.minimum} max={field.maximum} value={typeof value === "number" ? value : ""} onChange={(event) => set(event.target.value === "" ? undefined : Number(event.target.value))} />
      ) : props.offers?.[name] && !props.within ? (
        <Offered {...props} told={told} look={look} offers_={props.offers[name]} />
      ) : (
        <Words {...props} told={told} look={look} long={shape === "text"} />
      )}
    </Row>
  );
}

function Row({ id, hint, trouble, children }: { id: string; hint?: string; trouble: string; children: ReactNode }) {
  return (
    <div className="mb-3">
      {children}
      <div id={`${id}-h`}>
        {trouble && <div className="invalid-feedback d-block">{trouble}</div>}
        {hint && <small className="form-hint">{hint}</small>}
      </div>
    </div>
  );
}

/** What was a number, a yes or a list stays one, as long as it can be read as one. */
function literal(text: string): Value {
  try {
    return JSON.parse(text) as Value;
  } catch {
    return text;
  }
}

const shownText = (value: Value | undefined) =>
  value === undefined || value === null ? "" : typeof value === "string" ? value : JSON.stringify(value);

/** Words, with what can be filled in where they may hold expressions. */
function Words({ field, value, sample, set, told, look, long, node, fixed }: One & { told: object; look: string; long: boolean }) {
  const text = shownText(value);
  const nothing = field.anyOf || (field.default === null && !text);
  const props = {
    ...told,
    className: `form-control ${look}`,
    dir: "auto",
    spellCheck: long,
    autoComplete: "off",
    placeholder: text ? "" : shownText(sample),
    value: text,
    onChange: (event: { target: { value: string } }) => set(event.target.value === "" && nothing ? undefined : event.target.value),
  };
  const most = field.maxLength && text.length > field.maxLength * 0.8 && !text.includes("{{") ? field.maxLength : 0;
  const box = long ? <textarea rows={3} {...props} /> : <input type="text" {...props} />;
  return (
    <>
      {moves(field) && !fixed ? <Expression node={node} text={text} set={set}>{box}</Expression> : box}
      {most > 0 && <small className={`form-hint ${text.length > most ? "text-danger" : ""}`}>{`${number(text.length)} / ${number(most)}`}</small>}
    </>
  );
}

/** Something of the workspace: chosen by its name; or written, where that is more than an id. */
function Offered(props: One & { told: object; look: string; offers_: Offer[] }) {
  const { config, change, name, value, field, offers_, told, look, set } = props;
  const fits = (one: Offer) => Object.entries(one.config).every(([key, held]) => valueOf(config, key, props.form.properties?.[key] ?? {}) === held);
  const chosen = offers_.findIndex(fits);
  const written = field.format !== "uuid";
  const [typing, setTyping] = useState(written && chosen < 0 && Boolean(value));
  const choose = (at: string) => {
    setTyping(at === "-");
    const offer = offers_[Number(at)];
    if (offer) change({ ...config, ...offer.config }, name);
    else if (at === "") set(undefined);
  };
  const gone = chosen < 0 && Boolean(value) && !typing;
  return (
    <>
      <select {...told} className={`form-select ${look}`} value={typing ? "-" : gone ? "?" : chosen < 0 ? "" : chosen} onChange={(event) => choose(event.target.value)}>
        <option value="">–</option>
        {gone && <option value="?">{t("offer_gone")}</option>}
        {offers_.map((one, at) => <option key={one.title} value={at}>{one.title}</option>)}
        {written && <option value="-">{t("offer_other")}</option>}
      </select>
      {typing && <div className="mt-1"><Words {...props} told={{ "aria-label": field.title }} look={look} long={false} /></div>}
    </>
  );
}

function Days({ field, value, set }: One) {
  const chosen = Array.isArray(value) ? value : [];
  const days = Object.entries(field.labels ?? {});
  const toggle = (day: Value, on: boolean) => set(days.map(([one]) => typed(one, field)).filter((one) => (one === day ? on : chosen.includes(one))));
  return (
    <div className="days">
      {days.map(([one, title]) => (
        <label key={one} className="form-check mb-0">
          <input className="form-check-input" type="checkbox" checked={chosen.includes(typed(one, field))} onChange={(event) => toggle(typed(one, field), event.target.checked)} />
          <span className="form-check-label">{title}</span>
        </label>
      ))}
    </div>
  );
}

const typed = (value: string, field: Schema): Value => (field.items?.type === "integer" ? Number(value) : value);

/** Entries that can be added, taken away, and moved. */
function Entries({ list, set, most, empty, title, children }: {
  list: Value[]; set: (list: Value[]) => void; most: number; empty: () => Value; title: string; children: (value: Value, at: number) => ReactNode;
}) {
  const swap = (at: number) => set(list.map((one, i) => (i === at - 1 ? list[at]! : i === at ? list[at - 1]! : one)));
  return (
    <>
      {list.map((value, at) => (
        <div className="entry" key={at}>
          <div className="entry-body">{children(value, at)}</div>
          <div className="entry-acts">
            <IconButton icon="arrow-up" label={`${t("move_up")}: ${title} ${number(at + 1)}`} act={() => swap(at)} disabled={at === 0} className="btn-sm btn-ghost-secondary" />
            <IconButton icon="x" label={`${t("take_away")}: ${title} ${number(at + 1)}`} act={() => set(list.filter((_, i) => i !== at))} className="btn-sm btn-ghost-secondary" />
          </div>
        </div>
      ))}
      <button type="button" className="btn btn-sm" disabled={list.length >= most} onClick={() => set([...list, empty()])}>
        {t("add_entry")}<span className="visually-hidden">: {title}</span>
      </button>
    </>
  );
}

function Rows(props: One) {
  const { field, form, value, sample, set, name } = props;
  const row = meant(field.items ?? {}, form);
  const list = Array.isArray(value) ? value : [];
  const like = Array.isArray(sample) ? (sample[0] as Config | undefined) : undefined;
  return (
    <Entries list={list} set={set} most={field.maxItems ?? 100} empty={() => emptyOf(field.items ?? {}, form)} title={field.title ?? name}>
      {(one, at) => (
        <Fields {...props} schema={row} config={one as Config} example={like ?? {}} within={`${name}.${at}.`} change={(next) => set(list.map((old, i) => (i === at ? next : old)))} />
      )}
    </Entries>
  );
}

function List(props: One) {
  const { field, form, value, set, name, node, fixed, wrong } = props;
  const entry = meant(field.items ?? {}, form);
  const list = Array.isArray(value) ? value : [];
  const whole = entry.type === "integer" || entry.type === "number";
  const title = field.title ?? name;
  return (
    <Entries list={list} set={set} most={field.maxItems ?? 100} empty={() => emptyOf(entry, form)} title={title}>
      {(one, at) => {
        const put = (text: Value) => set(list.map((old, i) => (i === at ? text : old)));
        const trouble = wrong(`${name}.${at}`);
        const own = { className: `form-control ${trouble ? "is-invalid" : ""}`, dir: "auto", "aria-label": `${title} ${number(at + 1)}`, title: trouble || undefined, "data-field": `${name}.${at}`, value: shownText(one) };
        const box = <input type={whole ? "number" : "text"} {...own} onChange={(event) => put(whole ? Number(event.target.value) : event.target.value)} />;
        return !whole && moves(field) && !fixed ? <Expression node={node} text={shownText(one)} set={put}>{box}</Expression> : box;
      }}
    </Entries>
  );
}

/** Names with values. While one is being named, it keeps its place. */
function Pairs({ field, value, set, name }: One) {
  const pairs = Object.entries((value ?? {}) as Config);
  const put = (next: [string, Value][]) => set(Object.fromEntries(next));
  const title = field.title ?? name;
  const fresh = () => {
    let key = "name";
    for (let at = 2; pairs.some(([one]) => one === key); at++) key = `name_${at}`;
    return key;
  };
  return (
    <Entries list={pairs as unknown as Value[]} set={(next) => put(next as unknown as [string, Value][])} most={50} empty={() => [fresh(), ""]} title={title}>
      {(_, at) => {
        const [key, held] = pairs[at]!;
        const change = (one: [string, Value]) => put(pairs.map((old, i) => (i === at ? one : old)));
        return (
          <div className="pair">
            <input className="form-control" dir="ltr" aria-label={`${t("name")} ${number(at + 1)}`} value={key} onChange={(event) => change([event.target.value, held])} />
            <input className="form-control" dir="auto" aria-label={`${t("value")} ${number(at + 1)}`} value={shownText(held)} onChange={(event) => change([key, typeof held === "string" ? event.target.value : literal(event.target.value)])} />
          </div>
        );
      }}
    </Entries>
  );
}
