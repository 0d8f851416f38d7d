// The steps of a run as a list: what the canvas shows, in words, for everybody.
import { editor } from "../editor";
import { number, t, type Replayed, type Run, type Taken } from "../given";
import { stepOf, type Config } from "../model/flow";
import { Icon } from "./Icon";

const COLOURS: { [fate: string]: string } = { done: "text-success", failed: "text-danger", stopped: "text-danger", waiting: "text-info", again: "text-warning", unknown: "text-warning" };

export function StepList(props: { run: Run; here: number; other?: Replayed; visit: (seq: number) => void }) {
  const { run, here, other, visit } = props;
  const rows = other && !other.trouble ? paired(run, other) : run.steps.map((one) => ({ kind: "same", left: one, right: undefined }));
  return (
    <aside className="properties" aria-label={t("steps")}>
      <header className="panel-head">
        <Icon name="list-check" />
        <h2>{t("steps")}</h2>
      </header>
      {rows.length ? (
        <ol className="step-list">
          {rows.map((row, at) => (
            <li key={at} className={row.left?.seq === here ? "step-list-now" : ""}>
              {row.left ? <Line step={row.left} visit={visit} now={row.left.seq === here} /> : <Line step={row.right!} would assumed={other?.assumed.includes(row.right!.seq)} />}
              {row.kind === "changed" && row.right && <Line step={row.right} would assumed={other?.assumed.includes(row.right.seq)} />}
              {row.kind === "left" && <small className="text-warning">{t("only_as_it_was")}</small>}
            </li>
          ))}
        </ol>
      ) : (
        <p className="panel-body text-secondary">{t("no_steps")}</p>
      )}
    </aside>
  );
}

function paired(run: Run, other: Replayed) {
  const [left, right] = [run.steps, other.steps].map((steps) => new Map(steps.map((one) => [one.seq, one])));
  return other.pairs.map((pair) => ({ kind: pair.kind as string, left: left!.get(pair.left), right: right!.get(pair.right) }));
}

function Line(props: { step: Taken; visit?: (seq: number) => void; would?: boolean; assumed?: boolean; now?: boolean; cost?: string }) {
  const { step, visit, would, assumed, now, cost } = props;
  const node = stepOf(editor.flow, step.node);
  const title = node ? editor.titleOf(node) : step.node;
  const port = editor.portsOf(step.node).find((one) => one.name === step.port)?.title;
  const words = (
    <>
      <span className="step-list-head">
        <span className="text-secondary">{number(step.seq)}.</span> <strong dir="auto">{title}</strong>
        <span className={`small ${COLOURS[step.fate] ?? ""}`}>{step.said}</span>
      </span>
      <span className="small text-secondary">
        {would && <span className="key-would" />} {would ? t("as_it_would_be") : `+${step.at} · ${step.took}`}
        {port && <> · <span dir="auto">{port}</span></>}
        {cost && <> · {cost}</>}
        {step.attempt > 0 && <> · {t("attempt", { number: step.attempt + 1 })}</>}
      </span>
    </>
  );
  return (
    <>
      {visit ? <button type="button" aria-current={now ? "step" : undefined} onClick={() => visit(step.seq)}>{words}</button> : <div className="step-list-other">{words}</div>}
      {assumed && <p className="small text-warning mb-1">{t("assumed")}</p>}
      {step.error && <p className="small text-danger mb-1">{step.error} {step.remedy}</p>}
      <Values title={t("given")} values={step.input} />
      <Values title={t("gave")} values={step.output} />
    </>
  );
}

/** The steps of a try. */
export function Lines(props: { steps: (Taken & { cost: string })[]; assumed: number[]; visit: (step: Taken) => void }) {
  return props.steps.map((one) => (
    <li key={one.seq}>
      <Line step={one} visit={() => props.visit(one)} assumed={props.assumed.includes(one.seq)} cost={one.cost} />
    </li>
  ));
}

export function Values({ title, values }: { title: string; values: Config }) {
  const all = Object.entries(values);
  if (!all.length) return null;
  return (
    <details className="small">
      <summary>{title}</summary>
      <dl className="facts mt-1 mb-1">
        {all.map(([name, value]) => (
          <div key={name}>
            <dt><code dir="ltr">{name}</code></dt>
            <dd dir="auto">{typeof value === "string" ? value : JSON.stringify(value, null, 2)}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
