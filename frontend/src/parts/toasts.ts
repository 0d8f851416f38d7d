// Messages that came with the page: good news leaves after a while unless somebody looks at it, errors stay.
import { each } from "./each";

const SECONDS = 6;

each<HTMLElement>(".toasts [data-leave]", (toast) => {
  let timer = 0;
  const leave = () => (timer = window.setTimeout(() => toast.remove(), SECONDS * 1000));
  const stay = () => window.clearTimeout(timer);
  for (const name of ["mouseenter", "focusin"]) toast.addEventListener(name, stay);
  for (const name of ["mouseleave", "focusout"]) toast.addEventListener(name, leave);
  leave();
});
