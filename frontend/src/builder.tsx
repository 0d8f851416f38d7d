// The builder's island: loaded by its page alone.
import { createRoot } from "react-dom/client";
import { App } from "./builder/parts/App";
import { watchOthers } from "./builder/presence";

const place = document.getElementById("builder");
if (place) {
  createRoot(place).render(<App />);
  watchOthers();
}
