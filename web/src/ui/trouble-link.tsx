import { Link } from "@tanstack/react-router";
import { memo } from "react";
import type { TroubleCause } from "../api/service-trouble.ts";
import classes from "./trouble-link.module.css";

interface TroubleLinkProps {
  readonly cause: TroubleCause | undefined;
}

/** How much is wrong with a service; leads to why. Nothing when nothing is. */
export const TroubleLink = memo(function TroubleLink({ cause }: TroubleLinkProps) {
  if (!cause) return null;
  const { label, title, to, search } = cause;
  return (
    <Link
      to={to}
      search={search}
      className={classes["link"]}
      title={title}
      aria-label={`${label}: ${title}`}
      onClick={(event) => event.stopPropagation()}
    >
      {label}
    </Link>
  );
}, isSame);

/** By what it says and where it leads: a cause is worked out anew with each change of the numbers. */
function isSame({ cause: before }: TroubleLinkProps, { cause: after }: TroubleLinkProps): boolean {
  return before?.label === after?.label && before?.title === after?.title && before?.to === after?.to;
}
