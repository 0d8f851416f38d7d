// Asking the server: JSON both ways, and a plain word for each way in which that can go wrong.
import { given } from "./given";
import type { Now } from "./given";

export type Went = "ok" | "stale" | "refused" | "signed-out" | "away" | "broken";
export interface Reply<T> {
  went: Went;
  data: T;
}

const SMALL = 60_000; // what a browser still sends for a page that is being left
let token = given.token;

/** Post to one of the builder's addresses.
 *
 *  leaving: whether the page may be gone before there is an answer. */
export async function ask<T>(act: string, body: object, leaving = false): Promise<Reply<T>> {
  const text = JSON.stringify(body);
  const reply = await once<T>(act, text, leaving);
  if (reply.went !== "expired") return reply as Reply<T>;
  await now();
  const again = await once<T>(act, text, leaving);
  return { went: again.went === "expired" ? "signed-out" : again.went, data: again.data };
}

/** The flow as it is by now. */
export async function now(): Promise<Reply<Now>> {
  const reply = await called<Now>("builder/now", { method: "GET" });
  if (reply.went === "ok") token = reply.data.token;
  return { ...reply, went: reply.went === "expired" ? "signed-out" : reply.went };
}

/** Get what a path has. */
export async function get<T>(path: string): Promise<Reply<T>> {
  const reply = await called<T>(path, { method: "GET" });
  return { ...reply, went: reply.went === "expired" ? "signed-out" : reply.went };
}

async function once<T>(act: string, body: string, leaving: boolean) {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
  return called<T>(`builder/${act}`, { method: "POST", headers, body, keepalive: leaving && body.length < SMALL });
}

async function called<T>(path: string, asked: RequestInit): Promise<{ went: Went | "expired"; data: T }> {
  const none = {} as T;
  try {
    const answer = await fetch(path.startsWith("/") ? path : `${given.base}/${path}`, { ...asked, redirect: "manual", credentials: "same-origin" });
    if (answer.type === "opaqueredirect" || answer.status === 401) return { went: "signed-out", data: none };
    const data = (await answer.json().catch(() => none)) as T;
    if (answer.ok) return { went: "ok", data };
    const went = { 409: "stale", 419: "expired" }[answer.status] as Went | undefined;
    return { went: went ?? (answer.status < 500 && answer.status !== 429 ? "refused" : "broken"), data };
  } catch {
    return { went: "away", data: none };
  }
}
