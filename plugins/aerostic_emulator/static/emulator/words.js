// Times, numbers and the names of things, as people say them.

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: "long" });
const date = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "long", year: "numeric" });
const short = new Intl.DateTimeFormat(undefined, { day: "2-digit", month: "2-digit", year: "2-digit" });
const DAY = 86400;

// The emulator's clock may be ahead of ours.
let ahead = 0;
export const setClock = (now) => { ahead = now - Date.now() / 1000; };
export const now = () => Date.now() / 1000 + ahead;

const midnight = (at) => new Date(at * 1000).setHours(0, 0, 0, 0) / 1000;
const daysAgo = (at) => Math.round((midnight(now()) - midnight(at)) / DAY);

/** A time as the phone's own clock shows it. */
export function bare(at) {
  const parts = Object.fromEntries(clock.formatToParts(at * 1000).map(({ type, value }) => [type, value]));
  return `${Number(parts.hour) || parts.hour}:${parts.minute}`;
}

export const time = (at) => clock.format(at * 1000);

/** A day as a chat names it: Today, Yesterday, a weekday, a date. */
export function day(at) {
  const ago = daysAgo(at);
  if (ago === 0) return "Today";
  if (ago === 1) return "Yesterday";
  return ago > 1 && ago < 7 ? weekday.format(at * 1000) : date.format(at * 1000);
}

/** When a chat was last written in: a time today, else a day. */
export function lately(at) {
  const ago = daysAgo(at);
  if (ago === 0) return time(at);
  return ago === 1 ? "Yesterday" : short.format(at * 1000);
}

/** A span of time in its two largest units. */
export function span(seconds) {
  const size = Math.abs(seconds);
  if (size < 60) return `${Math.round(size)} s`;
  const minutes = Math.floor(size / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} days ${hours % 24} h`;
}

/** A person's number with its plus and some air, or the user id as it is. */
export function phone(person) {
  if (!/^\d+$/.test(person)) return person;
  const head = /^(1|7)/.test(person) ? 1 : 2;
  return `+${person.slice(0, head)} ${person.slice(head).replace(/(\d{3})(?=\d{3})/g, "$1 ")}`;
}

export function bytes(size) {
  if (size < 1024) return `${size} B`;
  return size < 1048576 ? `${Math.round(size / 1024)} kB` : `${(size / 1048576).toFixed(1)} MB`;
}

export const STATUSES = {
  accepted: "Accepted", sent: "Sent", delivered: "Delivered", read: "Read", played: "Played", failed: "Failed",
};

export const OUTCOMES = {
  by_hand: "I play: read when I look",
  read: "Reads it",
  delivered: "Gets it, does not read it",
  sent: "Phone is off: sent, no more",
  silence: "Accepted, then no news",
  reordered: "News in the wrong order",
  duplicated: "All news twice",
  replies: "Reads, writes “Thank you!”",
  replies_stop: "Reads, writes “STOP”",
  presses_button: "Reads, presses “Stop promotions”",
  stops_marketing: "Reads, stops marketing",
  held_released: "Held for review, then released",
  late_answer: "The API answers late",
  no_answer: "The API never answers",
};

/** An outcome in words; one with a code keeps it. */
export function outcome(name) {
  const [word, code] = name.split(":");
  if (!code) return OUTCOMES[word] ?? word.replaceAll("_", " ");
  const heads = { failed: "Fails", error: "Refused", sent_failed: "Sent, then fails", delivered_failed: "Delivered, then fails" };
  return `${heads[word] ?? word.replaceAll("_", " ")} with ${code}`;
}
