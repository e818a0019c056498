import { categoryPaths, ICONS, type IconName } from "./icons";

interface IconProps {
  name: IconName;
  /** Spoken only when the icon stands without a word; otherwise it is hidden from readers. */
  label?: string | undefined;
  size?: string | undefined;
}

function Drawing(props: { paths: readonly string[]; label?: string | undefined; size?: string | undefined }) {
  const size = props.size ?? "1.25em";
  const box = { width: size, height: size };
  const paths = props.paths.map((path) =>
    path.startsWith("!") ? (
      <path key={path} d={path.slice(1)} fill="currentColor" stroke="none" />
    ) : (
      <path key={path} d={path} />
    ),
  );
  if (!props.label) {
    return (
      <svg class="icon" viewBox="0 0 24 24" style={box} aria-hidden="true">
        {paths}
      </svg>
    );
  }
  return (
    <svg class="icon" viewBox="0 0 24 24" style={box} role="img" aria-label={props.label}>
      {paths}
    </svg>
  );
}

export function Icon({ name, label, size }: IconProps) {
  return <Drawing paths={ICONS[name]} label={label} size={size} />;
}

/** The picture of a defect category, by the icon code of the reference data. */
export function CategoryIcon(props: { icon: string | null | undefined; label?: string; size?: string }) {
  return <Drawing paths={categoryPaths(props.icon)} label={props.label} size={props.size} />;
}
