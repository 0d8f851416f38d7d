// The bar above the canvas: whose flow it is, whether it is safe, what is wrong, what can be done.
import { COMMANDS, written } from "../commands";
import { editor } from "../editor";
import { given, t } from "../given";
import { Icon, IconButton } from "./Icon";
import { SaveState } from "./Saving";

const keysOf = (name: string) => written(COMMANDS.find((one) => one.name === name)?.keys[0] ?? "");

export function Bar({ outline, setOutline }: { outline: boolean; setOutline: (on: boolean) => void }) {
  const { mayEdit, problems, history, published } = editor;
  const blocking = problems.filter((one) => one.blocks).length;
  return (
    <header className="bar">
      <a className="btn btn-icon btn-ghost-secondary" href={given.base} aria-label={t("back")} title={t("back")}><Icon name="arrow-left" className="icon-turn" /></a>
      <h1 dir="auto" tabIndex={-1}>{editor.name}</h1>
      {mayEdit && <IconButton icon="pencil" label={t("do_rename")} keys={keysOf("rename")} act={() => editor.show("rename")} className="btn-ghost-secondary bar-rename" />}
      {mayEdit ? <SaveState /> : <span className="save-state text-secondary"><Icon name="lock" className="icon-sm" />{t("read_only")}</span>}
      <div className="bar-acts" role="group" aria-label={t("acts")}>
        {mayEdit && (
          <>
            <IconButton icon="arrow-back-up" label={t("do_undo")} keys={keysOf("undo")} act={editor.undo} disabled={!history.past.length} />
            <IconButton icon="arrow-forward-up" label={t("do_redo")} keys={keysOf("redo")} act={editor.redo} disabled={!history.future.length} />
          </>
        )}
        <IconButton icon="list" label={t("do_outline")} keys={keysOf("outline")} act={() => setOutline(!outline)} pressed={outline} className="wide-only" />
        <IconButton icon="command" label={t("do_commands")} keys={keysOf("commands")} act={() => editor.show("commands")} />
        {mayEdit && (
          <button type="button" className="btn" data-problems={problems.length} onClick={() => editor.show("problems")}>
            <Icon name={blocking ? "alert-circle" : "circle-check"} className={blocking ? "text-danger" : "text-success"} />
            <span className="bar-words">{problems.length ? t("problems", { count: problems.length }) : t("no_problems")}</span>
          </button>
        )}
        {given.may.run && (
          <button type="button" className="btn" aria-pressed={editor.testing} onClick={() => editor.test(!editor.testing)}>
            <Icon name="device-mobile" />
            <span className="bar-words">{t("do_test")}</span>
          </button>
        )}
        {mayEdit && (
          <button type="button" className="btn btn-primary" disabled={published?.same} onClick={() => editor.show("publish")}>
            <Icon name="rocket" />
            <span className="bar-words">{published?.same ? t("is_published", { number: published.number }) : t("do_publish")}</span>
          </button>
        )}
      </div>
    </header>
  );
}
