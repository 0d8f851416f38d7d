// The rail on small screens, the tab one is on, and the mode that the system asks for.
import { each } from "./each";

each<HTMLButtonElement>("[data-rail]", (button) => {
  const rail = document.getElementById("rail");
  if (!rail) return;
  const show = (open: boolean) => {
    rail.classList.toggle("open", open);
    button.setAttribute("aria-expanded", String(open));
    if (open) rail.querySelector<HTMLElement>("a")?.focus();
  };
  button.addEventListener("click", () => show(!rail.classList.contains("open")));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !rail.classList.contains("open")) return;
    show(false);
    button.focus();
  });
  document.addEventListener("click", (event) => {
    const target = event.target as Node;
    if (!rail.contains(target) && !(target as Element).closest?.("[data-rail]")) rail.classList.remove("open");
  });
});

each<HTMLElement>(".settings-nav .active", (tab) => tab.scrollIntoView({ inline: "center", block: "nearest" }));

if (document.documentElement.dataset.mode === "system") {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener("change", () => {
    document.documentElement.dataset.bsTheme = dark.matches ? "dark" : "light";
  });
}
