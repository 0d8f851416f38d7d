// What can be done with what is under the mouse, or under the focus when the menu key is pressed.
import { useEffect, useRef, type KeyboardEvent } from "react";
import { can, COMMANDS, wordsOf, written } from "../commands";
import { editor } from "../editor";
import { behind } from "../focus";
import { t } from "../given";
import { disconnected } from "../model/flow";
import { Icon } from "./Icon";

const OF_STEP = ["edit_step", "connect_to", "switch_off", "copy", "duplicate", "line_up_column", "line_up_row", "spread_across", "spread_down", "delete", "delete_close"];
const OF_GROUND = ["add_step", "add_note", "paste", "choose_all", "tidy", "fit", "search"];
const MARGIN = 8;

interface Item {
  name: string;
  icon: string;
  words: string;
  keys?: string;
  act: () => void;
}

export function Menu() {
  const box = useRef<HTMLDivElement>(null);
  const { x, y, way } = editor.menu;
  const items = way ? ofWay(way) : ofCommands(editor.chosen.size ? OF_STEP : OF_GROUND);
  const close = () => editor.show("");
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    const menu = box.current;
    if (!menu) return;
    const { width, height } = menu.getBoundingClientRect();
    menu.style.left = `${Math.max(MARGIN, Math.min(x, innerWidth - width - MARGIN))}px`;
    menu.style.top = `${Math.max(MARGIN, Math.min(y, innerHeight - height - MARGIN))}px`;
    menu.querySelector<HTMLElement>("button")?.focus();
    const away = (event: Event) => menu.contains(event.target as Node) || close();
    document.addEventListener("pointerdown", away);
    return () => {
      document.removeEventListener("pointerdown", away);
      if (before?.isConnected && (document.activeElement === document.body || !document.activeElement)) before.focus({ preventScroll: true });
    };
  }, [x, y]);
  const onKey = (event: KeyboardEvent) => {
    const all = [...(box.current?.querySelectorAll<HTMLElement>("button") ?? [])];
    const at = all.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (to !== undefined) all.at(to % all.length)?.focus();
    else if (event.key === "Escape" || event.key === "Tab") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div ref={box} role="menu" aria-label={t("acts")} className="menu" onKeyDown={onKey} onContextMenu={(event) => event.preventDefault()}>
      {items.map((one) => (
        <button key={one.name} type="button" role="menuitem" tabIndex={-1} onClick={() => behind(close, one.act)}>
          <Icon name={one.icon} />
          <span>{one.words}</span>
          {one.keys && <kbd>{one.keys}</kbd>}
        </button>
      ))}
    </div>
  );
}

const ofCommands = (names: string[]): Item[] =>
  names
    .map((name) => COMMANDS.find((one) => one.name === name)!)
    .filter(can)
    .map((one) => ({ name: one.name, icon: one.icon, words: wordsOf(one), keys: one.keys[0] && written(one.keys[0]), act: () => one.act("") }));

const ofWay = (way: string): Item[] => [
  { icon: "plus", name: "insert", words: t("insert_here"), act: () => editor.show("add", { into: way }) },
  { icon: "x", name: "cut", words: t("cut_way"), act: () => editor.edit(disconnected(editor.flow, new Set([way]))) },
];
