// What every page loads: the design system's moving parts, htmx, and our own small ones.
import "bootstrap/js/dist/alert";
import "bootstrap/js/dist/collapse";
import "bootstrap/js/dist/dropdown";
import "bootstrap/js/dist/modal";
import "bootstrap/js/dist/offcanvas";
import "bootstrap/js/dist/tab";
import "./htmx";
import "./live";
import "./parts/brand";
import "./parts/charts";
import "./parts/copy";
import "./parts/forms";
import "./parts/frame";
import "./parts/reveal";
import "./parts/selection";
import "./parts/talk";
import "./parts/toasts";
