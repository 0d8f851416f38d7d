import assert from "node:assert/strict";
import { test } from "node:test";
import { lined, spread } from "../src/builder/model/arranging";
import { copied, pasted, understood } from "../src/builder/model/clipboard";
import { compared } from "../src/builder/model/comparing";
import { configured, emptyOf, meant, moves, shapeOf, summary, valueOf } from "../src/builder/model/fields";
import { added, connected, freshId, inserted, moved, read, removed, same, switched, wayId, type Flow, type Step } from "../src/builder/model/flow";
import { begin, pushed, redone, undone } from "../src/builder/model/history";
import { tidied } from "../src/builder/model/layout";
import { order } from "../src/builder/model/order";
import { numbersOf, pathOf, type Line } from "../src/builder/model/tracing";
import { Chance, edit, EMPTY, step } from "./chance";

const node = (id: string, kind = "messages.text", at = { x: 0, y: 0 }): Step => ({ id, kind, config: {}, title: "", at });
const chain = (...ids: string[]): Flow => ({
  ...EMPTY,
  nodes: ids.map((id) => node(id)),
  edges: ids.slice(1).map((id, at) => ({ source: ids[at]!, port: "next", target: id })),
});
const drawn = (flow: Flow) => flow.edges.map(wayId);
const starts = (kind: string) => kind === "messages.received";

test("two hundred random edits: undone all, it is as at the start; redone all, as at the end", () => {
  for (let seed = 0; seed < 50; seed++) {
    const chance = new Chance(seed);
    let history = begin<Flow>({ ...EMPTY, nodes: [step(EMPTY, chance)] });
    const start = structuredClone(history.now);
    for (let made = 0; made < 200; ) {
      const next = edit(history.now, chance);
      if (same(next, history.now)) continue;
      history = pushed(history, next, "", made++ * 1_000);
    }
    const end = structuredClone(history.now);
    for (let i = 0; i < 200; i++) history = undone(history);
    assert.deepEqual([history.now, history.past.length], [start, 0]);
    for (let i = 0; i < 200; i++) history = redone(history);
    assert.deepEqual([history.now, history.future.length], [end, 0]);
  }
});

test("an edit leaves the document it was made of alone", () => {
  const chance = new Chance(7);
  let flow: Flow = EMPTY;
  for (let i = 0; i < 300; i++) {
    const before = structuredClone(flow);
    const next = edit(flow, chance);
    assert.deepEqual(flow, before);
    flow = next;
  }
});

test("typing in one place is one entry until there is a pause, and what changes nothing is none", () => {
  let history = begin("");
  for (const [text, at] of [["H", 0], ["He", 100], ["Hel", 200], ["Hello", 2_000]] as const) history = pushed(history, text, "a.text", at);
  assert.deepEqual(history.past, ["", "Hel"]);
  assert.equal(pushed(history, "Hello", "", 9_000), history);
  history = pushed(history, "Hello!", "b.text", 2_100);
  assert.equal(undone(history).now, "Hello");
});

test("after undoing, another edit forgets what was undone", () => {
  let history = pushed(pushed(begin(1), 2), 3);
  history = pushed(undone(history), 4);
  assert.deepEqual([history.past, history.now, history.future], [[1, 2], 4, []]);
  assert.equal(redone(history), history);
});

test("a port leads to one step, and a step put into a way goes between", () => {
  const flow = connected(chain("a", "b", "c"), { source: "a", port: "next", target: "c" });
  assert.deepEqual(drawn(flow).sort(), ["a:next>c", "b:next>c"]);
  const put = inserted(chain("a", "b"), "a:next>b", node("x"), "yes");
  assert.deepEqual(drawn(put), ["a:next>x", "x:yes>b"]);
  assert.deepEqual(drawn(inserted(chain("a", "b"), "a:next>b", node("x"), undefined)), ["a:next>x"]);
});

test("a step that is taken away takes its ways along, or closes the gap", () => {
  const flow = chain("a", "b", "c", "d");
  assert.deepEqual(drawn(removed(flow, new Set(["b", "c"]))), []);
  assert.deepEqual(drawn(removed(flow, new Set(["b", "c"]), true)), ["a:next>d"]);
  assert.deepEqual(drawn(removed(flow, new Set(["d"]), true)), ["a:next>b", "b:next>c"]);
  const circle = connected(chain("a", "b", "c"), { source: "c", port: "next", target: "b" });
  assert.deepEqual(drawn(removed(circle, new Set(["b", "c"]), true)), []);
});

test("ids are the kind's name, and never taken twice", () => {
  const flow = added(added(EMPTY, node("text")), node("text_2"));
  assert.equal(freshId(flow, "messages.text"), "text_3");
  assert.equal(freshId(flow, "messages.text", ["text_3"]), "text_4");
});

test("where nothing moves, the document is the same one", () => {
  const flow = chain("a", "b");
  assert.equal(moved(flow, new Map([["a", { x: 0, y: 0 }]])), flow);
  assert.notEqual(moved(flow, new Map([["a", { x: 16, y: 0 }]])), flow);
});

test("what the server leaves out of a document is as it is without", () => {
  assert.deepEqual(read({ format: 1, nodes: [{ id: "a", kind: "x.y" } as Step], edges: [{ source: "a", target: "a" } as never] }), {
    format: 1, nodes: [{ id: "a", kind: "x.y", config: {}, title: "", at: { x: 0, y: 0 } }], edges: [{ source: "a", port: "next", target: "a" }], notes: [],
  });
});

test("what is copied is pasted under ids of its own, with the ways between", () => {
  const flow = chain("a", "b", "c");
  const part = understood(copied(flow, new Set(["a", "b"])))!;
  const { flow: both, ids } = pasted(flow, part, { x: 100, y: 100 });
  assert.deepEqual(ids, ["text", "text_2"]);
  assert.deepEqual(drawn(both), ["a:next>b", "b:next>c", "text:next>text_2"]);
  assert.deepEqual(both.nodes.slice(3).map((one) => one.at), [{ x: 96, y: 96 }, { x: 96, y: 96 }]);
});

test("a text that is no part of a flow is not pasted", () => {
  for (const text of ["", "hello", "{}", "[]", "null", '{"format":2}', '{"format":1,"nodes":7}', '{"format":1,"nodes":[{"id":"a b","kind":"x.y"}]}', '{"format":1,"nodes":[{"id":"a"}]}', '{"format":1,"nodes":[null]}'])
    assert.equal(understood(text), undefined, text);
});

test("steps are told from each trigger along its ways; what nothing leads to comes last", () => {
  const flow = { ...chain("b", "c"), nodes: [node("lost"), node("c"), node("b"), node("in", "messages.received")] };
  assert.deepEqual(order(connected(flow, { source: "in", port: "next", target: "b" }), starts), ["in", "b", "c", "lost"]);
});

test("tidied up, each step stands behind what leads to it, and none on another", () => {
  for (let seed = 0; seed < 30; seed++) {
    const chance = new Chance(seed);
    let flow: Flow = EMPTY;
    for (let i = 0; i < 150; i++) flow = edit(flow, chance);
    const spots = tidied(flow, starts, () => 96);
    assert.deepEqual(new Set(spots.keys()), new Set(flow.nodes.map((one) => one.id)));
    const all = [...spots.values()];
    const over = all.some((a, i) => all.some((b, j) => j > i && a.x === b.x && Math.abs(a.y - b.y) < 96));
    assert.equal(over, false);
    assert.ok(all.every(({ x, y }) => x % 16 === 0 && y % 16 === 0));
  }
  const spots = tidied(chain("a", "b", "c"), starts, () => 64);
  assert.deepEqual([...spots.values()], [{ x: 0, y: 0 }, { x: 304, y: 0 }, { x: 608, y: 0 }]);
});

test("two versions on one canvas: new, gone, changed, and not for having moved", () => {
  const before = chain("a", "b", "c");
  const after = connected(removed(moved(before, new Map([["a", { x: 64, y: 0 }]])), new Set(["c"])), { source: "b", port: "next", target: "a" });
  const both = compared(before, { ...added(after, node("d")), nodes: [...after.nodes.map((one) => (one.id === "b" ? { ...one, config: { text: "x" } } : one)), node("d")] });
  assert.deepEqual([...both.steps], [["a", "same"], ["b", "changed"], ["d", "new"], ["c", "gone"]]);
  assert.deepEqual([...both.ways], [["a:next>b", "same"], ["b:next>a", "new"], ["b:next>c", "gone"]]);
});

test("a path numbers the ways in the order they were taken, and counts visits, not tries", () => {
  const flow = connected(chain("a", "b"), { source: "b", port: "again", target: "a" });
  const line = (seq: number, at: string, fate: string, port = ""): Line => ({ seq, node: at, fate, port });
  const lines = [
    line(1, "a", "done", "next"), line(2, "b", "waiting"), line(3, "b", "done", "again"), line(4, "a", "done", "next"), line(5, "b", "failed"),
  ];
  const path = pathOf(flow, lines);
  assert.deepEqual([...numbersOf(path)], [["a:next>b", [1, 3]], ["b:again>a", [2]]]);
  assert.deepEqual([...path.visits], [["a", 2], ["b", 2]]);
  assert.equal(path.fates.get("b"), "failed");
  assert.deepEqual(pathOf(flow, lines, 3).hops.map((hop) => hop.way), ["a:next>b", "b:again>a"]);
});

test("each field is drawn as what it is", () => {
  const form = { $defs: { Row: { type: "object", properties: { title: { type: "string" }, port: { type: "string", default: "a" } }, required: ["title"] } } };
  const shape = (schema: object) => shapeOf(meant(schema, form));
  assert.deepEqual(
    [{ type: "string", enum: ["a"] }, { type: "boolean" }, { type: "integer" }, { type: "string", maxLength: 40 }, { type: "string", maxLength: 4096 }, { type: "array", items: { type: "string" } }, { type: "array", items: { $ref: "#/$defs/Row" } }, { type: "array", items: {}, labels: {} }, { type: "object" }, { anyOf: [{ type: "string" }, { type: "null" }] }, {}].map(shape),
    ["choice", "switch", "number", "line", "text", "list", "rows", "days", "pairs", "line", "line"],
  );
  assert.deepEqual(emptyOf({ $ref: "#/$defs/Row" }, form), { title: "" });
  assert.equal(moves({ type: "string", expressions: "raw" }), false);
  assert.equal(moves({ type: "string" }), true);
});

test("a field that is as it would be anyway is left out of the configuration", () => {
  const field = { type: "integer", default: 1 };
  assert.deepEqual(configured({ amount: 2, unit: "days" }, "amount", 1, field), { unit: "days" });
  assert.deepEqual(configured({}, "amount", 2, field), { amount: 2 });
  assert.equal(valueOf({}, "amount", field), 1);
  assert.equal(summary({ text: "Hello" }, { properties: { text: { type: "string" } } }), "Hello");
});

test("what is chosen is put in line, and spread with even gaps", () => {
  let flow = chain("s0", "s1", "s2", "s3");
  flow = moved(flow, new Map([["s0", { x: 0, y: 0 }], ["s1", { x: 320, y: 48 }], ["s2", { x: 400, y: 160 }], ["s3", { x: 960, y: 16 }]]));
  const ids = new Set(["s0", "s1", "s2", "s3"]);
  assert.deepEqual(lined(flow, ids, "y").nodes.map((one) => one.at.y), [0, 0, 0, 0]);
  assert.deepEqual(lined(flow, new Set(["s1", "s2"]), "x").nodes.map((one) => one.at.x), [0, 320, 320, 960]);
  assert.deepEqual(spread(flow, ids, "x", () => 200).nodes.map((one) => one.at.x), [0, 320, 640, 960]);
  assert.equal(spread(flow, new Set(["s0", "s1"]), "x", () => 200), flow);
});

test("steps are switched off together, and on again where all of them are off", () => {
  const flow = chain("s0", "s1", "s2");
  const off = switched(flow, new Set(["s1", "s2"]));
  assert.deepEqual(off.nodes.map((one) => Boolean(one.off)), [false, true, true]);
  assert.deepEqual(switched(off, new Set(["s0", "s1"])).nodes.map((one) => Boolean(one.off)), [true, true, true]);
  assert.ok(same(switched(off, new Set(["s1", "s2"])), flow));
});

test("a path goes on behind a step that is off, under the same number", () => {
  const flow = switched(chain("s0", "s1", "s2"), new Set(["s1"]));
  const path = pathOf(flow, [{ seq: 1, node: "s0", fate: "done", port: "next" }, { seq: 2, node: "s2", fate: "done", port: "next" }]);
  assert.deepEqual(path.hops.map((one) => [one.way, one.seq]), [["s0:next>s1", 1], ["s1:next>s2", 1]]);
});
