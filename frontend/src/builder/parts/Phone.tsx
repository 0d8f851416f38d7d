// The flow tried out in a phone at the right: what it says, what can be answered, what each step did and what it would cost.
import { useEffect, useRef, useState, type FormEvent } from "react";
import { ask } from "../asking";
import { editor } from "../editor";
import { number, t, type Problem, type Tried } from "../given";
import { stepOf } from "../model/flow";
import { Icon, IconButton } from "./Icon";
import { Lines } from "./StepList";

interface Said {
  kind: "text" | "time";
  text: string;
  choice: string;
  media: string;
}

const NOTHING: Said = { kind: "text", text: "", choice: "", media: "" };
const MEDIA: { [media: string]: string } = { image: "photo", video: "video", document: "file-text", audio: "microphone", voice: "microphone", sticker: "photo", location: "map-pin" };
const SENDS = ["image", "document", "audio", "location"];


export function Phone() {
  const [said, setSaid] = useState<Said[]>([]);
  const [words, setWords] = useState("");
  const [start, setStart] = useState("");
  const [window_, setWindow] = useState(true);
  const [contact, setContact] = useState("");
  const [sends, setSends] = useState(false);
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState("");
  const screen = useRef<HTMLDivElement>(null);
  const tried = editor.trial;
  const triggers = editor.flow.nodes.filter((one) => editor.starts(one.kind));
  useEffect(() => {
    if (screen.current) screen.current.scrollTop = screen.current.scrollHeight;
  }, [tried]);

  const run = async (next: Said[]) => {
    setBusy(true);
    const reply = await ask<Tried & { error?: string; problems?: Problem[] }>("try", { document: editor.flow, said: next, start, window: window_, contact });
    setBusy(false);
    if (reply.went === "ok") {
      setSaid(next);
      setTrouble("");
      return editor.tried(reply.data);
    }
    if (reply.data.problems) editor.looked({ ports: editor.ports, problems: reply.data.problems });
    setTrouble(reply.data.error ?? t(reply.went === "signed-out" ? "signed_out_more" : "not_done"));
  };
  const say = (event: FormEvent) => {
    event.preventDefault();
    if (!words.trim() && said.length) return;
    void run([...said, { ...NOTHING, text: words.trim() }]);
    setWords("");
  };
  const send = (media: string) => {
    setSends(false);
    void run([...said, { ...NOTHING, media, text: media === "location" ? "" : words.trim() }]);
    setWords("");
  };
  const again = () => {
    setSaid([]);
    setTrouble("");
    editor.tried(undefined);
  };
  const last = tried?.bubbles.findLast((one) => one.ours);
  const waits = tried?.ending === "waiting" || tried?.ending === "calling";
  const over = tried && !waits;
  return (
    <aside className="properties phone-panel" aria-label={t("test")}>
      <header className="panel-head">
        <Icon name="device-mobile" />
        <h2>{t("test")}</h2>
        <IconButton icon="reload" label={t("test_again")} act={again} disabled={!said.length} className="btn-ghost-secondary" />
        <IconButton icon="x" label={t("close")} act={() => editor.test(false)} className="btn-ghost-secondary" />
      </header>
      {!said.length && (
        <div className="phone-set">
          {triggers.length > 1 && (
            <label className="asked">
              <span>{t("test_start")}</span>
              <select className="form-select form-select-sm" value={start} onChange={(event) => setStart(event.target.value)}>
                {triggers.map((one, at) => <option key={one.id} value={at ? one.id : ""}>{editor.titleOf(one)}</option>)}
              </select>
            </label>
          )}
          <label className="form-check mb-0">
            <input className="form-check-input" type="checkbox" checked={window_} onChange={(event) => setWindow(event.target.checked)} />
            <span className="form-check-label">{t("test_window")}</span>
          </label>
          <label className="asked">
            <span>{t("test_whom")}</span>
            <input className="form-control form-control-sm" dir="auto" autoComplete="off" maxLength={200} placeholder={t("test_nobody")} value={contact} onChange={(event) => setContact(event.target.value)} />
          </label>
          <p className="small text-secondary mb-0">{t("test_more")}</p>
        </div>
      )}
      <div className="phone-screen" ref={screen} role="log" aria-label={t("test_talk")} tabIndex={0}>
        {tried?.bubbles.map((one, at) => (
          <div key={at} className={`said ${one.ours ? "said-in" : "said-out"}`}>
            <div className="bubble" dir="auto">
              {one.media && (
                <div className="phone-media">
                  <Icon name={MEDIA[one.media] ?? "paperclip"} className="icon-lg" />
                  <small>{t(`media_${one.media}`)}{one.file && <> · <bdi>{one.file}</bdi></>}</small>
                </div>
              )}
              {one.header && <div className="said-header">{one.header}</div>}
              <div className="said-text">{one.text}</div>
              {one.footer && <div className="said-footer">{one.footer}</div>}
            </div>
            {one.choices.length > 0 && (
              <div className="phone-choices">
                {one.choices.map((choice) => (
                  <button key={choice.id} type="button" className="btn btn-sm" dir="auto" disabled={busy || !waits || one !== last} onClick={() => void run([...said, { ...NOTHING, text: choice.title, choice: choice.id }])}>
                    {choice.title}
                  </button>
                ))}
              </div>
            )}
          </div>
        ))}
        {over && <p className={`phone-end ${tried.ending === "ended" ? "" : "text-danger"}`} role="status">{tried.ending === "ended" ? t("test_ended") : `${t("test_failed")} ${tried.reason}`}</p>}
        {waits && tried?.awaits !== "reply" && <p className="phone-end" role="status">{t("test_waits")}</p>}
        {trouble && <p className="phone-end text-danger" role="alert">{trouble}</p>}
      </div>
      {sends && (
        <div className="phone-sends" role="group" aria-label={t("test_sends")}>
          {SENDS.map((media) => (
            <button key={media} type="button" className="btn btn-sm" onClick={() => send(media)}><Icon name={MEDIA[media]!} />{t(`media_${media}`)}</button>
          ))}
        </div>
      )}
      <form className="phone-say" onSubmit={say}>
        <IconButton icon="paperclip" label={t("test_sends")} act={() => setSends(!sends)} pressed={sends} disabled={busy || over} />
        <input className="form-control" dir="auto" autoComplete="off" data-first aria-label={t("test_say")} placeholder={t(said.length ? "test_answer" : "test_say")} value={words} disabled={busy || over} onChange={(event) => setWords(event.target.value)} />
        <button type="submit" className="btn btn-primary btn-icon" aria-label={t("test_send")} title={t("test_send")} disabled={busy || over}><Icon name="send" className="icon-turn" /></button>
        {waits && <IconButton icon="hourglass" label={t("test_time")} act={() => void run([...said, { ...NOTHING, kind: "time" }])} disabled={busy} />}
      </form>
      {tried && (
        <details className="phone-steps">
          <summary>{`${t("steps")}: ${number(tried.steps.length)} · ${t("test_cost", { cost: tried.cost })}`}</summary>
          <ol className="step-list">
            <Lines steps={tried.steps} assumed={tried.assumed} visit={(step) => stepOf(editor.flow, step.node) && editor.goTo(step.node)} />
          </ol>
        </details>
      )}
    </aside>
  );
}
