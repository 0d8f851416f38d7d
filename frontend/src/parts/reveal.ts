// A button that shows what is typed into a password, and hides it again.
import { each } from "./each";

each<HTMLButtonElement>("button[data-reveal]", (button) => {
  const input = document.getElementById(button.dataset.reveal ?? "") as HTMLInputElement | null;
  if (!input) return;
  const show = (shown: boolean) => {
    input.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
  };
  button.hidden = false;
  button.addEventListener("click", () => show(input.type === "password"));
  // Nothing that can be read is kept by the browser as a text once typed.
  input.form?.addEventListener("submit", () => show(false));
});
