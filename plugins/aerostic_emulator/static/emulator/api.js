// The emulator's control API, and the stream that says what to fetch again.

async function call(method, path, body) {
  const options = { method };
  if (body !== undefined) Object.assign(options, { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } });
  let answer;
  try {
    answer = await fetch(`/_emulator/${path}`, options);
  } catch {
    throw new Error("The emulator does not answer. Is it still running?");
  }
  const data = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(sentence(data.error) || `The emulator answered ${answer.status}.`);
  return data;
}

function sentence(error) {
  const text = String(error ?? "").replace(/^\w+Error: /, "");
  return text && text[0].toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? "" : ".");
}

export const get = (path) => call("GET", path);
export const post = (path, body) => call("POST", path, body);
export const patch = (path, body) => call("PATCH", path, body);
export const drop = (path) => call("DELETE", path);

export const chatPath = ({ number, person }) => `chats/${encodeURIComponent(number)}/${encodeURIComponent(person)}`;

/** Who writes: by number, or by user id where nobody knows the number. */
export function author({ number, person }) {
  return { phone_number_id: number, ...(/^\d+$/.test(person) ? { from: `+${person}` } : { user_id: person }) };
}

/** Write to the business as the person of a chat. */
export const write = (chat, message) => post("inbound", { ...author(chat), ...message });

let source = null;

/** Listen for changes: `chat` of the watched chat, `chats` of any; `state` says whether we are connected. */
export function listen(watched, { chat, chats, state }) {
  source?.close();
  source = new EventSource(`/_emulator/stream?${new URLSearchParams(watched)}`);
  source.addEventListener("open", () => { state(true); chat(); });
  source.addEventListener("chat", chat);
  source.addEventListener("chats", chats);
  source.addEventListener("error", () => state(false));
}

/** A file as the control API takes it. */
export async function fileContent(file) {
  const url = await new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(new Error("This file could not be read."));
    reader.readAsDataURL(file);
  });
  return { data_base64: url.slice(url.indexOf(",") + 1), mime_type: file.type || "application/octet-stream" };
}
