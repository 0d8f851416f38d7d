// The brand page: colours that are picked or typed, and its previews in the colours that the server worked out.
import { each } from "./each";

each<HTMLInputElement>("input[data-colour-of]", (picker) => {
  const typed = document.getElementById(picker.dataset.colourOf ?? "") as HTMLInputElement | null;
  if (!typed) return;
  picker.addEventListener("input", () => (typed.value = picker.value));
  typed.addEventListener("input", () => {
    if (/^#[0-9a-f]{6}$/i.test(typed.value)) picker.value = typed.value;
  });
});

each<HTMLElement>("[data-tokens]", (look) => {
  const tokens = JSON.parse(look.dataset.tokens ?? "{}") as Record<string, string>;
  for (const [name, value] of Object.entries(tokens)) look.style.setProperty(`--aero-${name}`, value);
});
