// Saving by itself, honestly: what is typed is kept in this browser until the server has it, and nobody's work is overwritten unseen.
import { same } from "./flow";

export type State = "saved" | "waiting" | "saving" | "offline" | "retrying" | "signed-out" | "refused" | "conflict";

/** What the server says to a draft: taken as a revision, another one stands there, or why not. */
export type Answer<T> =
  | { kind: "taken"; revision: number; at: string }
  | { kind: "stale"; revision: number; at: string; document: T }
  | { kind: "away" | "broken" | "signed-out" }
  | { kind: "refused"; why: string };

export interface Kept<T> {
  document: T;
  revision: number;
}

export interface World<T> {
  send(document: T, revision: number): Promise<Answer<T>>;
  keep(kept: Kept<T> | undefined): void;
  later(act: () => void, milliseconds: number): () => void;
  now(): number;
  changed(): void;
}

export const CALM = 1_500; // saved so long after the last change
export const LONGEST = 10_000; // and at the latest so long after the first
const RETRY = { first: 2_000, longest: 30_000 };

export class Saver<T> {
  state: State = "saved";
  why = "";
  theirs?: { document: T; revision: number; at: string };
  private sending = false;
  private stop: () => void = () => {};
  private since = 0;
  private pause = RETRY.first;
  private tried: T[] = []; // what was sent without an answer, and may have been taken all the same

  constructor(
    private readonly world: World<T>,
    private document: T,
    public revision: number,
    public at: string,
  ) {}

  /** What is on the canvas is another document now. */
  edit(document: T): void {
    this.document = document;
    if (this.state === "conflict") return this.world.keep({ document, revision: this.revision });
    if (this.state === "saved") this.since = this.world.now();
    this.world.keep({ document, revision: this.revision });
    if (this.sending) return;
    if (this.state === "saved" || this.state === "refused" || this.state === "waiting") {
      this.become("waiting");
      const left = this.since + LONGEST - this.world.now();
      this.plan(Math.max(0, Math.min(CALM, left)));
    }
  }

  /** Begin anew from what the server has. */
  begin(document: T, revision: number, at: string): void {
    this.document = document;
    this.settle(revision, at);
  }

  /** Save at once what has not been saved. */
  flush(): void {
    if (this.state !== "saved" && this.state !== "conflict" && !this.sending) void this.save();
  }

  /** Take theirs in place of what is on the canvas. Returns it. */
  reload(): T | undefined {
    const theirs = this.theirs;
    if (!theirs) return undefined;
    this.document = theirs.document;
    this.settle(theirs.revision, theirs.at);
    return theirs.document;
  }

  /** Let what is on the canvas stand in place of theirs. */
  overwrite(): void {
    if (!this.theirs) return;
    this.revision = this.theirs.revision;
    this.theirs = undefined;
    this.become("waiting");
    this.world.keep({ document: this.document, revision: this.revision });
    void this.save();
  }

  /** Theirs stands there, and something else was kept here. */
  conflict(document: T, theirs: { document: T; revision: number; at: string }): void {
    this.document = document;
    this.theirs = theirs;
    this.become("conflict");
  }

  private async save(): Promise<void> {
    this.stop();
    this.sending = true;
    this.become("saving");
    const sent = this.document;
    const answer = await this.world.send(sent, this.revision);
    this.sending = false;
    if (answer.kind === "taken") return this.taken(sent, answer.revision, answer.at);
    if (answer.kind === "stale") {
      // The answer to an earlier try may have been lost, but not what it saved.
      const ours = [...this.tried, sent].find((one) => same(one, answer.document));
      if (ours !== undefined) return this.taken(ours, answer.revision, answer.at);
      return this.conflict(this.document, answer);
    }
    if (answer.kind === "refused") {
      this.why = answer.why;
      return this.become("refused");
    }
    if (answer.kind !== "signed-out") this.tried.push(sent);
    this.become(answer.kind === "away" ? "offline" : answer.kind === "broken" ? "retrying" : "signed-out");
    this.plan(this.pause);
    this.pause = Math.min(this.pause * 2, RETRY.longest);
  }

  private taken(sent: T, revision: number, at: string): void {
    this.settle(revision, at);
    if (!same(sent, this.document)) this.edit(this.document);
  }

  private settle(revision: number, at: string): void {
    this.stop();
    [this.revision, this.at, this.theirs, this.why] = [revision, at, undefined, ""];
    [this.pause, this.tried] = [RETRY.first, []];
    this.become("saved");
    this.world.keep(undefined);
  }

  private plan(milliseconds: number): void {
    this.stop();
    this.stop = this.world.later(() => void this.save(), milliseconds);
  }

  private become(state: State): void {
    this.state = state;
    this.world.changed();
  }
}
