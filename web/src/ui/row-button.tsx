import type { ComponentPropsWithRef } from "react";
import classes from "./row-button.module.css";

/** An icon to press in a row of a table; as light as Tag, and for the same reason. */
export function RowButton({ className = "", ...props }: ComponentPropsWithRef<"button">) {
  return <button type="button" {...props} className={`${classes["button"]} ${className}`} />;
}
