// The page: which chat is open, and what is fetched again when the emulator says that something has changed.

import { chatPath, get, listen, patch } from "./api.js";
import { drawChat, drawNothing } from "./chat.js";
import { refreshConsole, startConsole } from "./console.js";
import { find, paced, toast } from "./dom.js";
import { refreshPeople, setNumbers, startPeople } from "./people.js";
import { closeSheet } from "./sheet.js";
import { setClock } from "./words.js";

let open = null;

const people = paced(() => guarded(() => refreshPeople(open, people)), 400);
const consolePane = paced(() => guarded(showConsole), 1000);
const chat = paced(() => guarded(showChat), 150);

function everything() {
  chat();
  people();
  consolePane();
}

async function guarded(act) {
  try {
    await act();
  } catch (error) {
    toast(error.message, true);
  }
}

async function showConsole() {
  const found = await get("console");
  setClock(found.now);
  setNumbers(found.numbers);
  refreshConsole(found);
}

async function showChat() {
  const wanted = open;
  if (!wanted) return drawNothing();
  const found = await get(chatPath(wanted));
  if (wanted !== open) return;
  drawChat(found, everything);
  refreshConsole(null, found);
  if (isLookedAt() && hasNews(found)) await patch(chatPath(wanted), { seen: true });
}

const isLookedAt = () => document.visibilityState === "visible" && find("screen").offsetParent !== null;

/** Whether looking changes anything: something unread, or a message that waits for the one who plays this person. */
function hasNews(found) {
  return found.unread > 0 || found.messages.some((message) => message.outcome === "by_hand" && message.status === "delivered");
}

function route() {
  const [number, person] = location.hash.slice(1).split("/").map(decodeURIComponent);
  open = number && person ? { number, person } : null;
  closeSheet();
  document.body.dataset.pane = open ? "chat" : "people";
  listen(open ?? {}, { chat: everything, chats: () => { people(); consolePane(); }, state: connected });
  everything();
}

function connected(isUp) {
  find("connection").textContent = isUp ? "Live" : "Not connected. Trying again…";
  find("connection").dataset.up = isUp;
}

startPeople(people);
startConsole(everything);
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  (find("compose") ?? find("search")).focus();
});
addEventListener("hashchange", route);
document.addEventListener("visibilitychange", everything);
route();
