// What is new, gone and changed from one version to another, in words.
import { editor } from "../editor";
import { number, t } from "../given";
import { isSame, type Compared, type Mark } from "../model/comparing";
import { same, stepOf, type Config, type Flow, type Step } from "../model/flow";

const MARKS: Mark[] = ["new", "gone", "changed"];

interface Both {
  before: Flow;
  after: Flow;
  visit: (id: string) => void;
}

export function Changes(props: Both & { both: Compared }) {
  const { both } = props;
  const ways = [...both.ways.values()].filter((mark) => mark !== "same").length;
  return (
    <>
      {isSame(both) && <p className="text-success">{t("nothing_changed")}</p>}
      {MARKS.map((mark) => <Marked key={mark} {...props} mark={mark} ids={[...both.steps].filter(([, one]) => one === mark).map(([id]) => id)} />)}
      {ways > 0 && <p className="text-secondary">{t("ways_changed", { count: ways })}</p>}
    </>
  );
}

function Marked({ mark, ids, before, after, visit }: Both & { mark: Mark; ids: string[] }) {
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
              <button type="button" className="btn-link" dir="auto" onClick={() => visit(id)}>{editor.titleOf(step)}</button>
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
