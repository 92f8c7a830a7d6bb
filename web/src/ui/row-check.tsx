import classes from "./row-check.module.css";

interface RowCheckProps {
  readonly label: string;
  readonly checked: boolean;
  readonly onChange: () => void;
}

/** Marks a row of a table without opening it; as light as Tag, and for the same reason. */
export function RowCheck({ label, checked, onChange }: RowCheckProps) {
  return (
    <input
      type="checkbox"
      className={classes["check"]}
      aria-label={label}
      checked={checked}
      onChange={onChange}
      onClick={(event) => event.stopPropagation()}
    />
  );
}
