// Live updates. An element with data-live="topic ..." hears "live" when something that it shows has changed; one stream a tab
// brings the news of all topics on the page. Which topics there are: docs/live.md.
const CALM = 1000; // an element hears of changes once in this time
const SILENCE = 40_000; // the server says something every 15 seconds
const HIDDEN = 60_000; // how long a tab that nobody sees goes on listening
const PATIENCE = 3000; // a stream that is back within this time was never away
const RETRY = { first: 3000, longest: 60_000 };

let stream: EventSource | undefined;
let listening = ""; // the topics of the stream
let last = ""; // the id of the last news, to go on from there
let heard = Date.now();
let pause = RETRY.first;
let retrying = 0;
let leaving = 0;
let worrying = 0;

const parts = () => [...document.querySelectorAll<HTMLElement>("[data-live]")];
const topics = (part: HTMLElement) => (part.dataset.live ?? "").split(/\s+/).filter(Boolean);

/** Tell an element, but not more often than it is worth; the last news always gets through. */
const calls = new WeakMap<Element, { at: number; timer: number }>();
function call(part: HTMLElement): void {
  const known = calls.get(part) ?? { at: 0, timer: 0 };
  if (known.timer) return;
  known.timer = window.setTimeout(() => {
    calls.set(part, { at: Date.now(), timer: 0 });
    if (part.isConnected) part.dispatchEvent(new CustomEvent("live", { bubbles: false }));
  }, Math.max(0, known.at + CALM - Date.now()));
  calls.set(part, known);
}

function tell(changed: string[]): void {
  const news = new Set(changed);
  for (const part of parts()) {
    if (topics(part).some((topic) => news.has(topic) || news.has(topic.replace(/:.*/, ":*")))) call(part);
  }
}

/** Say in words whether the page is live, for those who rely on it. */
function show(state: "live" | "paused"): void {
  window.clearTimeout(worrying);
  document.documentElement.dataset.liveState = state;
  const time = new Date(heard).toLocaleTimeString(document.documentElement.lang || undefined, { timeStyle: "short" });
  for (const place of document.querySelectorAll<HTMLElement>("[data-live-status]")) {
    place.textContent = state === "live" ? "" : `${place.dataset.paused ?? ""} (${time})`;
  }
}

function close(): void {
  window.clearTimeout(retrying);
  stream?.close();
  stream = undefined;
}

function open(): void {
  close();
  listening = [...new Set(parts().flatMap(topics))].sort().join(",");
  if (!listening) return;
  const query = new URLSearchParams({ topics: listening, ...(last && { after: last }) });
  const opened = (stream = new EventSource(`/live?${query}`));
  const on = (name: string, act: (data: string) => void) =>
    opened.addEventListener(name, (event: MessageEvent<string>) => {
      [last, heard] = [event.lastEventId, Date.now()];
      act(event.data);
    });
  on("ready", () => {
    pause = RETRY.first;
    show("live");
  });
  on("notice", (data) => tell(JSON.parse(data)));
  on("resync", () => parts().forEach(call));
  on("beat", () => {});
  opened.addEventListener("error", () => {
    window.clearTimeout(worrying);
    worrying = window.setTimeout(show, PATIENCE, "paused");
    // The browser tries again by itself, except after an answer that is no stream.
    if (opened.readyState === EventSource.CLOSED) again();
  });
}

function again(): void {
  close();
  retrying = window.setTimeout(open, pause * (0.5 + Math.random()));
  pause = Math.min(pause * 2, RETRY.longest);
}

/** New parts of the page may show what the stream does not bring yet. */
function look(): void {
  const known = new Set(listening.split(","));
  if (parts().flatMap(topics).some((topic) => !known.has(topic))) open();
}

/** A tab that nobody sees leaves after a while, and catches up when it is seen again. */
function rest(): void {
  window.clearTimeout(leaving);
  if (document.hidden) leaving = window.setTimeout(close, HIDDEN);
  else if (!stream) open();
}

document.addEventListener("DOMContentLoaded", rest);
document.addEventListener("htmx:after:swap", look);
document.addEventListener("visibilitychange", rest);
window.addEventListener("pagehide", close);
window.addEventListener("pageshow", (event) => event.persisted && open());
window.setInterval(() => {
  if (stream && Date.now() - heard > SILENCE) {
    show("paused");
    open();
  }
}, 10_000);
