// Forms: the summary of errors gets the focus, a sent form cannot be sent again, a changed one is not left by mistake.
import { each } from "./each";

each<HTMLElement>("[data-error-summary]", (summary) => summary.focus());

each<HTMLFormElement>("form[method=post]", (form) => {
  let dirty = form.hasAttribute("data-dirty");
  let sent = false;
  form.addEventListener("input", () => (dirty = true));
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (sent) {
      event.preventDefault();
      return;
    }
    sent = !form.hasAttribute("hx-post");
    dirty = false;
    form.querySelector("button[type=submit]:not([formaction])")?.setAttribute("aria-busy", "true");
  });
  if (form.hasAttribute("data-guard"))
    window.addEventListener("beforeunload", (event) => {
      if (dirty) event.preventDefault();
    });
  // A page that comes back out of the browser's memory may be sent again.
  window.addEventListener("pageshow", () => (sent = false));
});

each<HTMLSelectElement>("select[data-submit]", (select) => {
  select.addEventListener("change", () => select.form?.requestSubmit());
});

each<HTMLInputElement>("input[data-confirm-word]", (input) => {
  const button = document.getElementById(input.dataset.confirmFor ?? "") as HTMLButtonElement | null;
  const check = () => button?.toggleAttribute("disabled", input.value.trim() !== input.dataset.confirmWord);
  input.addEventListener("input", check);
  check();
});
