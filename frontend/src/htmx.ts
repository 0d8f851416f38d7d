// htmx reads its settings from the page's <meta name="htmx-config">; the gate for nonces registers itself with it.
import "htmx.org";
import "htmx.org/dist/ext/hx-csp.js";

// What a page asks for by itself, live or once a minute, is no sign that somebody is there: it keeps no session going.
type Asking = CustomEvent<{ ctx: { sourceEvent?: Event; request: { headers: Record<string, string> } } }>;
document.addEventListener("htmx:config:request", (event) => {
  const { ctx } = (event as Asking).detail;
  if (ctx.sourceEvent?.isTrusted === false) ctx.request.headers["X-Unattended"] = "1";
});
