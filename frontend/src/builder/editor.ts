// What the builder knows while somebody draws: the document with its history, what the server says of it, what is chosen.
import { ask } from "./asking";
import { given, type Given, type Kind, type LookedAt, type Now, type Port, type Problem, type Tried } from "./given";
import { begin, pushed, redone, undone, type History } from "./model/history";
import { read, same, stepOf, waysFrom, type Flow, type Step } from "./model/flow";
import { order } from "./model/order";
import { Saver, type Answer, type Kept } from "./model/saving";

const LOOK = 400; // milliseconds after an edit, until what is wrong is asked for
const NONE: Port[] = [];

export type Open = "" | "rename" | "add" | "connect" | "commands" | "search" | "shortcuts" | "publish" | "problems" | "menu";

export class Editor {
  readonly kinds: Map<string, Kind>;
  readonly saver: Saver<Flow>;
  history: History<Flow>;
  ports: { [id: string]: Port[] };
  problems: Problem[];
  published: Given["published"];
  chosen = new Set<string>();
  open: Open = "";
  name: string;
  at?: { x: number; y: number }; // where the next step goes
  from?: { source: string; port: string }; // and behind which port
  into = ""; // or into which way
  menu = { x: 0, y: 0, way: "" }; // where the menu opens, and of which way
  testing = false; // whether the phone is open
  trial?: Tried;
  field = ""; // the field that a problem is about
  other?: { who: string; same: boolean; drew: boolean }; // who else draws, and whether this tab did before
  private readonly allowed: boolean;
  private hearers = new Set<() => void>();
  private version = 0;
  private looking = 0;
  private asked = 0;

  constructor(page: Given) {
    this.kinds = new Map(page.kinds.map((one) => [one.kind, one]));
    this.allowed = page.may.edit && page.show === "draw";
    this.ports = page.ports;
    this.problems = page.problems;
    this.published = page.published;
    this.name = page.name;
    const flow = read(page.document);
    this.history = begin(flow);
    const world = {
      send: (document: Flow, revision: number) => this.send(document, revision),
      keep: (kept: Kept<Flow> | undefined) => keep(page.keep, kept),
      later: (act: () => void, after: number) => {
        const timer = window.setTimeout(act, after);
        return () => window.clearTimeout(timer);
      },
      now: () => Date.now(),
      changed: () => this.tell(),
    };
    this.saver = new Saver<Flow>(world, flow, page.revision, page.saved_at);
    if (this.allowed) this.recover(flow, page);
  }

  get mayEdit(): boolean {
    return this.allowed && !this.other;
  }

  get flow(): Flow {
    return this.history.now;
  }

  subscribe = (hear: () => void) => {
    this.hearers.add(hear);
    return () => this.hearers.delete(hear);
  };

  seen = () => this.version;

  /** Tell everything that shows the editor that something is new. */
  tell(): void {
    this.version += 1;
    this.hearers.forEach((hear) => hear());
  }

  /** Make an edit. `by` names the place where somebody types, so that a pause ends an entry of the history. */
  edit(next: Flow, by = ""): void {
    if (!this.mayEdit) return;
    const history = pushed(this.history, next, by, Date.now());
    if (history !== this.history) this.become(history);
  }

  undo = () => void (this.mayEdit && this.become(undone(this.history)));
  redo = () => void (this.mayEdit && this.become(redone(this.history)));

  choose(ids: Iterable<string>): void {
    const chosen = new Set(ids);
    if (chosen.size === this.chosen.size && [...chosen].every((id) => this.chosen.has(id))) return;
    this.chosen = chosen;
    this.field = "";
    this.tell();
  }

  show(open: Open, more: Partial<Pick<Editor, "at" | "from" | "into">> = {}): void {
    this.open = open;
    [this.at, this.from, this.into] = [more.at, more.from, more.into ?? ""];
    this.tell();
  }

  showMenu(menu: Editor["menu"]): void {
    this.menu = menu;
    this.show("menu");
  }

  /** Open or close the phone. */
  test(open: boolean): void {
    [this.testing, this.trial] = [open, undefined];
    this.tell();
  }

  /** What came of a try; it is forgotten when the flow changes. */
  tried(trial: Tried | undefined): void {
    this.trial = trial;
    this.tell();
  }

  /** Go to where something is wrong. */
  goTo(id: string, field = ""): void {
    this.chosen = new Set(id ? [id] : []);
    this.field = field;
    this.open = "";
    this.tell();
  }

  kindOf = (step: Step): Kind | undefined => this.kinds.get(step.kind);
  starts = (kind: string) => this.kinds.get(kind)?.starts ?? false;
  titleOf = (step: Step) => step.title || this.kindOf(step)?.title || step.kind;
  order = () => order(this.flow, this.starts);
  problemsOf = (id: string) => this.problems.filter((one) => one.node === id);

  /** The ways out of a step: as the server says, else as its kind has them; ways that are drawn stand there in any case. */
  portsOf(id: string, flow = this.flow): Port[] {
    const step = stepOf(flow, id);
    if (!step) return NONE;
    const known = this.ports[id] ?? this.kinds.get(step.kind)?.ports ?? NONE;
    const drawn = waysFrom(flow, id).filter((way) => !known.some((port) => port.name === way.port));
    return drawn.length ? [...known, ...drawn.map((way) => ({ name: way.port, title: way.port }))] : known;
  }

  /** Take what the server says by now. */
  take(now: Now): void {
    this.published = now.published;
    this.looked(now);
  }

  /** Somebody else draws, or nobody does any more. */
  seeOther(other: { who: string; same: boolean } | undefined): void {
    if (other && !this.other) this.saver.flush();
    this.other = other && { ...other, drew: this.other?.drew ?? this.history.past.length > 0 };
    this.tell();
  }

  /** Go on from what stands on the server, where all that was drawn here is saved. */
  goOn(now: Now): void {
    if (this.saver.state !== "saved") return;
    const flow = read(now.document);
    this.saver.begin(flow, now.revision, now.saved_at);
    this.become(pushed(this.history, flow), true);
    this.take(now);
  }

  takeTheirs(): void {
    const theirs = this.saver.reload();
    if (theirs) this.become(pushed(this.history, theirs), true);
  }

  looked(found: LookedAt): void {
    [this.ports, this.problems] = [found.ports, found.problems];
    this.tell();
  }

  private become(history: History<Flow>, saved = false): void {
    if (history === this.history) return;
    this.history = history;
    const ids = new Set([...this.flow.nodes, ...this.flow.notes].map((one) => one.id));
    if ([...this.chosen].some((id) => !ids.has(id))) this.chosen = new Set([...this.chosen].filter((id) => ids.has(id)));
    if (!saved) this.saver.edit(this.flow);
    window.clearTimeout(this.looking);
    this.looking = window.setTimeout(() => void this.look(), LOOK);
    this.tell();
  }

  private async look(): Promise<void> {
    const [number, document] = [++this.asked, this.flow];
    const reply = await ask<LookedAt>("check", { document });
    if (reply.went === "ok" && number === this.asked && document === this.flow) this.looked(reply.data);
  }

  private async send(document: Flow, revision: number): Promise<Answer<Flow>> {
    const leaving = globalThis.document.visibilityState === "hidden";
    const reply = await ask<Now & { error?: string }>("save", { document, revision }, leaving);
    const { data, went } = reply;
    if (went === "ok") {
      if (document === this.flow) this.looked(data);
      if (this.published) this.published = { ...this.published, same: false };
      return { kind: "taken", revision: data.revision, at: data.saved_at };
    }
    if (went === "stale") return { kind: "stale", revision: data.revision, at: data.saved_at, document: read(data.document) };
    return went === "refused" ? { kind: "refused", why: data.error ?? "" } : { kind: went };
  }

  /** Go on with what this browser kept of a draft that never reached the server. */
  private recover(flow: Flow, page: Given): void {
    const kept = kept_(page.keep);
    if (!kept || same(kept.document, flow)) return keep(page.keep, undefined);
    this.history = pushed(this.history, kept.document);
    if (kept.revision === page.revision) this.saver.edit(kept.document);
    else this.saver.conflict(kept.document, { document: flow, revision: page.revision, at: page.saved_at });
  }
}

const PLACE = "aerostic-flow:";

function keep(name: string, kept: Kept<Flow> | undefined): void {
  try {
    if (kept) localStorage.setItem(PLACE + name, JSON.stringify(kept));
    else localStorage.removeItem(PLACE + name);
  } catch {
    // A browser that keeps nothing: what is typed is safe once it is saved.
  }
}

function kept_(name: string): Kept<Flow> | undefined {
  try {
    const found = JSON.parse(localStorage.getItem(PLACE + name) ?? "null") as Kept<Partial<Flow>> | null;
    return found ? { document: read(found.document), revision: found.revision } : undefined;
  } catch {
    return undefined;
  }
}

export const editor = new Editor(given);
