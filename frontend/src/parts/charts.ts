// The library of charts is loaded by pages that show one, when they do.
import { each } from "./each";

each<HTMLElement>("[data-chart]", async (element) => {
  const source = document.documentElement.dataset.charts;
  if (!source) return;
  const { mount } = (await import(/* @vite-ignore */ source)) as typeof import("../charts");
  mount(element);
});
