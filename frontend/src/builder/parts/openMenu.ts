// The menu of what is under the mouse, or of what has the focus when the menu key is pressed.
import { editor } from "../editor";

interface Pressed {
  clientX: number;
  clientY: number;
  preventDefault: () => void;
}

/** Open the menu of what is chosen, else of the ground.
 *
 *  way: the id of a way whose menu it is. */
export function openMenu(event: Pressed, way = ""): void {
  if (way && !editor.mayEdit) return;
  event.preventDefault();
  editor.showMenu({ x: event.clientX, y: event.clientY, way });
}
