import { Tooltip } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { TroubleCause } from "../api/service-trouble.ts";
import classes from "./trouble-link.module.css";

/** How much is wrong with a service; leads to why. Nothing when nothing is. */
export function TroubleLink({ cause }: { readonly cause: TroubleCause | undefined }) {
  if (!cause) return null;
  const { label, title, to, search } = cause;
  return (
    <Tooltip label={title} multiline maw={360}>
      <Link
        to={to}
        search={search}
        className={classes["link"]}
        aria-label={`${label}: ${title}`}
        onClick={(event) => event.stopPropagation()}
      >
        {label}
      </Link>
    </Tooltip>
  );
}
