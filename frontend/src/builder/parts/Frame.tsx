// What the views share in which nothing is drawn: a bar with a way back, the canvas or the outline, and a panel beside it.
import { useEffect, useState, type ReactNode } from "react";
import { press } from "../commands";
import { editor } from "../editor";
import { given, t } from "../given";
import type { Flow } from "../model/flow";
import { Canvas } from "./Canvas";
import { Commands, GoToStep } from "./Choosing";
import type { Layer } from "./drawing";
import { Icon, IconButton } from "./Icon";
import { Outline } from "./Outline";
import { Shortcuts } from "./Shortcuts";
import { useEditor } from "./useEditor";
import { useNarrow } from "./useNarrow";

const OPENS: { [name: string]: () => ReactNode } = { commands: Commands, search: GoToStep, shortcuts: Shortcuts };

export function Frame(props: { title: string; flow: Flow; layer: Layer; label: string; bar: ReactNode; above?: ReactNode; panel: ReactNode }) {
  const { open } = useEditor();
  const narrow = useNarrow();
  const [listed, setListed] = useState(false);
  const outline = narrow || listed;
  useEffect(() => {
    const view = (event: Event) => (event as CustomEvent<string>).detail === "outline" && setListed((old) => !old);
    document.addEventListener("keydown", press);
    window.addEventListener("builder:view", view);
    return () => {
      document.removeEventListener("keydown", press);
      window.removeEventListener("builder:view", view);
    };
  }, []);
  const Over = OPENS[open];
  return (
    <div className="builder">
      <header className="bar">
        <a className="btn btn-icon btn-ghost-secondary" href={given.up} aria-label={t("back")} title={t("back")}>
          <Icon name="arrow-left" className="icon-turn" />
        </a>
        <h1 dir="auto" tabIndex={-1}>
          {given.name} <span className="text-secondary fw-normal">{props.title}</span>
        </h1>
        <div className="bar-acts">
          {props.bar}
          <IconButton icon="list" label={t("do_outline")} act={() => setListed(!listed)} pressed={outline} className="wide-only" />
        </div>
      </header>
      {props.above}
      <div className="board">
        <div className="stage">
          {outline ? (
            <Outline flow={props.flow} layer={props.layer} draw={false} />
          ) : (
            <Canvas flow={props.flow} layer={props.layer} draw={false} label={props.label} />
          )}
        </div>
        {props.panel}
      </div>
      {Over && <Over />}
    </div>
  );
}

/** A choice that opens the page with another value in its address. */
export function Asked(props: { label: string; name: string; value: number; values: { value: number; title: string }[]; more?: { [name: string]: number } }) {
  const open = (value: string) => {
    const asked = new URLSearchParams({ ...Object.fromEntries(Object.entries(props.more ?? {}).map(([key, one]) => [key, String(one)])), [props.name]: value });
    location.assign(`${given.here}?${asked}`);
  };
  return (
    <label className="asked">
      <span>{props.label}</span>
      <select className="form-select form-select-sm" value={props.value} onChange={(event) => open(event.target.value)}>
        {props.values.map((one) => (
          <option key={one.value} value={one.value}>
            {one.title}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The versions to choose from; 0 is the draft. */
export const versionsOf = (draft: boolean) => [
  ...(draft ? [{ value: 0, title: t("draft") }] : []),
  ...given.versions.map((value) => ({ value, title: t("version", { number: value }) })),
];

export const go = (id: string) => {
  editor.goTo(id);
  window.dispatchEvent(new CustomEvent("builder:show", { detail: id }));
};
