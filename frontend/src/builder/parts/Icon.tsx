// One of the icons of the page's sprite. Decoration: what it stands at has words.
import { sprite } from "../given";

export const Icon = ({ name, className = "" }: { name: string; className?: string }) => (
  <svg className={`icon ${className}`} aria-hidden="true">
    <use href={`${sprite}#${name}`} />
  </svg>
);

/** A button that is an icon with a name. */
export function IconButton(props: {
  icon: string;
  label: string;
  act: () => void;
  disabled?: boolean;
  pressed?: boolean;
  className?: string;
  keys?: string;
}) {
  const title = props.keys ? `${props.label} (${props.keys})` : props.label;
  return (
    <button
      type="button"
      className={`btn btn-icon ${props.className ?? ""}`}
      aria-label={props.label}
      aria-pressed={props.pressed}
      title={title}
      disabled={props.disabled}
      onClick={props.act}
    >
      <Icon name={props.icon} />
    </button>
  );
}
