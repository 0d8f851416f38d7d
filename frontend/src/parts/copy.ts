// A button that copies what its target shows, and says so.
import { each } from "./each";

each<HTMLButtonElement>("button[data-copy]", (button) => {
  button.addEventListener("click", async () => {
    const target = document.getElementById(button.dataset.copy ?? "");
    const words = target instanceof HTMLInputElement ? target.value : (target?.textContent ?? "");
    await navigator.clipboard.writeText(words.trim());
    const label = button.querySelector("[data-copy-label]");
    const before = label?.textContent;
    if (!label || !before) return;
    label.textContent = button.dataset.copied ?? before;
    setTimeout(() => (label.textContent = before), 2000);
  });
});
