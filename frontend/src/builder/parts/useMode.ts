// Light or dark, as the page is, also when it changes.
import { useEffect, useState } from "react";

const root = document.documentElement;
const mode = () => (root.dataset.bsTheme === "dark" ? "dark" : "light");

export function useMode(): "light" | "dark" {
  const [now, set] = useState<"light" | "dark">(mode);
  useEffect(() => {
    const watch = new MutationObserver(() => set(mode()));
    watch.observe(root, { attributeFilter: ["data-bs-theme"] });
    return () => watch.disconnect();
  }, []);
  return now;
}
