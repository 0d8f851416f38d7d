import assert from "node:assert/strict";
import { test } from "node:test";
import { CALM, LONGEST, Saver, type Answer, type Kept } from "../src/builder/model/saving";
import { Chance } from "./chance";

type Words = string[];

/** A server with one draft. */
class Server {
  revision = 1;
  history: Words[] = [[]];
  get document(): Words {
    return this.history.at(-1)!;
  }
  save(document: Words, revision: number): Answer<Words> {
    const at = "2026-01-01T00:00:00Z";
    if (revision !== this.revision) return { kind: "stale", revision: this.revision, at, document: this.document };
    this.history.push(document);
    return { kind: "taken", revision: ++this.revision, at };
  }
}

type Trouble = "" | "away" | "broken" | "lost" | "signed-out";

/** A browser with an editor in it; time passes when it is told to. */
class Browser {
  now = 0;
  kept?: Kept<Words>;
  trouble: Trouble = "";
  sent = 0;
  states: string[] = [];
  private timers: { at: number; act: () => void }[] = [];
  saver: Saver<Words>;
  constructor(private server: Server) {
    const world = {
      send: async (document: Words, revision: number): Promise<Answer<Words>> => {
        this.sent += 1;
        const { trouble } = this;
        await Promise.resolve();
        if (trouble === "lost") {
          this.server.save(document, revision);
          return { kind: "away" };
        }
        return trouble ? { kind: trouble } : this.server.save(document, revision);
      },
      keep: (kept: Kept<Words> | undefined) => void (this.kept = kept),
      later: (act: () => void, after: number) => {
        const timer = { at: this.now + after, act };
        this.timers.push(timer);
        return () => void (this.timers = this.timers.filter((one) => one !== timer));
      },
      now: () => this.now,
      changed: () => void this.states.push(this.saver?.state),
    };
    this.saver = new Saver<Words>(world, server.document, server.revision, "");
  }
  async pass(milliseconds: number): Promise<void> {
    const until = this.now + milliseconds;
    for (;;) {
      const due = this.timers.filter((one) => one.at <= until).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.now = due.at;
      this.timers = this.timers.filter((one) => one !== due);
      due.act();
      await settle();
    }
    this.now = until;
    await settle();
  }
}

const settle = () => new Promise((done) => setImmediate(done));

test("a change is saved once it is calm, and at the latest after ten seconds", async () => {
  const server = new Server();
  const browser = new Browser(server);
  browser.saver.edit(["a"]);
  assert.equal(browser.saver.state, "waiting");
  await browser.pass(CALM - 1);
  assert.equal(server.revision, 1);
  await browser.pass(1);
  assert.deepEqual([server.document, browser.saver.state, browser.kept], [["a"], "saved", undefined]);
  for (let at = 0; at < LONGEST; at += 1_000) {
    browser.saver.edit([`b${at}`]);
    await browser.pass(1_000);
  }
  assert.equal(server.revision, 3);
});

test("offline, it is kept in the browser and saved when the server is back", async () => {
  const server = new Server();
  const browser = new Browser(server);
  browser.trouble = "away";
  browser.saver.edit(["a"]);
  await browser.pass(CALM);
  assert.deepEqual([browser.saver.state, browser.kept], ["offline", { document: ["a"], revision: 1 }]);
  browser.saver.edit(["a", "b"]);
  assert.deepEqual(browser.kept, { document: ["a", "b"], revision: 1 });
  await browser.pass(60_000);
  browser.trouble = "";
  browser.saver.flush();
  await settle();
  assert.deepEqual([server.document, browser.saver.state, browser.kept], [["a", "b"], "saved", undefined]);
});

test("when an answer is lost, what it saved is not taken for somebody else's", async () => {
  const server = new Server();
  const browser = new Browser(server);
  browser.trouble = "lost";
  browser.saver.edit(["a"]);
  await browser.pass(CALM);
  assert.equal(browser.saver.state, "offline");
  browser.trouble = "";
  browser.saver.edit(["a", "b"]);
  await browser.pass(60_000);
  assert.deepEqual([server.document, server.revision, browser.saver.state], [["a", "b"], 3, "saved"]);
});

test("somebody else's is never overwritten unseen: loaded, or put out of its place on purpose", async () => {
  const server = new Server();
  const browser = new Browser(server);
  server.save(["theirs"], 1);
  browser.saver.edit(["mine"]);
  await browser.pass(CALM);
  assert.deepEqual([browser.saver.state, server.document, browser.kept?.document], ["conflict", ["theirs"], ["mine"]]);
  browser.saver.edit(["mine", "more"]);
  await browser.pass(60_000);
  assert.deepEqual([server.document, browser.kept?.document], [["theirs"], ["mine", "more"]]);
  browser.saver.overwrite();
  await settle();
  assert.deepEqual([browser.saver.state, server.document], ["saved", ["mine", "more"]]);
  server.save(["again"], 3);
  browser.saver.edit(["x"]);
  await browser.pass(CALM);
  assert.deepEqual([browser.saver.reload(), browser.saver.state, server.document], [["again"], "saved", ["again"]]);
});

test("what changes while it is being saved is saved after it", async () => {
  const server = new Server();
  const browser = new Browser(server);
  browser.saver.edit(["a"]);
  browser.saver.flush();
  browser.saver.edit(["a", "b"]);
  await browser.pass(0);
  assert.equal(browser.saver.state, "waiting");
  await browser.pass(CALM);
  assert.deepEqual([server.document, browser.saver.state], [["a", "b"], "saved"]);
});

test("what is refused is kept, and tried again when it has changed", async () => {
  const server = new Server();
  const browser = new Browser(server);
  const save = server.save.bind(server);
  server.save = () => ({ kind: "refused", why: "no" });
  browser.saver.edit(["bad"]);
  await browser.pass(CALM);
  assert.deepEqual([browser.saver.state, browser.saver.why, browser.kept?.document], ["refused", "no", ["bad"]]);
  server.save = save;
  browser.saver.edit(["good"]);
  await browser.pass(CALM);
  assert.deepEqual([browser.saver.state, server.document], ["saved", ["good"]]);
});

test("a thousand random races of two editors: no edit is lost silently", async () => {
  for (let seed = 0; seed < 1_000; seed++) {
    const chance = new Chance(seed);
    const server = new Server();
    const browsers = [new Browser(server), new Browser(server)];
    const shown: Words[] = [[], []];
    const given = new Set<string>(); // words that somebody saw go and chose to let go
    for (let act = 0; act < 12; act++) {
      const who = chance.below(2);
      const [browser, mine] = [browsers[who]!, shown[who]!];
      browser.trouble = chance.one<Trouble>(["", "", "", "away", "broken", "lost"])!;
      const what = chance.below(4);
      if (what === 0 && browser.saver.state === "conflict") {
        if (chance.below(2)) {
          mine.forEach((word) => given.add(word));
          shown[who] = [...browser.saver.reload()!];
        } else {
          browser.saver.theirs!.document.forEach((word) => given.add(word));
          browser.saver.overwrite();
        }
      } else if (what <= 2) {
        shown[who] = [...mine, `${who}-${act}`];
        browser.saver.edit(shown[who]!);
      } else browser.saver.flush();
      await browser.pass(chance.below(3_000));
    }
    for (const [who, browser] of browsers.entries()) {
      browser.trouble = "";
      await browser.pass(120_000);
      const kept = browser.saver.state === "conflict" ? browser.kept?.document : undefined;
      for (const word of shown[who]!) {
        const somewhere = kept?.includes(word) || server.document.includes(word) || given.has(word);
        assert.ok(somewhere, `seed ${seed}: ${word} of editor ${who} is lost (${browser.saver.state})`);
      }
      if (browser.saver.state !== "conflict") assert.deepEqual([browser.saver.state, browser.kept], ["saved", undefined], `seed ${seed}`);
    }
  }
});
