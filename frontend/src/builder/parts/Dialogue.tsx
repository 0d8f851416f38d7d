// A dialogue over the page. The browser keeps the focus in it, and Escape closes it.
import { useEffect, useRef, type ReactNode } from "react";
import { t } from "../given";
import { IconButton } from "./Icon";

export function Dialogue(props: { title: string; close: () => void; children: ReactNode; className?: string }) {
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    box.current?.showModal();
    box.current?.querySelector<HTMLElement>("[data-first]")?.focus();
    return () => {
      if (before?.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
  return (
    <dialog
      ref={box}
      className={`dialogue ${props.className ?? ""}`}
      aria-labelledby="dialogue-title"
      onCancel={(event) => {
        event.preventDefault();
        props.close();
      }}
      onClick={(event) => event.target === box.current && props.close()}
    >
      <div className="dialogue-inside">
        <header className="dialogue-head">
          <h2 id="dialogue-title">{props.title}</h2>
          <IconButton icon="x" label={t("close")} act={props.close} className="btn-ghost-secondary" />
        </header>
        {props.children}
      </div>
    </dialog>
  );
}
