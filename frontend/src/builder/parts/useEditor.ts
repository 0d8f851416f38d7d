// The editor as React sees it.
import { useSyncExternalStore } from "react";
import { editor, type Editor } from "../editor";

export function useEditor(): Editor {
  useSyncExternalStore(editor.subscribe, editor.seen);
  return editor;
}
