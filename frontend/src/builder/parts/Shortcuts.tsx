// The sheet of keys.
import { COMMANDS, wordsOf, written } from "../commands";
import { editor } from "../editor";
import { t } from "../given";
import { Dialogue } from "./Dialogue";

export function Shortcuts() {
  const all = COMMANDS.filter((one) => one.keys.length && (!one.edits || editor.mayEdit));
  return (
    <Dialogue title={t("do_shortcuts")} close={() => editor.show("")} className="dialogue-wide">
      <dl className="keys-sheet">
        {all.map((one) => (
          <div key={one.name}>
            <dt>{wordsOf(one)}</dt>
            <dd>{one.keys.slice(0, one.name === "walk" ? 4 : 1).map((key) => <kbd key={key}>{written(key)}</kbd>)}</dd>
          </div>
        ))}
        <div><dt>{t("do_copy")} / {t("do_paste")}</dt><dd><kbd>{written("Control+c")}</kbd> <kbd>{written("Control+v")}</kbd></dd></div>
      </dl>
      <p className="text-secondary small mb-0">{t("keys_mouse")}</p>
    </Dialogue>
  );
}
