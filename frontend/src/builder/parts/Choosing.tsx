// What is chosen from lists: the kind of a new step, where a way leads, a command, a step to go to.
import { useMemo } from "react";
import { addStep, connectTo } from "../acts";
import { can, COMMANDS, wordsOf, written } from "../commands";
import { editor } from "../editor";
import { behind } from "../focus";
import { t } from "../given";
import { summary } from "../model/fields";
import { showStep } from "./Canvas";
import { first } from "./Palette";
import { Chooser, type Choice } from "./Chooser";

const close = () => editor.show("");

/** The steps of the flow to choose from. */
const steps = (fits: (id: string) => boolean): Choice[] => {
  const known = new Map(editor.flow.nodes.map((one) => [one.id, one]));
  return editor.order().filter(fits).map((id, at) => {
    const step = known.get(id)!;
    const kind = editor.kindOf(step);
    return { id, title: `${at + 1}. ${editor.titleOf(step)}`, icon: kind?.icon ?? "puzzle", more: kind ? summary(step.config, kind.form) : step.kind };
  });
};

export function AddStep() {
  const behind = editor.from || editor.into;
  const choices = useMemo(
    () =>
      [...editor.kinds.values()]
        .filter((one) => !behind || !one.starts)
        .sort((a, b) => (editor.flow.nodes.length ? 0 : first(b.category) - first(a.category)))
        .map((one): Choice => ({ id: one.kind, title: one.title, icon: one.icon, more: one.help, group: one.category })),
    [behind],
  );
  return <Chooser title={t("do_add_step")} choices={choices} choose={(id) => addStep(editor.kinds.get(id)!)} close={close} />;
}

export function ConnectTo() {
  const source = editor.from?.source ?? [...editor.chosen][0];
  const known = new Map(editor.flow.nodes.map((one) => [one.id, one]));
  const choices = steps((id) => id !== source && !editor.starts(known.get(id)!.kind));
  return <Chooser title={t("do_connect_to")} choices={choices} choose={connectTo} close={close} />;
}

export function GoToStep() {
  const go = (id: string) => {
    editor.goTo(id);
    showStep(id);
  };
  return <Chooser title={t("do_search")} choices={steps(() => true)} choose={go} close={close} />;
}

export function Commands() {
  const all = COMMANDS.filter((one) => !one.hidden && can(one));
  const choices = all.map((one): Choice => ({ id: one.name, title: wordsOf(one), icon: one.icon, keys: one.keys[0] && written(one.keys[0]) }));
  const act = (name: string) => behind(close, () => all.find((one) => one.name === name)?.act(""));
  return <Chooser title={t("do_commands")} choices={choices} choose={act} close={close} />;
}
