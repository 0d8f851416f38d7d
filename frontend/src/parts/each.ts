// Finds elements when the page loads, and again in what htmx brings.

/** Call `act` once for every element that fits, now and later. */
export function each<T extends HTMLElement>(selector: string, act: (element: T) => void): void {
  const seen = new WeakSet<T>();
  const scan = () => {
    for (const element of document.querySelectorAll<T>(selector)) {
      if (seen.has(element)) continue;
      seen.add(element);
      act(element);
    }
  };
  document.addEventListener("htmx:after:process", scan);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", scan);
  else scan();
}
