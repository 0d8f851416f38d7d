// All that is wrong with the flow, by the server's one set of rules. Each leads to its step, and to the field.
import { editor } from "../editor";
import { t, type Problem } from "../given";
import { stepOf } from "../model/flow";
import { showStep } from "./Canvas";
import { Dialogue } from "./Dialogue";
import { Icon } from "./Icon";

export function Problems() {
  return (
    <Dialogue title={t("do_problems")} close={() => editor.show("")}>
      {editor.problems.length ? <ProblemList problems={editor.problems} /> : <p className="text-success mb-0"><Icon name="circle-check" /> {t("no_problems")}</p>}
    </Dialogue>
  );
}

export function ProblemList({ problems }: { problems: Problem[] }) {
  const go = (problem: Problem) => {
    editor.goTo(problem.node, problem.field);
    if (problem.node) showStep(problem.node);
  };
  return (
    <ul className="problem-list">
      {problems.map((one, at) => {
        const step = stepOf(editor.flow, one.node);
        return (
          <li key={at}>
            <button type="button" data-first={at === 0 || undefined} onClick={() => go(one)} disabled={!step}>
              <Icon name={one.blocks ? "alert-circle" : "info-circle"} className={one.blocks ? "text-danger" : "text-warning"} />
              <span className="choice-words">
                {step && <strong dir="auto">{editor.titleOf(step)}</strong>}
                <span>{one.text}{!one.blocks && ` (${t("hint")})`}</span>
              </span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
