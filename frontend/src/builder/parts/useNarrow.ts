// Whether the screen is a phone's: a canvas cannot be used there, the outline can.
import { useSyncExternalStore } from "react";

const query = matchMedia("(max-width: 767.98px)");
const listen = (hear: () => void) => {
  query.addEventListener("change", hear);
  return () => query.removeEventListener("change", hear);
};

export const useNarrow = () => useSyncExternalStore(listen, () => query.matches);
