// htmx reads its settings from the page's <meta name="htmx-config">; the gate for nonces registers itself with it.
import "htmx.org";
import "htmx.org/dist/ext/hx-csp.js";
