// Conversations: the newest message is in sight, what is half typed survives a reload, Ctrl+Enter sends.
import { each } from "./each";

const NEAR = 120;

each<HTMLElement>("[data-scroll-end]", (list) => {
  let atEnd = true;
  const toEnd = () => (list.scrollTop = list.scrollHeight);
  toEnd();
  list.addEventListener("scroll", () => (atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR));
  // Pictures come later than the words around them, and new messages later still.
  new ResizeObserver(() => atEnd && toEnd()).observe(list);
  list.addEventListener("load", () => atEnd && toEnd(), true);
  new MutationObserver(() => atEnd && toEnd()).observe(list, { childList: true, subtree: true });
});

each<HTMLTextAreaElement>("textarea[data-draft]", (field) => {
  const key = `draft:${field.dataset.draft}`;
  field.value ||= sessionStorage.getItem(key) ?? "";
  field.addEventListener("input", () => sessionStorage.setItem(key, field.value));
  field.form?.addEventListener("submit", () => sessionStorage.removeItem(key));
});

each<HTMLTextAreaElement>("textarea[data-send]", (field) => {
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) field.form?.requestSubmit();
  });
  if (matchMedia("(min-width: 992px)").matches) field.focus({ preventScroll: true });
});
