// Who draws: one tab at a time. This one says that it is there, and hears whether somebody else is.
import { ask, now } from "./asking";
import { editor } from "./editor";

const BEAT = 10_000; // the server takes somebody to be there for three of these
const TAB = "aerostic-tab";

interface There {
  mine: boolean;
  who: string;
  same: boolean;
  revision: number;
}

const tab = (() => {
  const known = sessionStorage.getItem(TAB) ?? crypto.randomUUID();
  sessionStorage.setItem(TAB, known);
  return known;
})();

async function say(want: "stay" | "take"): Promise<void> {
  const reply = await ask<There>("present", { tab, want });
  if (reply.went !== "ok") return;
  editor.seeOther(reply.data.mine ? undefined : reply.data);
  // Somebody else's work comes into sight; so does what this browser saved while its page was being left.
  if (reply.data.revision !== editor.saver.revision && editor.saver.state === "saved") {
    const found = await now();
    if (found.went === "ok") editor.goOn(found.data);
  }
}

/** Draw in place of whoever does. */
export const takeOver = () => say("take");

export function watchOthers(): void {
  if (!editor.mayEdit) return;
  void say("stay");
  window.setInterval(() => document.hidden || void say("stay"), BEAT);
  window.addEventListener("pagehide", () => void ask("present", { tab, want: "leave" }, true));
  window.addEventListener("pageshow", (event) => event.persisted && void say("stay"));
}
