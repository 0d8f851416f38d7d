// A list to choose from, narrowed by what is typed, with arrows and Enter. What people pick steps, targets and commands from.
import { useId, useMemo, useState, type KeyboardEvent } from "react";
import { t } from "../given";
import { Dialogue } from "./Dialogue";
import { Icon } from "./Icon";

export interface Choice {
  id: string;
  title: string;
  icon: string;
  more?: string;
  keys?: string;
  group?: string;
}

interface Shown {
  title: string;
  choices: Choice[];
  choose: (id: string) => void;
  close: () => void;
}

const plain = (text: string) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/** Those that have every word that was typed, with those first whose titles begin with it. */
export function found(choices: Choice[], typed: string): Choice[] {
  const words = plain(typed).split(/\s+/).filter(Boolean);
  const fits = choices.filter((one) => words.every((word) => plain(`${one.title} ${one.more ?? ""} ${one.group ?? ""}`).includes(word)));
  const first = (one: Choice) => (words[0] && plain(one.title).startsWith(words[0]) ? 0 : 1);
  return words.length ? fits.map((one, at) => ({ one, at })).sort((a, b) => first(a.one) - first(b.one) || a.at - b.at).map(({ one }) => one) : fits;
}

export function Chooser({ title, choices, choose, close }: Shown) {
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const list = useId();
  const fits = useMemo(() => found(choices, typed), [choices, typed]);
  const here = Math.min(at, fits.length - 1);
  const go = (next: number) => {
    setAt(next);
    document.getElementById(`${list}-${next}`)?.scrollIntoView({ block: "nearest" });
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") go(Math.min(here + 1, fits.length - 1));
    else if (event.key === "ArrowUp") go(Math.max(here - 1, 0));
    else if (event.key === "Enter" && fits[here]) choose(fits[here].id);
    else return;
    event.preventDefault();
  };
  return (
    <Dialogue title={title} close={close} className="dialogue-choose">
      <input
        data-first
        className="form-control"
        type="search"
        role="combobox"
        aria-expanded="true"
        aria-controls={list}
        aria-activedescendant={fits[here] ? `${list}-${here}` : undefined}
        aria-label={t("narrow")}
        placeholder={t("narrow")}
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKey}
      />
      <ul id={list} role="listbox" aria-label={title} className="choices">
        {fits.map((one, number) => (
          <li
            key={one.id}
            id={`${list}-${number}`}
            role="option"
            aria-selected={number === here}
            onClick={() => choose(one.id)}
            onMouseMove={() => number !== here && setAt(number)}
          >
            <Icon name={one.icon} />
            <span className="choice-words">
              <span dir="auto">{one.title}</span>
              {one.more && <small dir="auto">{one.more}</small>}
            </span>
            {one.group && (one.group !== fits[number - 1]?.group || typed) && <small className="choice-group">{one.group}</small>}
            {one.keys && <kbd>{one.keys}</kbd>}
          </li>
        ))}
      </ul>
      {!fits.length && <p className="text-secondary mb-0 p-2">{t("nothing_found")}</p>}
    </Dialogue>
  );
}
