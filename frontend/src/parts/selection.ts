// Rows that are chosen in a table: the bar with what can be done appears, with the count; "all that match" is the server's.
import { each } from "./each";

each<HTMLFormElement>("form[data-selection]", (form) => {
  const bar = form.querySelector<HTMLElement>(".bulk-bar");
  const count = form.querySelector<HTMLElement>("[data-count]");
  const whole = form.querySelector<HTMLInputElement>("input[data-select-page]");
  const all = form.querySelector<HTMLInputElement>("input[name=all]");
  const boxes = () => [...form.querySelectorAll<HTMLInputElement>("input[name=id]")];
  const show = () => {
    const chosen = boxes().filter((box) => box.checked).length;
    bar?.toggleAttribute("hidden", chosen === 0);
    if (count) count.textContent = all?.checked ? (all.dataset.total ?? "") : String(chosen);
    if (whole) {
      whole.checked = chosen > 0 && chosen === boxes().length;
      whole.indeterminate = chosen > 0 && !whole.checked;
    }
  };
  form.addEventListener("change", (event) => {
    const target = event.target as HTMLInputElement;
    if (target === whole) for (const box of boxes()) box.checked = whole.checked;
    if (target.name === "id" && !target.checked && all) all.checked = false;
    show();
  });
  show();
});
