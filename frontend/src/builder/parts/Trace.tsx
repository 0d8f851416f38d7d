// The path of a run on the canvas: numbered, in its direction, step by step; live while the run goes on; and beside what it would
// do on another version.
import { useCallback, useEffect, useMemo, useState } from "react";
import { get } from "../asking";
import { given, t, type Replayed, type Run } from "../given";
import { compared } from "../model/comparing";
import { read } from "../model/flow";
import { editor } from "../editor";
import { Frame, go, versionsOf } from "./Frame";
import { Icon, IconButton } from "./Icon";
import { pathLayer } from "./pathLayer";
import { StepList } from "./StepList";

const POLL = 2_000;
const PACE = 900;

export function Trace() {
  const [run, setRun] = useState(given.run);
  const [at, setAt] = useState(Infinity);
  const [playing, setPlaying] = useState(false);
  const [other, setOther] = useState<Replayed>();
  const last = run.steps.at(-1)?.seq ?? 0;
  const here = Math.min(at, last);
  useLive(run, setRun);
  useEffect(() => {
    if (!playing) return;
    if (here >= last) return setPlaying(false);
    const timer = window.setTimeout(() => setAt(here + 1), PACE);
    return () => window.clearTimeout(timer);
  }, [playing, here, last]);

  const own = useMemo(() => read(given.document), []);
  const flow = useMemo(() => (other ? compared(own, read(other.document)).flow : own), [own, other]);
  const layer = useMemo(() => pathLayer(flow, run.steps, here, other), [flow, run, here, other]);
  const visit = (seq: number) => {
    setPlaying(false);
    setAt(seq);
    const step = run.steps.find((one) => one.seq === seq);
    if (step) go(step.node);
  };
  const replay = async (on: string) => {
    if (on === "") return setOther(undefined);
    const reply = await get<Replayed>(`${given.here}/replay?on=${on}`);
    setOther(reply.went === "ok" ? reply.data : { document: given.document, ports: {}, problems: [], trouble: t("not_done"), steps: [], assumed: [], pairs: [] });
  };
  useEffect(() => {
    if (other) editor.looked({ ports: { ...given.ports, ...other.ports }, problems: [] });
  }, [other]);
  const play = () => {
    if (here >= last) setAt(1);
    setPlaying(!playing);
  };
  return (
    <Frame
      title={t("path_of_run")}
      flow={flow}
      layer={layer}
      label={t("path_of_run")}
      above={<Difference run={run} other={other} />}
      bar={
        <>
          <span className={`badge bg-${run.color}-lt`} role="status" data-run={run.state}>
            <Icon name={run.icon} className="icon-sm me-1" />
            {run.said}
            {run.reason && `: ${run.reason}`}
          </span>
          <div className="btn-group transport" role="group" aria-label={t("transport")}>
            <IconButton icon="player-skip-back" label={t("to_first")} act={() => visit(1)} disabled={here <= 1} />
            <IconButton icon="chevron-left" label={t("one_back")} act={() => visit(here - 1)} disabled={here <= 1} className="turn" />
            <IconButton icon={playing ? "player-pause" : "player-play"} label={t(playing ? "pause" : "play")} act={play} disabled={last < 2} />
            <IconButton icon="chevron-right" label={t("one_on")} act={() => visit(here + 1)} disabled={here >= last} className="turn" />
            <IconButton icon="player-skip-forward" label={t("to_last")} act={() => setAt(Infinity)} disabled={here >= last} />
          </div>
          <span className="text-secondary small" aria-live="polite">{t("step_of", { number: here, total: last })}</span>
          {given.may.run && (
            <label className="asked">
              <span>{t("replay_on")}</span>
              <select className="form-select form-select-sm" defaultValue="" onChange={(event) => void replay(event.target.value)}>
                <option value="">–</option>
                {versionsOf(true).map((one) => <option key={one.value} value={one.value}>{one.title}</option>)}
              </select>
            </label>
          )}
        </>
      }
      panel={<StepList run={run} here={here} other={other} visit={visit} />}
    />
  );
}

/** Ask how far a run is when something was heard of whom it is about, and every now and then, until it is over. */
function useLive(run: Run, setRun: (run: Run) => void): void {
  const look = useCallback(async () => {
    if (document.hidden) return;
    const reply = await get<Run>(`${given.here}/now`);
    if (reply.went === "ok") setRun(reply.data);
  }, [setRun]);
  useEffect(() => {
    if (run.over) return;
    const place = document.getElementById("builder");
    const hear = () => void look();
    place?.addEventListener("live", hear);
    const timer = window.setInterval(hear, POLL);
    return () => {
      place?.removeEventListener("live", hear);
      window.clearInterval(timer);
    };
  }, [run.over, look]);
}

function Difference({ run, other }: { run: Run; other: Replayed | undefined }) {
  if (!other) return null;
  const parts = other.pairs.findIndex((one) => one.kind !== "same");
  const said = other.trouble || (parts < 0 ? t("same_path") : t("parts_at", { number: other.pairs[parts]!.left || other.pairs[parts]!.right }));
  return (
    <div className={`banner alert ${other.trouble ? "alert-warning" : "alert-info"}`} role="status" data-parts={parts}>
      <p>
        {said} {!other.trouble && t("replay_more")}
      </p>
      {parts >= 0 && run.steps.length > 0 && <span className="small"><span className="key-taken" /> {t("as_it_was")} <span className="key-would" /> {t("as_it_would_be")}</span>}
    </div>
  );
}
