// Everything that can be done, with its words and keys: for the keyboard, the palette of commands, and the sheet of shortcuts.
import { addNote, chooseAll, chosenSteps, copyChosen, duplicate, lineUp, nudge, paste, removeChosen, spreadOut, switchOff, tidy, walk } from "./acts";
import { editor } from "./editor";
import { intoForm } from "./focus";
import { given, t } from "./given";

export interface Command {
  name: string; // of its words
  icon: string;
  keys: string[]; // as `Control+Shift+z`; the first one is shown
  act: (key: string) => void;
  edits?: boolean; // only for those who may draw
  hidden?: boolean; // not in the palette
  when?: () => boolean;
}

const some = () => editor.chosen.size > 0;
const several = (least: number) => () => editor.chosen.size >= least;
const view = (name: string) => () => window.dispatchEvent(new CustomEvent("builder:view", { detail: name }));
const ARROWS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"];

export const COMMANDS: Command[] = [
  { name: "add_step", icon: "plus", keys: ["a"], act: () => editor.show("add"), edits: true },
  { name: "connect_to", icon: "plug-connected", keys: ["c"], act: () => editor.show("connect"), edits: true, when: () => editor.chosen.size === 1 },
  { name: "edit_step", icon: "pencil", keys: ["Enter"], act: () => intoForm(), when: () => editor.chosen.size === 1 },
  { name: "delete", icon: "trash", keys: ["Delete", "Backspace"], act: () => removeChosen(), edits: true, when: some },
  { name: "delete_close", icon: "corner-down-right", keys: ["Control+Delete", "Control+Backspace"], act: () => removeChosen(true), edits: true, when: some },
  { name: "undo", icon: "arrow-back-up", keys: ["Control+z"], act: editor.undo, edits: true },
  { name: "redo", icon: "repeat", keys: ["Control+Shift+z", "Control+y"], act: editor.redo, edits: true },
  { name: "copy", icon: "copy", keys: [], act: () => void navigator.clipboard.writeText(copyChosen()), when: some },
  { name: "paste", icon: "clipboard", keys: [], act: () => void navigator.clipboard.readText().then((text) => paste(text)), edits: true },
  { name: "duplicate", icon: "stack", keys: ["Control+d"], act: duplicate, edits: true, when: some },
  { name: "choose_all", icon: "select-all", keys: ["Control+a"], act: chooseAll },
  { name: "tidy", icon: "layout-grid", keys: ["Shift+t"], act: tidy, edits: true },
  { name: "switch_off", icon: "power", keys: ["x"], act: switchOff, edits: true, when: () => chosenSteps().length > 0 },
  { name: "line_up_column", icon: "layout-align-left", keys: ["Shift+ArrowLeft"], act: () => lineUp("x"), edits: true, when: several(2) },
  { name: "line_up_row", icon: "layout-align-top", keys: ["Shift+ArrowUp"], act: () => lineUp("y"), edits: true, when: several(2) },
  { name: "spread_across", icon: "layout-distribute-vertical", keys: ["Shift+ArrowRight"], act: () => spreadOut("x"), edits: true, when: several(3) },
  { name: "spread_down", icon: "layout-distribute-horizontal", keys: ["Shift+ArrowDown"], act: () => spreadOut("y"), edits: true, when: several(3) },
  { name: "add_note", icon: "note", keys: ["n"], act: addNote, edits: true },
  { name: "search", icon: "search", keys: ["Control+f"], act: () => editor.show("search") },
  { name: "problems", icon: "alert-circle", keys: ["p"], act: () => editor.show("problems"), edits: true },
  { name: "fit", icon: "maximize", keys: ["f", "1"], act: view("fit") },
  { name: "zoom_in", icon: "zoom-in", keys: ["+", "="], act: view("in") },
  { name: "zoom_out", icon: "zoom-out", keys: ["-"], act: view("out") },
  { name: "outline", icon: "list", keys: ["o"], act: view("outline") },
  { name: "save_now", icon: "device-floppy", keys: ["Control+s"], act: () => editor.saver.flush(), edits: true },
  { name: "rename", icon: "pencil", keys: ["F2"], act: () => editor.show("rename"), edits: true },
  { name: "test", icon: "device-mobile", keys: ["Control+Enter"], act: () => editor.test(!editor.testing), when: () => given.may.run },
  { name: "publish", icon: "rocket", keys: ["Control+Shift+p"], act: () => editor.show("publish"), edits: true },
  { name: "commands", icon: "command", keys: ["Control+k"], act: () => editor.show("commands"), hidden: true },
  { name: "shortcuts", icon: "keyboard", keys: ["?"], act: () => editor.show("shortcuts") },
  { name: "walk", icon: "arrow-right", keys: ARROWS, act: walk, hidden: true },
  { name: "nudge", icon: "arrows-move", keys: ARROWS.map((key) => `Alt+${key}`), act: (key) => nudge(key), edits: true, hidden: true },
];

export const can = (command: Command) => (!command.edits || editor.mayEdit) && (command.when?.() ?? true);

/** A key as people read it. */
export const written = (key: string) =>
  key.split("+").filter(Boolean).map((one) => NAMES[one] ?? (one.length === 1 ? one.toUpperCase() : one)).join(" + ") || "+";
const NAMES: { [key: string]: string } = {
  Control: /Mac/.test(navigator.platform) ? "⌘" : "Ctrl", ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", Delete: "Del",
};

/** Do what a key stands for. Where somebody types, keys without Control are letters, and the browser's own keys stay as they are. */
export function press(event: KeyboardEvent): void {
  const target = event.target as HTMLElement;
  const typing = target.matches("input, select, textarea, [contenteditable]");
  const onButton = target.matches("button, a, summary") && (event.key === "Enter" || event.key === " ");
  if (event.defaultPrevented || editor.open || document.querySelector("dialog[open]") || onButton) return;
  const control = event.ctrlKey || event.metaKey;
  const letter = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const shift = event.shiftKey && /^[a-z]$|^.{2,}$/.test(letter);
  const pressed = [control ? "Control" : "", event.altKey ? "Alt" : "", shift ? "Shift" : "", letter].filter(Boolean).join("+");
  const command = COMMANDS.find((one) => one.keys.includes(pressed) && can(one));
  if (!command || (typing && !ALSO_TYPING.has(pressed))) return;
  event.preventDefault();
  command.act(letter);
}
const ALSO_TYPING = new Set(["Control+s", "Control+k", "Control+Enter", "Control+Shift+p"]);

export const wordsOf = (command: Command) => t(`do_${command.name}`);
